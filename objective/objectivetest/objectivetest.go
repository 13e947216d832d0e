// Package objectivetest checks that an evaluator keeps the promises of objective.Evaluator, and those of what it can
// besides, whoever wrote it.
//
//	func TestMine(t *testing.T) {
//		objectivetest.Run(t, mine.Space{}, mine.NewEvaluator())
//	}
package objectivetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nassearch/nassearch/internal/rule"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

const (
	draws  = 20 // architectures that are measured if none are named
	noArch = "no architecture\x00"
)

// Run tests an evaluator of a space's architectures: of those that are named, or of some that are drawn, which are
// measured a few times each. It stops at the first rule that is broken, and says which.
func Run(t *testing.T, s space.Space, e objective.Evaluator, archs ...space.Arch) {
	t.Helper()
	rule.Run(t, Rules(s, e, archs...))
}

// Rules are what [Run] tests, for a program that checks, with further rules before and behind them.
func Rules(s space.Space, e objective.Evaluator, archs ...space.Arch) []rule.Rule {
	c := &checks{space: s, evaluator: e}
	r := rand.New(rand.NewPCG(11, 0))
	for _, a := range archs {
		c.archs = append(c.archs, space.Canonical(s, a))
	}
	for len(archs) == 0 && len(c.archs) < draws {
		c.archs = append(c.archs, space.Canonical(s, s.Sample(r)))
	}
	return []rule.Rule{
		{Name: "names its metrics", Check: c.metrics},
		{Name: "has a source, and settings, that stay", Check: c.source},
		{Name: "announces costs that follow from the request", Check: c.costs},
		{Name: "lists its fidelities, and answers them", Check: c.fidelities},
		{Name: "refuses what is no architecture", Check: c.refuses},
		{Name: "measures a finite value a metric, or fails", Check: c.measures},
		{Name: "gives the same values again", Check: c.again},
		{Name: "is safe for concurrent use", Check: c.concurrent},
		{Name: "tells an end from a value", Check: c.ends},
		{Name: "knows in its landscape what it measures", Check: c.landscape},
		{Name: "ranks what its landscape has", Check: c.ranks},
	}
}

type checks struct {
	space     space.Space
	evaluator objective.Evaluator
	archs     []space.Arch
	measured  []objective.Outcome // of archs, without values where they fail
}

func request(a space.Arch) objective.Request { return objective.Request{Arch: a, Fidelity: 1, Seed: 1} }

func (c *checks) metrics(rule.T) error {
	all := c.evaluator.Metrics()
	if len(all) == 0 {
		return errors.New("it has none")
	}
	for i, m := range all {
		if again, err := objective.ParseMetric(m.String()); err != nil || again != m {
			return fmt.Errorf("%q is read as %v, %w", m, again, err)
		}
		if slices.Contains(all[:i], m) {
			return fmt.Errorf("%s is there twice", m)
		}
	}
	if again := c.evaluator.Metrics(); !slices.Equal(again, all) {
		return fmt.Errorf("they are %v, then %v", all, again)
	}
	return nil
}

func (c *checks) source(rule.T) error {
	if s := c.evaluator.Source(); s == "" || c.evaluator.Source() != s {
		return fmt.Errorf("its source is %q, then %q", s, c.evaluator.Source())
	}
	if s, ok := c.evaluator.(objective.Settings); ok && !maps.Equal(s.Settings(), s.Settings()) {
		return fmt.Errorf("its settings are %v, then %v", s.Settings(), s.Settings())
	}
	return nil
}

// costs asks again after other questions and a measurement.
func (c *checks) costs(t rule.T) error {
	var costs []time.Duration
	for _, a := range c.archs {
		costs = append(costs, c.evaluator.Cost(request(a)))
	}
	_, _ = c.evaluator.Evaluate(t.Context(), request(c.archs[0])) // whatever comes of it
	for i, a := range c.archs {
		if again := c.evaluator.Cost(request(a)); costs[i] < 0 || again != costs[i] {
			return fmt.Errorf("%q: %v, then %v", a, costs[i], again)
		}
	}
	return nil
}

