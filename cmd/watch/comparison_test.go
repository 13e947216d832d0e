package watch

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/strategies"
)

// A comparison is told while it is made: after every run how many there are of each strategy, and what they ended with.
func TestPageFollowsComparisons(t *testing.T) {
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
