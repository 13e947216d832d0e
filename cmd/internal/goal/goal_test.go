package goal_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/cmd/internal/goal"
)

func TestGoalIsKeptUntilItIsReached(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	want := goal.Goal{Total: 300, Time: time.Hour, Before: 7, Began: time.Unix(1e9, 0).UTC()}
	if _, ok := goal.Of(path); ok {
		t.Error("there is one before")
	}
	goal.Set(path, want)
	got, ok := goal.Of(path)
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Error(diff)
	}
	goal.Reached(path)
	if _, ok := goal.Of(path); ok {
		t.Error("there is one behind")
	}
	for _, text := range []string{"", "{", `{"total":-1}`, `[]`} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), ".run.jsonl.goal"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if g, ok := goal.Of(path); ok {
			t.Errorf("%q is %+v", text, g)
		}
	}
	goal.Set(filepath.Join(path, "no folder"), want) // which is no matter
}

func TestRemainingGoesOnAsBefore(t *testing.T) {
	began := time.Unix(1e9, 0)
	for name, c := range map[string]struct {
		goal  goal.Goal
		done  int
		clock time.Duration
		after time.Duration
		want  time.Duration
		known bool
	}{
		"nothing yet":        {goal.Goal{Total: 100}, 0, 0, time.Minute, 0, false},
		"no limit":           {goal.Goal{}, 10, time.Hour, time.Minute, 0, false},
		"half":               {goal.Goal{Total: 100}, 50, 0, time.Minute, time.Minute, true},
		"of this process":    {goal.Goal{Total: 100, Before: 40}, 60, 0, time.Minute, 2 * time.Minute, true},
		"none by this one":   {goal.Goal{Total: 100, Before: 40}, 40, 0, time.Minute, 0, false},
		"more than all":      {goal.Goal{Total: 100}, 150, 0, time.Minute, 0, true},
		"by the clock":       {goal.Goal{Time: 3 * time.Hour}, 10, time.Hour, time.Minute, 2 * time.Minute, true},
		"whichever is first": {goal.Goal{Total: 1000, Time: 3 * time.Hour}, 10, time.Hour, time.Minute, 2 * time.Minute, true},
		"another's clock":    {goal.Goal{Total: 100}, 50, 0, -time.Minute, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			c.goal.Began = began
			got, ok := c.goal.Remaining(c.done, c.clock, began.Add(c.after))
			if got != c.want || ok != c.known {
				t.Errorf("%v, %v, want %v, %v", got, ok, c.want, c.known)
			}
		})
	}
}
