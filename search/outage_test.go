package search_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
)

// flaky can be asked so many times.
type flaky struct {
	searchtest.Landscape
	left *atomic.Int64
}

func (f flaky) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	if f.left.Add(-1) < 0 {
		return objective.Outcome{}, &objective.OutageError{Err: errors.New("nobody there")}
	}
	return f.Landscape.Evaluate(ctx, q)
}

// Where nobody can be asked nothing is a failed trial: the study ends, and goes on later to what it would have been.
func TestOutageEndsAStudyThatCanBeContinued(t *testing.T) {
	for _, window := range []int{1, 3} {
		histories := map[string][]search.Trial{}
		for name, breaks := range map[string]int64{"whole": 1000, "cut": 5} {
			left := new(atomic.Int64)
			left.Store(breaks)
			path := filepath.Join(t.TempDir(), "run.jsonl")
			run := func() (search.Result, error) {
				study, err := search.New(search.Config{
					Space: searchtest.NewGrid(3, 3), Evaluator: flaky{searchtest.Landscape{Count: 1}, left},
					Registry: mixing(1), Strategy: "mixed", Budget: 12, Seed: 1, Window: window,
				})
				if err != nil {
					t.Fatal(err)
				}
				j, err := search.OpenJournal(path, "test", study.Description())
				if err != nil {
					t.Fatal(err)
				}
				defer j.Close()
				study.Keep(j)
				return study.Run(t.Context(), 1)
			}
			result, err := run()
			if name == "cut" {
				if _, out := errors.AsType[*objective.OutageError](err); !out || result.Failed != 0 || result.Queries == 0 {
					t.Fatalf("window %d: %v, %d failed of %d", window, err, result.Failed, result.Queries)
				}
				left.Store(1000)
				result, err = run()
			}
			if err != nil {
				t.Fatal(err)
			}
			for i := range result.Trials {
				result.Trials[i].Wall = 0
			}
			histories[name] = result.Trials
		}
		if diff := cmp.Diff(histories["whole"], histories["cut"]); diff != "" {
			t.Errorf("window %d: %s", window, diff)
		}
	}
}
