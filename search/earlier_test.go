package search_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
)

// recorded is an evaluator that tells of its measurements.
type recorded struct{ searchtest.Landscape }

func (r recorded) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	o, err := r.Landscape.Evaluate(ctx, q)
	o.Record = json.RawMessage(`{"of":"` + string(q.Arch) + `"}`)
	return o, err
}

// earlier is the configuration of testdata/window1.jsonl and testdata/window4.jsonl, which have all that the first version
// of the file's form can hold: settings, failures, duplicates, records of the evaluator.
func earlier(window int) search.Config {
	c := config(window)
	c.Budget = 16
	alter(&c, func(l *searchtest.Landscape) {
		l.As = []objective.Metric{{Name: "height0", Setting: objective.At(8)}}
		l.Of = map[string]string{"epochs": "24", "kernel": "plain"}
	})
	c.Evaluator = recorded{c.Evaluator.(searchtest.Landscape)}
	return c
}

// What an earlier program wrote is read, and continued from any line: what is there stays, and the study is the same.
// That program kept all duplicates.
func TestJournalOfAnEarlierVersionIsContinued(t *testing.T) {
	for _, window := range []int{1, 4} {
		file := fmt.Sprintf("testdata/window%d.jsonl", window)
		old := read(t, file)
		was, err := search.ReadJournal(file)
		want := was.Result
		if err != nil || was.Version != "test" || want.Queries != 16 || want.Duplicates == 0 || want.Failed == 0 {
			t.Errorf("%s: %d queries, %d duplicates, %d failed, version %q: %v",
				file, want.Queries, want.Duplicates, want.Failed, was.Version, err)
		}
		lines := bytes.SplitAfter(old, []byte("\n"))
		for n := range lines {
			path := filepath.Join(t.TempDir(), "study")
			begun := bytes.Join(lines[:n], nil)
			if err := os.WriteFile(path, begun, 0o644); err != nil {
				t.Fatal(err)
			}
			got := run(t, path, earlier(window))
			stored, err := search.ReadJournal(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range []search.Result{got, stored.Result} {
				if diff := cmp.Diff(want.Trials, r.Trials, sameTrials); diff != "" || r.Duplicates != want.Duplicates {
					t.Fatalf("%s, continued after %d lines: %d duplicates, want %d:\n%s", file, n, r.Duplicates, want.Duplicates, diff)
				}
			}
			if !bytes.HasPrefix(read(t, path), begun) {
				t.Fatalf("%s, continued after %d lines: they were changed", file, n)
			}
		}
	}
}
