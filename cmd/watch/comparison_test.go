package watch

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/goal"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/strategies"
)

// experiment compares two strategies on a table, three runs of six queries each.
func experiment(t *testing.T) (*compare.Experiment, *table.View) {
	t.Helper()
	measured, err := table.Open(micro.Path, table.Options{Formats: []table.Format{micro.Format()}})
	if err != nil {
		t.Fatal(err)
	}
	view, err := measured.Select(t.Context(), []string{"pgd_acc"}, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := compare.New(compare.Config{
		Space: measured.Space(), Registry: strategies.All(), Tasks: []compare.Task{{Name: "pgd", Evaluator: view}},
		Strategies: []compare.Strategy{{Name: "random", Algorithm: "random"}, {Name: "local", Algorithm: "local"}},
		Runs:       3, Seed: 1, Budget: 6,
	})
	if err != nil {
		t.Fatal(err)
	}
	return e, view
}

// A comparison is told while it is made: after every run how many there are of each strategy, and what they ended with.
func TestPageFollowsComparisons(t *testing.T) {
	e, view := experiment(t)
	dir := filepath.Join(t.TempDir(), "not yet there")
	h, err := newHub(t.Context(), []string{dir}, nowhere(), "test")
	if err != nil {
		t.Fatal(err)
	}
	store, err := compare.OpenStore(dir, "test", e.Plan())
	if err != nil {
		t.Fatal(err)
	}
	e.Keep(store)
	seen := 0
	check := func() {
		if err := h.update(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
		now, _ := h.now()
		shown := map[string]string{}
		others(now.parts, shown)
		_, runs, err := compare.ReadRuns(dir)
		if err != nil {
			t.Fatal(err)
		}
		seen = len(runs)
		for _, name := range []string{"random", "local"} {
			n, best, sum := 0, 0., 0.
			for _, run := range runs {
				if run.Strategy == name {
					end := run.Steps[len(run.Steps)-1].Quality
					n, best, sum = n+1, max(best, end), sum+end
				}
			}
			want := fmt.Sprintf("¦%s¦%d¦", name, n)
			if n > 0 {
				m := view.Metrics()[0]
				want += report.Format(m, sum/float64(n)) + "¦" + report.Format(m, best) + "¦0¦"
			}
			if got := text(shown, "comparison-0"); !strings.Contains(got, want) {
				t.Errorf("after %d runs %q is not in %q", len(runs), want, got)
			}
		}
		if got := text(shown, "head-0"); !strings.Contains(got, fmt.Sprintf("¦%d run", len(runs))) {
			t.Errorf("after %d runs: %q", len(runs), got)
		}
	}
	e.Observe(func(compare.Run) { check() })
	if _, err := e.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if check(); seen != 6 {
		t.Errorf("%d runs at the end, want 6", seen)
	}
}

// The run that is made is told after every query, by its journal, and how many are finished.
func TestPageFollowsRunsUnderWay(t *testing.T) {
	e, view := experiment(t)
	dir := t.TempDir()
	store, err := compare.OpenStore(dir, "test", e.Plan())
	if err != nil {
		t.Fatal(err)
	}
	store.Patience = 0
	goal.Set(filepath.Join(dir, compare.RunsFile), goal.Goal{Total: 6, Each: 6, Began: time.Now()})
	e.Keep(store)
	ctx := browser(t, serve(t, dir).URL, 1180, 900)
	queries := 0
	e.Watch(func() {
		_, runs, err := compare.ReadRuns(dir)
		if err != nil {
			t.Fatal(err)
		}
		strategy, seed := []string{"random", "local"}[len(runs)%2], 1+len(runs)/2
		path := filepath.Join(dir, compare.StudiesDir, "pgd", strategy, fmt.Sprintf("%d.jsonl", seed))
		r, err := search.ReadJournal(path)
		if err != nil {
			t.Fatal(err)
		}
		best, query, ok := r.Best()
		if queries++; !ok || queries != 6*len(runs)+r.Queries {
			t.Fatalf("query %d, and the journal of a run after %d has %d", queries, len(runs), r.Queries)
		}
		value := report.Value(view.Metrics()[0], best.Values[0])
		becomes(t, ctx, []string{fmt.Sprintf("%s/%d/pgd/%d/6/%s/%d/0/running", strategy, seed, r.Queries, value, query)},
			`[...document.querySelectorAll("#underway-0 tbody tr")].map(r => [...r.cells].map(c => c.textContent).join("/"))`)
		becomes(t, ctx, fmt.Sprintf("%d of 6 runs", len(runs)), `document.querySelector("#head-0 .said").textContent`)
	})
	if _, err := e.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	becomes(t, ctx, "6 of 6 runs", `document.querySelector("#head-0 .said").textContent`)
	becomes(t, ctx, "", `document.querySelector("#underway-0").textContent`)
	if queries != 36 {
		t.Errorf("%d queries, want 36", queries)
	}
}
