// Package searchtest checks that a strategy keeps the promises of search.Strategy, and a store those of search.Store,
// whoever wrote them.
//
//	func TestMine(t *testing.T) {
//		searchtest.Run(t, "mine", mine.Entry(), nil)
//	}
package searchtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
)

const (
	budget = 40 // queries of most studies
	delay  = 300 * time.Microsecond
)

// grid has 462 classes in 46,656 vectors.
var grid = NewGrid(6, 6)

// Run tests the strategy of an entry, with the given options, in studies on a [Grid]. They are small: the
// whole takes some seconds even for a slow strategy.
func Run(t *testing.T, name string, entry search.Entry, options map[string]string) {
	s := suite{name, entry, options}
	for _, promise := range []struct {
		name  string
		check func(*testing.T, int)
	}{
		{"spends its budget to the query", s.spendsBudget},
		{"asks without a trace", s.asksWithoutTrace},
		{"has one history for any number of workers", s.sameForWorkers},
		{"has one history however it is cut", s.sameAfterCuts},
		{"has one history in several budgets", s.sameInSteps},
		{"survives failed trials", s.survivesFailures},
		{"ends when the space is exhausted", s.endsWhenExhausted},
	} {
		for _, window := range []int{1, 4} {
			t.Run(fmt.Sprintf("%s, window %d", promise.name, window), func(t *testing.T) { promise.check(t, window) })
		}
	}
	t.Run("takes several metrics or says that it does not", s.severalMetrics)
}

type suite struct {
	name    string
	entry   search.Entry
	options map[string]string
}

// config is that of a small study.
func (s suite) config(l Landscape, window int) search.Config {
	return search.Config{
		Space: grid, Evaluator: l,
		Registry: search.Registry{s.name: s.entry}, Strategy: s.name, Options: s.options,
		Seed: 1, Budget: budget, Window: window,
	}
}

func run(t *testing.T, c search.Config, workers int) search.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	study, err := search.New(c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := study.Run(ctx, workers)
	if err != nil {
		t.Fatal(err)
	}
	if r.Stop == search.Interrupted {
		t.Fatal("not done after a minute")
	}
	return r
}

// same compares histories in everything but measured time.
func same(t *testing.T, what string, want, got search.Result) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(search.Trial{}, "Wall"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: the history differs:\n%s", what, diff)
	}
}

func (s suite) spendsBudget(t *testing.T, window int) {
	c := s.config(Landscape{Count: 1}, window)
	if r := run(t, c, 1); r.Queries != budget || r.Stop != search.BudgetSpent {
		t.Errorf("%d queries of %d, then: %s", r.Queries, budget, r.Stop)
	}
}

// asksWithoutTrace compares a study in which every question is put once with one in which it is put twice.
func (s suite) asksWithoutTrace(t *testing.T, window int) {
	var results []search.Result
	for times := 1; times <= 2; times++ {
		c := s.config(Landscape{Count: 1}, window)
		entry := s.entry
		entry.New = func(p search.Problem, o search.Options) (search.Strategy, error) {
			inner, err := s.entry.New(p, o)
			return repeater{inner, times}, err
		}
		c.Registry = search.Registry{s.name: entry}
		results = append(results, run(t, c, 1))
	}
	same(t, "asked twice", results[0], results[1])
}

// repeater puts every question several times, with the same random numbers.
type repeater struct {
	search.Strategy
	times int
}

func (r repeater) Ask(ctx context.Context, rng *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	seed := rng.Uint64()
	var first search.Proposal
	for i := range r.times {
		p, err := r.Strategy.Ask(ctx, rand.New(rand.NewPCG(seed, 0)), append([]search.Proposal(nil), pending...))
		if err != nil {
			return p, err
		}
		if i > 0 && p != first {
			return p, fmt.Errorf("asked again, it proposes %v after %v", p, first)
		}
		first = p
	}
	return first, nil
}

func (s suite) sameForWorkers(t *testing.T, window int) {
	var want search.Result
	for _, workers := range []int{1, 2, 8, 16} {
		c := s.config(Landscape{Count: 1, Delay: delay}, window)
		r := run(t, c, workers)
		if workers == 1 {
			want = r
		}
		same(t, fmt.Sprintf("%d workers", workers), want, r)
	}
}

// sameAfterCuts begins studies with a part of a whole study's history: its beginning, and some of its trials.
func (s suite) sameAfterCuts(t *testing.T, window int) {
	r := rand.New(rand.NewPCG(5, 5))
	c := s.config(Landscape{Count: 1}, window)
	want := run(t, c, 1)
	for range 5 {
		cut := r.IntN(len(want.Trials))
		beginning, some := new(search.Memory), new(search.Memory)
		for i, at := range r.Perm(len(want.Trials))[:cut] {
			if err := errors.Join(beginning.Append(want.Trials[i]), some.Append(want.Trials[at])); err != nil {
				t.Fatal(err)
			}
		}
		c.Store = beginning
		same(t, fmt.Sprintf("cut after trial %d", cut), want, run(t, c, 1))
		c.Store = some
		same(t, fmt.Sprintf("with %d of its trials", cut), want, run(t, c, 1))
	}
}

// sameInSteps ends studies at smaller budgets first.
func (s suite) sameInSteps(t *testing.T, window int) {
	c := s.config(Landscape{Count: 1}, window)
	want := run(t, c, 1)
	c.Store = new(search.Memory)
	var got search.Result
	for _, c.Budget = range []int{budget / 4, budget / 2, budget} {
		got = run(t, c, 1)
	}
	same(t, "extended twice", want, got)
}

func (s suite) survivesFailures(t *testing.T, window int) {
	c := s.config(Landscape{Count: 1, Fails: FailSome}, window)
	r := run(t, c, 2)
	if _, _, ok := r.Best(); !ok || r.Failed == 0 || r.Failed == r.Queries {
		t.Errorf("%d of %d queries failed, best found: %v", r.Failed, r.Queries, ok)
	}
	c = s.config(Landscape{Count: 1, Fails: func(objective.Request) bool { return true }}, window)
	if r := run(t, c, 1); r.Failed != r.Queries || r.Queries == 0 {
		t.Errorf("every trial fails: %d of %d did", r.Failed, r.Queries)
	}
}

func (s suite) endsWhenExhausted(t *testing.T, window int) {
	small := NewGrid(3, 3)
	c := s.config(Landscape{Count: 1}, window)
	c.Space, c.Budget, c.MaxDuplicates = small, 10*small.Classes(), 2000
	r := run(t, c, 1)
	if r.Stop != search.SpaceExhausted && r.Stop != search.Stalled {
		t.Errorf("it ended with: %s", r.Stop)
	}
	if r.Queries > small.Classes() {
		t.Errorf("%d queries for %d classes", r.Queries, small.Classes())
	}
}

func (s suite) severalMetrics(t *testing.T) {
	c := s.config(Landscape{Count: 3}, 1)
	if !s.entry.Multi {
		_, err := search.New(c)
		var refused *search.MetricsError
		if !errors.As(err, &refused) || refused.Strategy != s.name {
			t.Errorf("three metrics: error %v, want one that names %s", err, s.name)
		}
		return
	}
	if r := run(t, c, 1); r.Queries != budget || len(r.Front()) == 0 {
		t.Errorf("three metrics: %d queries, %d on the front", r.Queries, len(r.Front()))
	}
}
