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
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/internal/rule"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

const (
	budget = 40 // queries of most studies
	delay  = 300 * time.Microsecond
	limit  = 30 * time.Second // for a study, which takes a second even with a slow strategy
)

// grid has 462 classes in 46,656 vectors.
var grid = NewGrid(6, 6)

// Run tests the strategy of an entry, with the given options, in studies on a [Grid]; one that begins with shorter
// trainings with and without them. They are small: the whole takes some seconds even for a slow strategy. It stops at
// the first rule that is broken, and says which.
func Run(t *testing.T, name string, entry search.Entry, options map[string]string) {
	t.Helper()
	rule.Run(t, rules(name, entry, options))
}

// Check tests as [Run] does, in a program: it yields every rule with how it is broken, nil if it is kept, and
// [rule.ErrUnchecked] behind one that is broken. What it cannot do is to set the clock: it waits a moment instead.
func Check(ctx context.Context, name string, entry search.Entry, options map[string]string) iter.Seq2[string, error] {
	return rule.Check(ctx, rules(name, entry, options))
}

// rules are those of a strategy where there is the full training alone, then, if it begins with shorter ones, where
// there are these.
func rules(name string, entry search.Entry, options map[string]string) []rule.Rule {
	all := suite{name, entry, options, nil}.rules()
	if !entry.Fidelities {
		return all
	}
	for _, r := range (suite{name, entry, options, []float64{1. / 9, 1. / 3, 1}}).rules() {
		r.Name += ", with shorter trainings"
		all = append(all, r)
	}
	return all
}

// rules are the promises, those on which others rest before them.
func (s suite) rules() []rule.Rule {
	var all []rule.Rule
	for _, promise := range []struct {
		name  string
		check func(rule.T, int) error
	}{
		{"proposes architectures of the space", s.proposes},
		{"spends its budget to the query", s.spendsBudget},
		{"keeps no generator and no clock", s.keepsNothingOfItsOwn},
		{"has one history for a seed", s.sameAgain},
		{"has one history whatever the clock says", s.sameAtAnyTime},
		{"asks without a trace", s.asksWithoutTrace},
		{"leaves what it is told as it is", s.leavesTrials},
		{"has one history for any number of workers", s.sameForWorkers},
		{"has one history however it is cut", s.sameAfterCuts},
		{"has one history in several budgets", s.sameInSteps},
		{"has one history in several times", s.sameInTimes},
		{"survives failed trials", s.survivesFailures},
		{"stays in the part of a space that it is given", s.staysInside},
		{"ends when the space is exhausted", s.endsWhenExhausted},
	} {
		for _, window := range []int{1, 4} {
			name := fmt.Sprintf("%s, window %d", promise.name, window)
			all = append(all, rule.Rule{Name: name, Check: func(t rule.T) error { return promise.check(t, window) }})
		}
	}
	return append(all, rule.Rule{Name: "takes several metrics or says that it does not", Check: s.severalMetrics})
}

type suite struct {
	name    string
	entry   search.Entry
	options map[string]string
	shares  []float64 // at which there are values; nil: the full training alone
}

// config is that of a small study.
func (s suite) config(l Landscape, window int) search.Config {
	l.Shares = s.shares
	return search.Config{
		Space: grid, Evaluator: l,
		Registry: search.Registry{s.name: s.entry}, Strategy: s.name, Options: s.options,
		Seed: 1, Budget: budget, Window: window,
	}
}

// run runs a study to its end. A strategy that does not come back is left behind.
func run(t rule.T, c search.Config, workers int) (r search.Result, err error) {
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v", p)
			}
		}()
		study, newErr := search.New(c)
		if err = newErr; err == nil {
			r, err = study.Run(ctx, workers)
		}
	}()
	select {
	case <-done:
	case <-time.After(limit + time.Second):
		return search.Result{}, fmt.Errorf("it does not come back within %v", limit)
	}
	if err == nil && r.Stop == search.Interrupted {
		err = fmt.Errorf("not done after %v and %d queries", limit, r.Queries)
	}
	return r, err
}

