package search_test

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
)

// dull proposes a new class once in so many proposals, the first one else. It knows how many it was told.
type dull struct {
	every, told int
	grid        searchtest.Grid
}

func (d *dull) Ask(_ context.Context, _ *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	at := d.told + len(pending)
	if at%d.every != 0 {
		return search.Proposal{Arch: d.grid.Class(0)}, nil
	}
	return search.Proposal{Arch: d.grid.Class(at / d.every)}, nil
}

func (d *dull) Tell(search.Trial) { d.told++ }

// repetitive is a study whose strategy is dull.
func repetitive(every, window int) search.Config {
	grid := searchtest.NewGrid(6, 6)
	c := config(window)
	c.Strategy, c.Budget, c.Evaluator = "dull", 400, searchtest.Landscape{Count: 1}
	c.Registry = search.Registry{"dull": {New: func(search.Problem, search.Options) (search.Strategy, error) {
		return &dull{every: every, grid: grid}, nil
	}}}
	return c
}

// pursue runs a study that a thousand duplicates end, in a journal if there is a path.
func pursue(t *testing.T, path string, c search.Config) (r search.Result) {
	t.Helper()
	study, err := search.New(c)
	if err != nil {
		t.Fatal(err)
	}
	study.TakeForRepetitive(1000)
	if path != "" {
		j, err := search.OpenJournal(path, "test", study.Description())
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		study.Keep(j)
	}
	if r, err = study.Run(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestStudyEndsWhenItDoesLittleElseThanRepeatItself(t *testing.T) {
	for name, c := range map[string]struct {
		every, queries int
		stop           search.Reason
	}{
		"now and then":   {10, 400, search.BudgetSpent}, // 900 among a hundred queries
		"just too often": {12, 91, search.Repetitive},
		"almost always":  {50, 21, search.Repetitive},
		"nothing else":   {200, 1, search.Stalled},
	} {
		for _, window := range []int{1, 3} {
			study := repetitive(c.every, window)
			study.MaxDuplicates = 150
			if r := pursue(t, "", study); r.Stop != c.stop || r.Queries != c.queries {
				t.Errorf("%s, window %d: %d queries, %d duplicates, %s", name, window, r.Queries, r.Duplicates, r.Stop)
			}
		}
	}
}

// It is the same study that ends, however it got there, and a larger budget does not wake it up.
func TestRepetitiveStudyIsOneHoweverItIsCut(t *testing.T) {
	for _, window := range []int{1, 3} {
		c := repetitive(30, window)
		want := pursue(t, "", c)
		path := filepath.Join(t.TempDir(), "study")
		var got search.Result
		for _, c.Budget = range []int{7, 20, 400, 5000} {
			got = pursue(t, path, c)
		}
		if diff := cmp.Diff(want, got, sameTrials); diff != "" || want.Stop != search.Repetitive {
			t.Errorf("%s:\n%s", want.Stop, diff)
		}
		stored, err := search.ReadJournal(path)
		if err != nil || stored.Duplicates != want.Duplicates {
			t.Errorf("%d duplicates, want %d: %v", stored.Duplicates, want.Duplicates, err)
		}
		if lines := bytes.Count(read(t, path), []byte("\n")); lines > want.Queries+5 {
			t.Errorf("%d lines for %d queries", lines, want.Queries)
		}
	}
}

// Earlier versions let a study go on, and kept all of it.
func TestRepetitiveStudyOfAnEarlierVersionIsTakenWhole(t *testing.T) {
	c := repetitive(30, 1)
	var all []search.Trial
	c.Observe = func(t search.Trial) {
		t.Repeats = 0
		all = append(all, t)
	}
	want, err := start(t, c) // as if nothing had ended it
	if err != nil || want.Queries != 400 {
		t.Fatalf("%d queries: %v", want.Queries, err)
	}
	c.Observe, c.Store = nil, new(search.Memory)
	for _, trial := range all {
		if err := c.Store.Append(trial); err != nil {
			t.Fatal(err)
		}
	}
	c.Budget = 500
	got := pursue(t, "", c)
	if got.Stop != search.Repetitive || got.Queries != 400 || got.Duplicates != want.Duplicates {
		t.Errorf("%d queries, %d duplicates, want %d: %s", got.Queries, got.Duplicates, want.Duplicates, got.Stop)
	}
}

// The clock stands still, and every duplicate counts: neither budget is ever spent.
func TestStudyEndsThoughItsClockStands(t *testing.T) {
	for _, window := range []int{1, 3} {
		c := with(asks(func(context.Context, *rand.Rand, []search.Proposal) (search.Proposal, error) {
			return search.Proposal{Arch: space.Arch("0,0,0,0,0,0")}, nil
		}), window)
		c.Budget, c.TimeBudget, c.CountDuplicates, c.MaxDuplicates = math.MaxInt/2, time.Hour, true, 50
		c.Evaluator = measures{
			cost: func(objective.Request) time.Duration { return 0 },
			evaluate: func(context.Context, objective.Request) (objective.Outcome, error) {
				return objective.Outcome{Values: []float64{1}}, nil
			},
		}
		if r, err := start(t, c); err != nil || r.Stop != search.Stalled || r.Queries != 51 {
			t.Errorf("window %d: %d queries, %s: %v", window, r.Queries, r.Stop, err)
		}
	}
}
