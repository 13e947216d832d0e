package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/search"
)

// fuzzedPlan is a small one.
func fuzzedPlan() Plan {
	return Plan{
		Space: "grid", Budget: 8, Seed: 3, Window: 1, Runs: 2,
		Problems:   []Problem{{Name: "heights", Source: "landscape"}},
		Strategies: []Strategy{{Name: "up", Algorithm: "climb", Options: search.Options{"luck": "4"}}},
	}
}

// Any file is a comparison's, whose runs are all known, or is refused and left as it was; any record can be read again.
func FuzzStore(f *testing.F) {
	plan := fuzzedPlan()
	dir := f.TempDir()
	path := filepath.Join(dir, "runs.jsonl")
	run := Run{
		Problem: "heights", Strategy: "up", Seed: 3, Stop: search.BudgetSpent, Queries: 8, Hours: .25,
		Steps: []Step{{1, .1, .5, "1,2", []float64{.5}}}, StrategySeconds: Unknown(),
	}
	s, err := OpenStore(dir, "test", plan)
	if err == nil {
		err = errors.Join(s.keep(run), s.Close())
	}
	if err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	text, err := json.Marshal(run)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole, text)
	f.Add(whole[:len(whole)-3], []byte(`{"problem":"heights","strategy":"up","seed":4,"steps":null,"strategy_seconds":null}`))
	f.Add([]byte(`{"nassearch_comparison":1}`+"\n"), []byte(`{"steps":[{"query":-1,"hours":1e308,"values":[]}]}`))
	f.Fuzz(func(t *testing.T, b, text []byte) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := OpenStore(dir, "test", plan)
		if err != nil {
			if after, _ := os.ReadFile(path); !bytes.Equal(after, b) {
				t.Errorf("refused with %v, and changed", err)
			}
			return
		}
		var r Run
		if json.Unmarshal(text, &r) != nil {
			r = run
		}
		known := len(s.runs)
		if _, ok := s.find(r.key()); !ok {
			known++
		}
		if err := errors.Join(s.keep(r), s.Close()); err != nil {
			t.Fatal(err)
		}
		if s, err = OpenStore(dir, "test", plan); err != nil {
			t.Fatal(err)
		}
		if len(s.runs) != known {
			t.Errorf("%d runs, want %d", len(s.runs), known)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
