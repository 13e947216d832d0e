package search_test

import (
	"math"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// demanding takes a second a query and as many bytes.
type demanding struct{ asks }

func (demanding) Needs(queries int) search.Needs {
	return search.NewNeeds(float64(queries), float64(queries))
}

// short is an evaluator of trainings that cost an hour, or less.
type short struct {
	measures
	fidelities []float64
}

func (s short) Fidelities() []float64 { return s.fidelities }

func TestNeedsAreThoseOfTheQueriesThatAStudyComesTo(t *testing.T) {
	e, ok := with(demanding{}, 1).Space.(space.Enumerator)
	if !ok {
		t.Fatal("no classes")
	}
	for _, c := range []struct {
		name       string
		budget     int
		time       time.Duration
		window     int
		counted    bool
		fidelities []float64
		want       int
	}{
		{"a budget", 10, 0, 1, false, nil, 10},
		{"all classes", 1_000_000_000, 0, 1, false, nil, e.Classes()},
		{"duplicates that count", 1_000_000_000, 0, 1, true, nil, 1_000_000_000},
		{"a time", math.MaxInt, 5 * time.Hour, 1, false, nil, 6},
		{"a time for two", math.MaxInt, 5 * time.Hour, 2, false, nil, 12},
		{"a time and a budget", 3, 5 * time.Hour, 1, false, nil, 3},
		{"no end of time", math.MaxInt, math.MaxInt64, 1, false, nil, e.Classes()},
		{"short trainings", 1_000_000_000, 0, 1, false, []float64{.25, 1}, 2 * e.Classes()},
		{"a time of short trainings", math.MaxInt, 2 * time.Hour, 1, false, []float64{.25, 1}, 9},
	} {
		config := with(demanding{}, c.window)
		config.Budget, config.TimeBudget, config.CountDuplicates = c.budget, c.time, c.counted
		hours := measures{cost: func(q objective.Request) time.Duration {
			return time.Duration(q.Fidelity * float64(time.Hour))
		}}
		config.Evaluator = hours
		if c.fidelities != nil {
			entry := config.Registry[config.Strategy]
			entry.Fidelities = true
			config.Registry[config.Strategy] = entry
			config.Evaluator = short{hours, c.fidelities}
		}
		s, err := search.New(config)
		if err != nil {
			t.Fatal(err)
		}
		want := search.Needs{Memory: int64(c.want), Time: time.Duration(c.want) * time.Second}
		if got := s.Needs(); got != want {
			t.Errorf("%s: %+v, want %+v", c.name, got, want)
		}
	}
}

func TestNeedsDoNotOverflow(t *testing.T) {
	for _, v := range []float64{1e20, math.MaxFloat64, math.Inf(1)} {
		if n := search.NewNeeds(v, v); n.Memory < 1e18 || n.Time < 100*365*24*time.Hour {
			t.Errorf("%v bytes and seconds: %+v", v, n)
		}
	}
}

func TestStrategyThatDoesNotSayNeedsNothing(t *testing.T) {
	s, err := search.New(with(asks(nil), 1))
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Needs(); n != (search.Needs{}) {
		t.Errorf("%+v", n)
	}
}
