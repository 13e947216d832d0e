package search_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
)

var registry = search.Registry{
	"climb": climbEntry,
	"other": climbEntry,
}

var climbEntry = search.Entry{
	About:   "mutates the best",
	Options: []search.Option{search.IntOption("luck", 1, 1, 10, "mutations")},
	New: func(p search.Problem, _ search.Options) (search.Strategy, error) {
		return &climb{p: p}, nil
	},
}

func (c *climb) Ask(_ context.Context, r *rand.Rand, _ []search.Proposal) (search.Proposal, error) {
	if c.best == nil || r.IntN(4) == 0 {
		return search.Proposal{Arch: c.p.Space.Sample(r)}, nil
	}
	return search.Proposal{Arch: c.p.Space.Mutate(r, c.best.Arch)}, nil
}

func (c *climb) Tell(t search.Trial) {
	if c.best == nil || c.p.Better(t, *c.best) {
		c.best = &t
	}
}

// asks is a strategy made of a function.
type asks func(ctx context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error)

func (a asks) Ask(ctx context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	return a(ctx, r, pending)
}
func (asks) Tell(search.Trial) {}

// with makes a configuration whose strategy is s.
func with(s search.Strategy, window int) search.Config {
	c := config(window)
	c.Strategy = "mine"
	c.Registry = search.Registry{"mine": {New: func(search.Problem, search.Options) (search.Strategy, error) { return s, nil }}}
	return c
}

func start(t *testing.T, c search.Config) (search.Result, error) {
	t.Helper()
	study, err := search.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return study.Run(t.Context(), 4)
}

func TestClimbKeepsTheContract(t *testing.T) { searchtest.Run(t, "climb", climbEntry, nil) }

// measures is an evaluator made of functions.
type measures struct {
	cost     func(objective.Request) time.Duration
	evaluate func(context.Context, objective.Request) (objective.Outcome, error)
}

func (m measures) Metrics() []objective.Metric { return []objective.Metric{{Name: "height0"}} }
func (m measures) Source() string              { return "functions" }

func (m measures) Cost(q objective.Request) time.Duration { return m.cost(q) }
func (m measures) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	return m.evaluate(ctx, q)
}

// The first proposal costs most, and is told last, although its worker is done first.
func TestTrialsAreToldInTheOrderOfTheVirtualClock(t *testing.T) {
	costs := []time.Duration{9, 4, 2, 7, 1, 1}
	next := 0
	c := with(asks(func(context.Context, *rand.Rand, []search.Proposal) (search.Proposal, error) {
		next++
		return search.Proposal{Arch: space.Arch(fmt.Sprintf("0,0,0,0,0,%d", next-1))}, nil
	}), 3)
	c.Budget = len(costs)
	number := func(q objective.Request) int { return int(q.Arch[len(q.Arch)-1] - '0') }
	c.Evaluator = measures{
		cost: func(q objective.Request) time.Duration { return costs[number(q)] },
		evaluate: func(_ context.Context, q objective.Request) (objective.Outcome, error) {
			time.Sleep(time.Duration(number(q)) * time.Millisecond)
			return objective.Outcome{Values: []float64{1}}, nil
		},
	}
	r, err := start(t, c)
	if err != nil {
		t.Fatal(err)
	}
	var order []int
	var ends []time.Duration
	for _, trial := range r.Trials {
		order, ends = append(order, trial.ID), append(ends, trial.End)
	}
	// 0, 1, 2 leave at 0; 2 is back at 2 and 3 leaves until 9; 1 is back at 4, 4 leaves until 5, then 5 until 6.
	if got, want := fmt.Sprint(order, ends), "[2 1 4 5 0 3] [2ns 4ns 5ns 6ns 9ns 9ns]"; got != want {
		t.Errorf("told %s, want %s", got, want)
	}
}

