package compare_test

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
)

var (
	grid     = searchtest.NewGrid(5, 4)
	registry = search.Registry{
		"sample": {New: func(p search.Problem, _ search.Options) (search.Strategy, error) { return asks(p.Space.Sample), nil }, Multi: true},
		"climb":  {Options: []search.Option{search.IntOption("luck", 4, 1, 10, "one in so many is random")}, New: newClimb},
	}
)

// asks is a strategy made of a function.
type asks func(r *rand.Rand) space.Arch

func (a asks) Ask(_ context.Context, r *rand.Rand, _ []search.Proposal) (search.Proposal, error) {
	return search.Proposal{Arch: a(r)}, nil
}
func (asks) Tell(search.Trial) {}

// climb mutates the best.
type climb struct {
	problem search.Problem
	luck    int
	best    *search.Trial
}

func newClimb(p search.Problem, o search.Options) (search.Strategy, error) {
	return &climb{problem: p, luck: o.Int("luck")}, nil
}

func (c *climb) Ask(_ context.Context, r *rand.Rand, _ []search.Proposal) (search.Proposal, error) {
	if c.best == nil || r.IntN(c.luck) == 0 {
		return search.Proposal{Arch: c.problem.Space.Sample(r)}, nil
	}
	return search.Proposal{Arch: c.problem.Space.Mutate(r, c.best.Arch)}, nil
}

func (c *climb) Tell(t search.Trial) {
	if c.best == nil || c.problem.Better(t, *c.best) {
		c.best = &t
	}
}

// known is a landscape that is known by heart.
func known(l searchtest.Landscape) *objective.Measured {
	var values []float64
	for i := range grid.Classes() {
		o, err := searchtest.Landscape{Count: l.Count}.Evaluate(context.Background(), objective.Request{Arch: grid.Class(i), Fidelity: 1})
		if err != nil {
			panic(err)
		}
		values = append(values, o.Values...)
	}
	return objective.NewMeasured(l.Metrics(), values)
}

// task is a landscape with so many metrics, all of its classes known.
func task(metrics int) compare.Task {
	l := searchtest.Landscape{Count: metrics}
	return compare.Task{Name: "heights", About: "made up", Evaluator: l, Known: known(l)}
}

func config() compare.Config {
	return compare.Config{
		Space: grid, Registry: registry, Tasks: []compare.Task{task(1)},
		Strategies: []compare.Strategy{{Name: "sample", Algorithm: "sample"}, {Name: "climb", Algorithm: "climb"}},
		Runs:       6, Seed: 3, Budget: 20, Resamples: 200, Workers: 2,
	}
}

func experiment(t *testing.T, c compare.Config) *compare.Experiment {
	t.Helper()
	e, err := compare.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// runs makes the runs, in a folder if there is one.
func runs(t *testing.T, c compare.Config, dir string) []compare.Run {
	t.Helper()
	e := experiment(t, c)
	if dir != "" {
		s := store(t, e, dir)
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		e.Keep(s)
	}
	all, err := e.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func store(t *testing.T, e *compare.Experiment, dir string) *compare.Store {
	t.Helper()
	s, err := compare.OpenStore(dir, "test", e.Plan())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// analyse says what follows from runs.
func analyse(t *testing.T, c compare.Config, all []compare.Run) analysis.Comparison {
	t.Helper()
	found, err := analysis.Analyse(experiment(t, c).Plan(), all, c.Tasks, c.Space)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// csv is all of the runs that does not depend on a clock.
func csv(t *testing.T, c compare.Config, all []compare.Run) string {
	t.Helper()
	found := analyse(t, c, all)
	var b bytes.Buffer
	if err := comparison.CSV(&b, found, space.Names{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func near(a compare.Number, b float64) bool { return math.Abs(float64(a)-b) < 1e-9 }
