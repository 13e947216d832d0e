package watch

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/strategies"
)

// chartData is the data of a chart.
type chartData struct {
	Unit   string
	Series []struct {
		Name string
		X    []float64
		Stat struct{ Value []float64 }
	}
}

// charts are the data of all charts of a part.
func charts(t *testing.T, html string) (all []chartData) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?s)<script type="application/json"[^>]*>(.*?)</script>`).FindAllStringSubmatch(html, -1) {
		var d chartData
		if err := json.Unmarshal([]byte(m[1]), &d); err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

// parts returns those of a page of paths.
func parts(t *testing.T, paths ...string) map[string]string {
	t.Helper()
	h, err := newHub(t.Context(), paths, nowhere(), "test")
	if err != nil {
		t.Fatal(err)
	}
	now, _ := h.now()
	all := map[string]string{}
	for _, p := range now.parts {
		all[p.ID] = p.HTML
	}
	return all
}

// searched writes one of so many metrics as the values are of, with trials that end after so many seconds. The first is of a
// fidelity.
func searched(t *testing.T, path string, fidelity float64, seconds []int, values ...[]float64) {
	t.Helper()
	d := description()
	for len(d.Objective) < len(values[0]) {
		d.Objective = append(d.Objective, objective.Metric{Name: "pgd_acc", Setting: objective.At(objective.Eps(len(d.Objective)))})
	}
	j := journal(t, path, d)
	for i, trial := range trials(t, 3)[:len(values)] {
		trial.Values, trial.Fidelity = values[i], 1
		if i == 0 {
			trial.Fidelity = fidelity
		}
		trial.Start, trial.End = 0, time.Duration(seconds[i])*time.Second
		if err := j.Append(trial); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// Hypervolumes of studies that search for the same are drawn in the box of all that they have found; along the clock
// where those of one have shorter trainings and all have a clock, else after each query.
func TestHypervolumesAreDrawnTogether(t *testing.T) {
	best, worst, middle := []float64{1, .8}, []float64{0, 0}, []float64{.5, .4}
	for name, c := range map[string]struct {
		fidelity float64
		seconds  []int
		unit     string
		x        [2][]float64
		caption  string
	}{
		"alike":             {1, []int{30, 60, 90}, "query", [2][]float64{{1, 2, 3}, {1, 2}}, "dominates, after each query."},
		"shorter":           {.5, []int{30, 60, 90}, "seconds", [2][]float64{{30, 60, 90}, {40, 80}}, "dominates, over simulated seconds."},
		"minutes":           {.5, []int{30, 60, 120}, "minutes", [2][]float64{{.5, 1, 2}, {40. / 60, 80. / 60}}, "dominates, over simulated minutes."},
		"without any clock": {.5, []int{0, 0, 0}, "query", [2][]float64{{1, 2, 3}, {1, 2}}, "dominates, after each query."},
	} {
		dir := t.TempDir()
		one, other := filepath.Join(dir, "one.jsonl"), filepath.Join(dir, "other.jsonl")
		searched(t, one, c.fidelity, c.seconds, worst, middle, worst)
		searched(t, other, 1, []int{40, 80}, middle, best)
		all := parts(t, one, other)
		got := charts(t, all["together"])
		if len(got) != 1 || got[0].Unit != c.unit || len(got[0].Series) != 2 {
			t.Fatalf("%s: %+v", name, got)
		}
		y := [2][]float64{{0, .25, .25}, {.25, 1}}
		for i, s := range got[0].Series {
			if !slices.EqualFunc(s.X, c.x[i], near) || !slices.EqualFunc(s.Stat.Value, y[i], near) || s.Name != []string{"one", "other"}[i] {
				t.Errorf("%s: %s is %v at %v, want %v at %v", name, s.Name, s.Stat.Value, s.X, y[i], c.x[i])
			}
		}
		if !strings.Contains(all["together"], c.caption) {
			t.Errorf("%s: no %q in %s", name, c.caption, text(all, "together"))
		}
		alone := charts(t, all["volumes-1"]) // in a box of its own, from the worst that it found
		if len(alone) != 1 || !slices.EqualFunc(alone[0].Series[0].Stat.Value, []float64{0, 1}, near) || alone[0].Unit != "query" {
			t.Errorf("%s: alone it is %+v", name, alone)
		}
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-4 }

// The best values of one metric are drawn along the clock, too; studies of several searches each beside their own, and
// those that nothing stands beside, or that have nothing yet, not at all.
func TestEachSearchHasACurveTogether(t *testing.T) {
	dir := t.TempDir()
	path := func(i int) string { return filepath.Join(dir, fmt.Sprintf("s%d.jsonl", i)) }
	searched(t, path(0), .5, []int{10, 20}, []float64{.9}, []float64{.3})
	searched(t, path(1), 1, []int{10, 20}, []float64{.1, .1}, []float64{.3, .2})
	searched(t, path(2), 1, []int{15}, []float64{.2})
	searched(t, path(3), 1, []int{10}, []float64{.1, .1})
	searched(t, path(4), 1, []int{10}, []float64{.1, .1, .3}) // of three metrics
	if err := journal(t, path(5), description()).Close(); err != nil {
		t.Fatal(err)
	}
	all := parts(t, path(0), path(1), path(2), path(3), path(4), path(5))
	got := charts(t, all["together"])
	if len(got) != 2 || got[0].Unit != "seconds" || got[1].Unit != "query" || !slices.Equal(got[0].Series[0].X, []float64{10, 20}) {
		t.Fatalf("%+v", got)
	}
	for i, want := range [][]string{{"s0", "s2"}, {"s1", "s3"}} {
		if names := []string{got[i].Series[0].Name, got[i].Series[1].Name}; !slices.Equal(names, want) || len(got[i].Series) != 2 {
			t.Errorf("%v, want %v", names, want)
		}
	}
	for _, want := range []string{"¦clean_acc¦", "¦clean_acc and pgd_acc at 1/255¦", "The best value over simulated seconds,"} {
		if !strings.Contains(text(all, "together"), want) {
			t.Errorf("%q lacks %q", text(all, "together"), want)
		}
	}
	if alone := parts(t, path(0), path(1), path(4)); alone["together"] != "" {
		t.Errorf("beside each other are %s", alone["together"])
	}
}

// Of runs whose box nobody knows the hypervolumes are those of the comparison's own page.
func TestComparisonsWithoutATruthHaveHypervolumes(t *testing.T) {
	grid := searchtest.NewGrid(5, 4)
	c := compare.Config{
		Space: grid, Registry: strategies.All(), Runs: 3, Seed: 1, Budget: 8,
		Tasks:      []compare.Task{{Name: "heights", Evaluator: searchtest.Landscape{Count: 2}}},
		Strategies: []compare.Strategy{{Name: "random", Algorithm: "random"}, {Name: "nsga2", Algorithm: "nsga2"}},
	}
	e, err := compare.New(c)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	store, err := compare.OpenStore(dir, "test", e.Plan())
	if err != nil {
		t.Fatal(err)
	}
	e.Keep(store)
	runs, err := e.Run(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	found, err := analysis.Analyse(e.Plan(), runs, c.Tasks, grid)
	if err != nil {
		t.Fatal(err)
	}
	all := parts(t, dir)
	got := charts(t, all["comparison-0"])
	if len(got) != 1 || len(got[0].Series) != 2 {
		t.Fatalf("%+v", got)
	}
	for i, s := range found.Results[0].Strategies {
		want := float64(s.Checkpoints[len(s.Checkpoints)-1].Quality.Mean.Value)
		values := got[0].Series[i].Stat.Value
		if last := values[len(values)-1]; !near(last, want) || want == 0 {
			t.Errorf("%s ends at %v, want %v", s.Strategy, last, want)
		}
		if row := fmt.Sprintf("¦%s¦3¦%.4f¦", s.Strategy, want); !strings.Contains(text(all, "comparison-0"), row) {
			t.Errorf("no %q in %s", row, text(all, "comparison-0"))
		}
	}
}

// The numbers of hypervolumes beside each other are told under the pointer, on a wide screen and a narrow one.
func TestHypervolumesTellNumbers(t *testing.T) {
	dir := t.TempDir()
	one, other := filepath.Join(dir, "one.jsonl"), filepath.Join(dir, "other.jsonl")
	searched(t, one, .5, []int{30, 60, 90}, []float64{0, 0}, []float64{.5, .4}, []float64{0, 0})
	searched(t, other, 1, []int{40, 80}, []float64{.5, .4}, []float64{1, .8})
	server := serve(t, one, other)
	for _, width := range []int64{1180, 380} {
		ctx := browser(t, server.URL, width, 900)
		becomes(t, ctx, "note live", `document.getElementById("link").className`)
		becomes(t, ctx, []string{"seconds 90", "other 1", "one 0.25"}, pointing("together", "pointermove", "mouse", 1, .5))
		becomes(t, ctx, []string{"seconds 30", "so far 0"}, pointing("volumes-0", "pointermove", "mouse", 0, .5))
		becomes(t, ctx, []string{"seconds 60", "so far 1"}, pressed("volumes-0", "ArrowRight"))
	}
}