// Trials of 2 hours in a window of 2: one that begins before the fifth hour is over is awaited.
func TestTimeBudgetEndsTheStudyOnTheVirtualClock(t *testing.T) {
	next := 0
	c := with(asks(func(context.Context, *rand.Rand, []search.Proposal) (search.Proposal, error) {
		next++
		return search.Proposal{Arch: space.Arch(fmt.Sprintf("0,0,0,0,%d,%d", (next-1)/3, (next-1)%3))}, nil
	}), 2)
	c.Budget, c.TimeBudget, c.MaxDuplicates = 1000, 5*time.Hour, 3
	c.Evaluator = measures{
		cost: func(objective.Request) time.Duration { return 2 * time.Hour },
		evaluate: func(context.Context, objective.Request) (objective.Outcome, error) {
			return objective.Outcome{Values: []float64{1}}, nil
		},
	}
	c.CountDuplicates = true
	r, err := start(t, c)
	if err != nil || r.Stop != search.BudgetSpent || r.Queries != 6 {
		t.Errorf("%d queries, %s, %v; want 6", r.Queries, r.Stop, err)
	}
}

func TestDuplicatesAreFreeUnlessCounted(t *testing.T) {
	archs := []space.Arch{"0,0,0,0,0,1", "1,0,0,0,0,0", "0,0,0,0,0,2", "0,0,0,0,1,0", "0,0,0,0,0,3"}
	for _, counted := range []bool{false, true} {
		next, measured := 0, atomic.Int64{}
		c := with(asks(func(context.Context, *rand.Rand, []search.Proposal) (search.Proposal, error) {
			next++
			return search.Proposal{Arch: archs[(next-1)%len(archs)]}, nil
		}), 2)
		c.Budget, c.CountDuplicates = 3, counted
		c.Evaluator = measures{
			cost: func(objective.Request) time.Duration { return 1 },
			evaluate: func(_ context.Context, q objective.Request) (objective.Outcome, error) {
				measured.Add(1)
				return objective.Outcome{Values: []float64{float64(q.Arch[len(q.Arch)-1])}}, nil
			},
		}
		r, err := start(t, c)
		if err != nil {
			t.Fatal(err)
		}
		proposals, duplicates, classes := 5, 2, 3
		if counted {
			proposals, duplicates, classes = 3, 1, 2
		}
		if next != proposals || r.Duplicates != duplicates || r.Queries != 3 || int(measured.Load()) != classes {
			t.Errorf("counted %v: %d proposals, %d duplicates, %d queries, %d measured", counted, next, r.Duplicates, r.Queries, measured.Load())
		}
		if len(r.Trials) != 3 {
			t.Errorf("counted %v: %d trials are kept, want those that used budget", counted, len(r.Trials))
		}
		for _, trial := range r.Trials {
			if trial.Duplicate() && (trial.Of != 0 || trial.Values[0] != '1') {
				t.Errorf("counted %v: duplicate %+v, want the values of trial 0", counted, trial)
			}
		}
		if n := len(r.Curve()); n != r.Queries {
			t.Errorf("counted %v: a curve of %d for %d queries", counted, n, r.Queries)
		}
	}
}

func TestWhatGoesWrongFailsTheTrialAlone(t *testing.T) {
	for name, evaluate := range map[string]func(q objective.Request) (objective.Outcome, error){
		"error": func(objective.Request) (objective.Outcome, error) { return objective.Outcome{}, errors.New("no luck") },
		"panic": func(objective.Request) (objective.Outcome, error) { panic("no luck") },
		"no number": func(objective.Request) (objective.Outcome, error) {
			return objective.Outcome{Values: []float64{math.NaN()}}, nil
		},
		"infinity": func(objective.Request) (objective.Outcome, error) {
			return objective.Outcome{Values: []float64{math.Inf(1)}}, nil
		},
		"too many values": func(objective.Request) (objective.Outcome, error) {
			return objective.Outcome{Values: []float64{1, 2}}, nil
		},
	} {
		for _, window := range []int{1, 3} {
			c := config(window)
			c.Budget = 10
			bad := atomic.Int64{}
			c.Evaluator = measures{
				cost: func(objective.Request) time.Duration { return 1 },
				evaluate: func(_ context.Context, q objective.Request) (objective.Outcome, error) {
					if bad.Add(1) == 4 {
						return evaluate(q)
					}
					return objective.Outcome{Values: []float64{1}}, nil
				},
			}
			r, err := start(t, c)
			if err != nil || r.Queries != 10 || r.Failed != 1 {
				t.Errorf("%s: %d of %d queries failed, error %v", name, r.Failed, r.Queries, err)
			}
		}
	}
}

