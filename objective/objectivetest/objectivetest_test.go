package objectivetest

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nassearch/nassearch/internal/rule"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
)

var grid = searchtest.NewGrid(3, 4)

// steady is an evaluator of the grid that keeps the rules, but for what a test puts in its place.
type steady struct {
	*objective.Measured
	change func(o objective.Outcome, calls int64, ctx context.Context) (objective.Outcome, error)
	cost   func(calls int64) time.Duration
	source func(calls int64) string
	calls  *atomic.Int64
}

func newSteady() *steady {
	var values []float64
	for class := range grid.Classes() {
		values = append(values, float64(class%7))
	}
	values[3] = math.NaN()
	return &steady{Measured: objective.NewMeasured([]objective.Metric{{Name: "height"}}, values), calls: new(atomic.Int64)}
}

func (s *steady) Source() string {
	if s.source != nil {
		return s.source(s.calls.Add(1))
	}
	return "steady"
}

func (s *steady) Cost(objective.Request) time.Duration {
	if s.cost != nil {
		return s.cost(s.calls.Add(1))
	}
	return time.Second
}

func (s *steady) Evaluate(ctx context.Context, q objective.Request) (o objective.Outcome, err error) {
	class, err := grid.ClassOf(q.Arch)
	switch {
	case s.change != nil:
		if err == nil {
			o.Values = s.Values(class)
		}
		return s.change(o, s.calls.Add(1), ctx)
	case err != nil:
		return o, err
	case math.IsNaN(s.Values(class)[0]):
		return o, &objective.MissingError{Source: "steady", Arch: q.Arch, Metric: s.Metrics()[0]}
	}
	return objective.Outcome{Values: s.Values(class)}, nil
}

// ranker says wrong ranks, and liar wrong values.
type (
	ranker   struct{ *steady }
	liar     struct{ *steady }
	nameless struct{ *steady }
	partial  struct {
		*steady
		shares []float64
	}
)

func (ranker) Rank(int, float64) int         { return 1 }
func (liar) Values(int) []float64            { return []float64{8} }
func (nameless) Metrics() []objective.Metric { return nil }
func (p partial) Fidelities() []float64      { return p.shares }

// changed is an evaluator whose outcomes of valid requests are not what they should be.
func changed(f func(o objective.Outcome, calls int64, ctx context.Context) (objective.Outcome, error)) *steady {
	s := newSteady()
	s.change = func(o objective.Outcome, calls int64, ctx context.Context) (objective.Outcome, error) {
		if o.Values == nil || math.IsNaN(o.Values[0]) {
			return objective.Outcome{}, errors.New("nothing there")
		}
		return f(o, calls, ctx)
	}
	return s
}

func values(v ...float64) (objective.Outcome, error) { return objective.Outcome{Values: v}, nil }

func TestBrokenRulesAreNamed(t *testing.T) {
	moody, expensive := newSteady(), newSteady()
	moody.source = func(calls int64) string { return strings.Repeat("x", int(calls)) }
	expensive.cost = func(calls int64) time.Duration { return time.Duration(calls) }
	lenient := newSteady()
	lenient.change = func(objective.Outcome, int64, context.Context) (objective.Outcome, error) { return values(1) }
	var busy atomic.Int32
	for _, c := range []struct {
		evaluator objective.Evaluator
		want      string
	}{
		{newSteady(), ""},
		{searchtest.Landscape{Count: 2, Fails: searchtest.FailSome}, "refuses what is no architecture"},
		{nameless{newSteady()}, "names its metrics"},
		{moody, "has a source, and settings, that stay"},
		{expensive, "announces costs that follow from the request"},
		{lenient, "refuses what is no architecture"},
		{partial{newSteady(), []float64{.5, 1}}, ""},
		{partial{newSteady(), []float64{.5}}, "lists its fidelities, and answers them"},
		{partial{newSteady(), []float64{1, .5}}, "lists its fidelities, and answers them"},
		{partial{newSteady(), []float64{0, 1}}, "lists its fidelities, and answers them"},
		{partial{newSteady(), nil}, "lists its fidelities, and answers them"},
		{partial{changed(func(objective.Outcome, int64, context.Context) (objective.Outcome, error) {
			return objective.Outcome{}, &objective.FidelityError{Fidelity: .5, Has: []float64{1}}
		}), []float64{.5, 1}}, "lists its fidelities, and answers them"},
		{changed(func(objective.Outcome, int64, context.Context) (objective.Outcome, error) {
			return values(1, 2)
		}), "measures a finite value a metric, or fails"},
		{changed(func(objective.Outcome, int64, context.Context) (objective.Outcome, error) {
			return values(math.Inf(1))
		}), "measures a finite value a metric, or fails"},
		{changed(func(_ objective.Outcome, calls int64, _ context.Context) (objective.Outcome, error) {
			return values(float64(calls))
		}), "gives the same values again"},
		{changed(func(o objective.Outcome, _ int64, _ context.Context) (objective.Outcome, error) {
			defer busy.Add(-1)
			if busy.Add(1) > 1 {
				return values(-1)
			}
			time.Sleep(time.Millisecond)
			runtime.Gosched()
			return o, nil
		}), "is safe for concurrent use"},
		{changed(func(o objective.Outcome, _ int64, ctx context.Context) (objective.Outcome, error) {
			if ctx.Err() != nil {
				return values(-1)
			}
			return o, nil
		}), "tells an end from a value"},
		{liar{newSteady()}, "knows in its landscape what it measures"},
		{ranker{newSteady()}, "ranks what its landscape has"},
	} {
		archs := []space.Arch{"0,0,0", "0,0,3", "0,1,2", "3,3,3", "1,2,0"}
		if got, err := rule.Broken(t, Rules(grid, c.evaluator, archs...)); got != c.want {
			t.Errorf("it breaks %q, %v: want %q", got, err, c.want)
		}
	}
}
