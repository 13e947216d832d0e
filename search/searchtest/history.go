package searchtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nassearch/nassearch/internal/rule"
	"github.com/nassearch/nassearch/search"
)

// sameAgain runs a study twice.
func (s suite) sameAgain(t rule.T, window int) error {
	var results [2]search.Result
	for i := range results {
		var err error
		if results[i], err = run(t, s.config(Landscape{Count: 1}, window), 1); err != nil {
			return err
		}
	}
	return same("run twice", results[0], results[1])
}

// sameAtAnyTime runs a study at two times, the second time with measurements that take longer.
func (s suite) sameAtAnyTime(t rule.T, window int) error {
	var results []search.Result
	var err error
	for _, at := range []struct{ wait, delay time.Duration }{{}, {123_456_789 * time.Millisecond, time.Hour}} {
		s.later(t, at.wait, at.delay, func(t rule.T, delay time.Duration) {
			study, newErr := search.New(s.config(Landscape{Count: 1, Delay: delay}, window))
			if err = newErr; err != nil {
				return
			}
			r, runErr := study.Run(t.Context(), 1)
			results, err = append(results, r), runErr
		})
		if err != nil {
			return err
		}
	}
	return same("at another time, and with measurements that take longer", results[0], results[1])
}

// later calls a function when some time has passed, with a delay for it: in a test by a clock that stands still but for
// sleepers. Programs, and strategies that have something outside of this process, have the machine's, for which moments
// must do.
func (s suite) later(t rule.T, wait, delay time.Duration, f func(t rule.T, delay time.Duration)) {
	if test, ok := t.(*testing.T); ok && !s.reachesOut() {
		synctest.Test(test, func(t *testing.T) {
			time.Sleep(wait)
			f(t, delay)
		})
		return
	}
	time.Sleep(min(wait, moment))
	f(t, min(delay, shortDelay))
}

// reachesOut says whether the strategy has something to close.
func (s suite) reachesOut() bool {
	c := s.config(Landscape{Count: 1}, 1)
	p := search.Problem{Space: c.Space, Metrics: c.Evaluator.Metrics(), Seed: c.Seed, Window: c.Window}
	made, _, err := c.Registry.New(c.Strategy, p, c.Options)
	if err != nil {
		return false // which the study says
	}
	_, ok := search.As[io.Closer](made)
	return ok
}

// What must do where the clock cannot be set.
const (
	moment     = 1100 * time.Millisecond // after which clocks that count seconds show others
	shortDelay = 3 * time.Millisecond
)

// asksWithoutTrace compares a study in which every question is put once with one in which it is put twice.
func (s suite) asksWithoutTrace(t rule.T, window int) error {
	var results []search.Result
	for times := 1; times <= 2; times++ {
		c := s.config(Landscape{Count: 1}, window)
		entry := s.entry
		entry.New = func(p search.Problem, o search.Options) (search.Strategy, error) {
			inner, err := s.entry.New(p, o)
			return repeater{inner, times}, err
		}
		c.Registry = search.Registry{s.name: entry}
		r, err := run(t, c, 1)
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	return same("asked twice", results[0], results[1])
}

// repeater puts every question several times, with the same random numbers.
type repeater struct {
	search.Strategy
	times int
}

// Unwrap returns the strategy, for what it can besides.
func (r repeater) Unwrap() search.Strategy { return r.Strategy }

func (r repeater) Ask(ctx context.Context, rng *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	seed := rng.Uint64()
	var first search.Proposal
	for i := range r.times {
		given := slices.Clone(pending)
		p, err := r.Strategy.Ask(ctx, rand.New(rand.NewPCG(seed, 0)), given)
		switch {
		case err != nil:
			return p, err
		case i > 0 && p != first:
			return p, fmt.Errorf("asked again, it proposes %v after %v", p, first)
		case !slices.Equal(given, pending):
			return p, fmt.Errorf("it makes %v of the pending %v", given, pending)
		}
		first = p
	}
	return first, nil
}

func (s suite) sameForWorkers(t rule.T, window int) error {
	var want search.Result
	for _, workers := range []int{1, 2, 8, 16} {
		r, err := run(t, s.config(Landscape{Count: 1, Delay: delay}, window), workers)
		if err != nil {
			return err
		}
		if workers == 1 {
			want = r
		}
		if err := same(fmt.Sprintf("%d workers", workers), want, r); err != nil {
			return err
		}
	}
	return nil
}

// sameAfterCuts begins studies with a part of a whole study's history: its beginning, and some of its trials.
func (s suite) sameAfterCuts(t rule.T, window int) error {
	r := rand.New(rand.NewPCG(5, 5))
	c := s.config(Landscape{Count: 1}, window)
	want, err := run(t, c, 1)
	if err != nil {
		return err
	}
	for range 5 {
		cut := r.IntN(len(want.Trials))
		beginning, some := new(search.Memory), new(search.Memory)
		for i, at := range r.Perm(len(want.Trials))[:cut] {
			if err := errors.Join(beginning.Append(want.Trials[i]), some.Append(want.Trials[at])); err != nil {
				return err
			}
		}
		for i, store := range []search.Store{beginning, some} {
			c.Store = store
			got, err := run(t, c, 1)
			if err == nil {
				err = same(fmt.Sprintf([]string{"cut after trial %d", "with %d of its trials"}[i], cut), want, got)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// sameInSteps ends studies at smaller budgets first.
func (s suite) sameInSteps(t rule.T, window int) error {
	c := s.config(Landscape{Count: 1}, window)
	want, err := run(t, c, 1)
	if err != nil {
		return err
	}
	c.Store = new(search.Memory)
	var got search.Result
	for _, c.Budget = range []int{budget / 4, budget / 2, budget} {
		if got, err = run(t, c, 1); err != nil {
			return err
		}
	}
	return same("extended twice", want, got)
}

// sameInTimes ends studies at smaller time budgets first.
func (s suite) sameInTimes(t rule.T, window int) error {
	c := s.config(Landscape{Count: 1}, window)
	whole := 48 * time.Second / time.Duration(window)
	c.TimeBudget = whole
	want, err := run(t, c, 1)
	if err != nil {
		return err
	}
	c.Store = new(search.Memory)
	var got search.Result
	for _, c.TimeBudget = range []time.Duration{whole / 4, whole / 2, whole} {
		if got, err = run(t, c, 1); err != nil {
			return err
		}
	}
	return same("extended twice in time", want, got)
}