func TestStrategyMistakesEndTheStudyByName(t *testing.T) {
	for _, c := range []struct {
		proposal search.Proposal
		err      error
		want     string
	}{
		{search.Proposal{Arch: "7,7"}, nil, `strategy mine proposed "7,7"`},
		{search.Proposal{Arch: "0,0,0,0,0,0", Fidelity: 2}, nil, "strategy mine proposed fidelity 2"},
		{search.Proposal{}, errors.New("my own fault"), "my own fault"},
	} {
		_, err := start(t, with(asks(func(context.Context, *rand.Rand, []search.Proposal) (search.Proposal, error) {
			return c.proposal, c.err
		}), 1))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

func TestExhaustedStrategyEndsTheStudyInPeace(t *testing.T) {
	left := 5
	r, err := start(t, with(asks(func(_ context.Context, r *rand.Rand, _ []search.Proposal) (search.Proposal, error) {
		if left--; left < 0 {
			return search.Proposal{}, search.ErrExhausted
		}
		return search.Proposal{Arch: space.Arch(fmt.Sprintf("0,0,0,0,0,%d", left))}, nil
	}), 3))
	if err != nil || r.Stop != search.SpaceExhausted || r.Queries != 5 {
		t.Errorf("%d queries, %s, %v", r.Queries, r.Stop, err)
	}
}

func TestInterruptedStudyReturnsWhatItHas(t *testing.T) {
	for _, window := range []int{1, 3} {
		ctx, cancel := context.WithCancel(t.Context())
		c := config(window)
		told := 0
		c.Observe = func(search.Trial) {
			if told++; told == 12 {
				cancel()
			}
		}
		study, err := search.New(c)
		if err != nil {
			t.Fatal(err)
		}
		r, err := study.Run(ctx, 2)
		if err != nil || r.Stop != search.Interrupted || len(r.Trials) != 12 {
			t.Errorf("window %d: %d trials, %s, %v", window, len(r.Trials), r.Stop, err)
		}
	}
}

func TestStoreFailureEndsTheStudy(t *testing.T) {
	c := config(1)
	c.Store = full{}
	if _, err := start(t, c); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("error %v", err)
	}
}

// full is a store on a full disk.
type full struct{}

func (full) Load() ([]search.Trial, error) { return nil, nil }
func (full) Append(search.Trial) error     { return errors.New("no space left") }

func TestNewRefusesIncompleteConfigurations(t *testing.T) {
	for name, change := range map[string]func(*search.Config){
		"space":     func(c *search.Config) { c.Space = nil },
		"evaluator": func(c *search.Config) { c.Evaluator = nil },
		"metric":    func(c *search.Config) { c.Evaluator = searchtest.Landscape{} },
		"budget":    func(c *search.Config) { c.Budget = 0 },
		"window":    func(c *search.Config) { c.Window = -1 },
		"climbs":    func(c *search.Config) { c.Strategy = "climbs" },
		"luck":      func(c *search.Config) { c.Options = map[string]string{"luck": "11"} },
		"pluck":     func(c *search.Config) { c.Options = map[string]string{"pluck": "1"} },
	} {
		c := config(1)
		change(&c)
		if _, err := search.New(c); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
