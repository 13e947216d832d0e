package search_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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

// What an earlier program wrote is read, continued from any line, and written again byte for byte, but for times and
// checksums, which are now chained.
func TestJournalOfAnEarlierVersionIsContinued(t *testing.T) {
	for _, window := range []int{1, 4} {
		file := fmt.Sprintf("testdata/window%d.jsonl", window)
		want := read(t, file)
		r, err := search.ReadJournal(file)
		if err != nil || r.Version != "test" || r.Queries != 16 || r.Duplicates == 0 || r.Failed == 0 {
			t.Errorf("%s: %d queries, %d duplicates, %d failed, version %q: %v", file, r.Queries, r.Duplicates, r.Failed, r.Version, err)
		}
		lines := bytes.SplitAfter(want, []byte("\n"))
		for n := range lines {
			path := filepath.Join(t.TempDir(), "study")
			if err := os.WriteFile(path, bytes.Join(lines[:n], nil), 0o644); err != nil {
				t.Fatal(err)
			}
			run(t, path, earlier(window))
			got := read(t, path)
			if diff := cmp.Diff(strings.Split(unchained(want), "\n"), strings.Split(unchained(got), "\n")); diff != "" {
				t.Fatalf("%s, continued after %d lines:\n%s", file, n, diff)
			}
			if !bytes.HasPrefix(got, bytes.Join(lines[:n], nil)) {
				t.Errorf("%s, continued after %d lines: these were changed", file, n)
			}
		}
	}
}