// same compares histories in everything but measured time.
func same(what string, want, got search.Result) error {
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(search.Trial{}, "Wall"), cmpopts.EquateEmpty()); diff != "" {
		return fmt.Errorf("%s: the history differs:\n%s", what, diff)
	}
	return nil
}

// proposes needs no more than a study that is not refused: it validates proposals.
func (s suite) proposes(t rule.T, window int) error {
	_, err := run(t, s.config(Landscape{Count: 1}, window), 1)
	return err
}

func (s suite) spendsBudget(t rule.T, window int) error {
	r, err := run(t, s.config(Landscape{Count: 1}, window), 1)
	if err == nil && (r.Queries != budget || r.Stop != search.BudgetSpent) {
		err = fmt.Errorf("%d queries of %d, then: %s", r.Queries, budget, r.Stop)
	}
	return err
}

// leavesTrials compares the values in a history with those that were measured.
func (s suite) leavesTrials(t rule.T, window int) error {
	c := s.config(Landscape{Count: 1}, window)
	r, err := run(t, c, 1)
	if err != nil {
		return err
	}
	for _, trial := range r.Trials {
		arch := space.Canonical(grid, trial.Arch)
		o, err := c.Evaluator.Evaluate(t.Context(), objective.Request{Arch: arch, Fidelity: trial.Fidelity})
		if err != nil || !slices.Equal(o.Values, trial.Values) {
			return fmt.Errorf("trial %d has the values %v, measured were %v, %v", trial.ID, trial.Values, o.Values, err)
		}
	}
	return nil
}

func (s suite) survivesFailures(t rule.T, window int) error {
	r, err := run(t, s.config(Landscape{Count: 1, Fails: FailSome}, window), 2)
	if err != nil {
		return err
	}
	if _, _, ok := r.Best(); !ok || r.Failed == 0 || r.Failed == r.Queries {
		return fmt.Errorf("%d of %d queries failed, best found: %v", r.Failed, r.Queries, ok)
	}
	all := func(objective.Request) bool { return true }
	r, err = run(t, s.config(Landscape{Count: 1, Fails: all}, window), 1)
	if err == nil && (r.Failed != r.Queries || r.Queries == 0) {
		err = fmt.Errorf("every trial fails: %d of %d did", r.Failed, r.Queries)
	}
	return err
}

// staysInside gives a strategy a part of the space, as bounds do. A study refuses what is outside.
func (s suite) staysInside(t rule.T, window int) error {
	part, err := space.Restrict(grid, func(a space.Arch) bool { return strings.Contains(string(a), "0") })
	if err != nil {
		return err
	}
	c := s.config(Landscape{Count: 1}, window)
	c.Space = part
	_, err = run(t, c, 1)
	return err
}

func (s suite) endsWhenExhausted(t rule.T, window int) error {
	small := NewGrid(3, 3)
	c := s.config(Landscape{Count: 1}, window)
	c.Space, c.Budget, c.MaxDuplicates = small, 10*small.Classes(), 2000
	r, err := run(t, c, 1)
	switch {
	case err != nil:
		return err
	case r.Stop != search.SpaceExhausted && r.Stop != search.Stalled:
		return fmt.Errorf("it ended with: %s", r.Stop)
	case r.Queries > small.Classes()*max(1, len(s.shares)):
		return fmt.Errorf("%d queries for %d classes", r.Queries, small.Classes())
	}
	return nil
}

func (s suite) severalMetrics(t rule.T) error {
	c := s.config(Landscape{Count: 3}, 1)
	r, err := run(t, c, 1)
	refused, ok := errors.AsType[*search.MetricsError](err)
	switch {
	case ok && strings.HasPrefix(refused.Strategy, s.name): // the strategy, or these options of it
		return nil
	case !s.entry.Multi || ok:
		return fmt.Errorf("three metrics: error %w, want one that names %s", err, s.name)
	}
	if err == nil && (r.Queries != budget || len(r.Front()) == 0) {
		err = fmt.Errorf("three metrics: %d queries, %d on the front", r.Queries, len(r.Front()))
	}
	return err
}