// fidelities measures the first architecture that has values at each of them: it takes no longer than in full, and is
// not refused.
func (c *checks) fidelities(t rule.T) error {
	all := objective.FidelitiesOf(c.evaluator)
	for i, f := range all {
		if !(f > 0) || i > 0 && f <= all[i-1] {
			return fmt.Errorf("they are %v: want them ascending, from above 0", all)
		}
	}
	if len(all) == 0 || all[len(all)-1] != 1 {
		return fmt.Errorf("they are %v: want the full training, 1, as the last", all)
	}
	if again := objective.FidelitiesOf(c.evaluator); !slices.Equal(again, all) {
		return fmt.Errorf("they are %v, then %v", all, again)
	}
	r := request(c.archs[0])
	whole := c.evaluator.Cost(r)
	for _, f := range all[:len(all)-1] {
		r.Fidelity = f
		if cost := c.evaluator.Cost(r); cost < 0 || cost > whole {
			return fmt.Errorf("%q: %v at fidelity %v, %v in full", r.Arch, cost, f, whole)
		}
		if _, err := c.evaluator.Evaluate(t.Context(), r); err != nil {
			if _, refused := errors.AsType[*objective.FidelityError](err); refused {
				return fmt.Errorf("fidelity %v, which it lists: %w", f, err)
			}
		}
	}
	return nil
}

func (c *checks) refuses(t rule.T) error {
	if o, err := c.evaluator.Evaluate(t.Context(), request(noArch)); err == nil {
		return fmt.Errorf("%q has the values %v", noArch, o.Values)
	}
	return nil
}

func (c *checks) measures(t rule.T) error {
	c.measured = make([]objective.Outcome, len(c.archs))
	for i, a := range c.archs {
		o, err := c.evaluator.Evaluate(t.Context(), request(a))
		if err != nil {
			continue
		}
		if len(o.Values) != len(c.evaluator.Metrics()) {
			return fmt.Errorf("%q: %d values of %d metrics", a, len(o.Values), len(c.evaluator.Metrics()))
		}
		if slices.ContainsFunc(o.Values, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
			return fmt.Errorf("%q: values %v, and no error", a, o.Values)
		}
		c.measured[i] = objective.Outcome{Values: slices.Clone(o.Values)}
	}
	return nil
}

// again measures in another order.
func (c *checks) again(t rule.T) error {
	for i, a := range slices.Backward(c.archs) {
		if err := c.same(t.Context(), i, a); err != nil {
			return err
		}
	}
	return nil
}

// same measures once more.
func (c *checks) same(ctx context.Context, i int, a space.Arch) error {
	o, err := c.evaluator.Evaluate(ctx, request(a))
	if was := c.measured[i].Values; err != nil && was != nil || err == nil && !slices.Equal(o.Values, was) {
		return fmt.Errorf("%q: %v, then %v, %w", a, was, o.Values, err)
	}
	return nil
}

// concurrent measures all at once; the race detector sees more.
func (c *checks) concurrent(t rule.T) error {
	errs := make([]error, len(c.archs))
	var all sync.WaitGroup
	for i, a := range c.archs {
		all.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					errs[i] = fmt.Errorf("panic: %v", p)
				}
			}()
			errs[i] = c.same(t.Context(), i, a)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// ends asks after the context has ended: for a value that is at hand, or for nothing.
func (c *checks) ends(t rule.T) error {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for i, a := range c.archs {
		o, err := c.evaluator.Evaluate(ctx, request(a))
		if err == nil && !slices.Equal(o.Values, c.measured[i].Values) {
			return fmt.Errorf("%q: after the end of the context %v, before %v", a, o.Values, c.measured[i].Values)
		}
	}
	return nil
}
