package compare_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/space"
)

// ledger has two metrics of every class of the grid: its number, and its number squared, which class 0 lacks.
type ledger struct{ objective.Landscape }

func (ledger) Metrics() []objective.Metric {
	return []objective.Metric{{Name: "number"}, {Name: "square", Goal: objective.Minimize}}
}
func (ledger) Optimum(metric int) (float64, int, bool) {
	return []float64{55, 1}[metric], []int{55, 1}[metric], true
}
func (ledger) Values(class int) []float64 {
	n := float64(class)
	if class == 0 {
		return []float64{n, math.NaN()}
	}
	return []float64{n, n * n}
}

// found is a run that ended with the last of the cells, one at each query and hour.
func found(strategy string, seed uint64, cells ...space.Arch) compare.Run {
	r := compare.Run{Problem: "heights", Strategy: strategy, Seed: seed}
	for i, a := range cells {
		r.Steps = append(r.Steps, compare.Step{Query: i + 1, Hours: float64(i + 1), Quality: float64(i), Arch: a, Values: []float64{float64(i)}})
	}
	return r
}

func TestAlsoTellsOfTheBestCellOfEachRun(t *testing.T) {
	c := config()
	c.Tasks[0].Also = ledger{}
	c.Runs = 4
	other := space.Arch("3,1,0,0,0") // a member of its class, but not its name
	class, err := grid.ClassOf(other)
	if err != nil || grid.Class(class) == other {
		t.Fatal(class, err)
	}
	got := analyse(t, c, []compare.Run{
		found("sample", 3, grid.Class(7), grid.Class(2)),
		found("sample", 4, grid.Class(0)), // its square is not known
		found("sample", 5),                // nothing was found
		found("sample", 6, grid.Class(4)),
		found("climb", 3, grid.Class(1), other),
	})
	n := compare.Number(class)
	want := []analysis.Also{
		{Metric: objective.Metric{Name: "number"}, Optimum: 55, Strategies: []analysis.Spread{
			{Strategy: "sample", N: 3, Mean: 2, SD: 2},
			{Strategy: "climb", N: 1, Mean: n, SD: compare.Unknown()},
		}},
		{Metric: objective.Metric{Name: "square", Goal: objective.Minimize}, Optimum: 1, Strategies: []analysis.Spread{
			{Strategy: "sample", N: 2, Mean: 10, SD: compare.Number(math.Sqrt(72))}, // of 4 and 16
			{Strategy: "climb", N: 1, Mean: n * n, SD: compare.Unknown()},
		}},
	}
	if diff := cmp.Diff(want, got.Results[0].Also, cmp.Comparer(alike)); diff != "" {
		t.Error(diff)
	}
}

func alike(a, b compare.Number) bool { return near(a, float64(b)) || !a.Known() && !b.Known() }

func TestAlsoIsOfWhatWasFoundWithinTheTime(t *testing.T) {
	c := config()
	c.Tasks[0].Also = ledger{}
	c.Strategies, c.Runs, c.TimeBudget = c.Strategies[:1], 1, 2*time.Hour
	got := analyse(t, c, []compare.Run{found("sample", 3, grid.Class(5), grid.Class(6), grid.Class(7))})
	if s := got.Results[0].Also[0].Strategies[0]; s.Mean != 6 {
		t.Errorf("%+v", s)
	}
}

func TestAlsoOfNothingFoundIsUnknown(t *testing.T) {
	c := config()
	c.Tasks[0].Also = ledger{}
	got := analyse(t, c, nil)
	for _, a := range got.Results[0].Also {
		for _, s := range a.Strategies {
			if s.N != 0 || s.Mean.Known() || s.SD.Known() {
				t.Errorf("%s: %+v", a.Metric, s)
			}
		}
	}
}

func TestAlsoNeedsABestCell(t *testing.T) {
	c := config()
	c.Tasks = []compare.Task{task(2)}
	c.Tasks[0].Also = ledger{}
	c.Strategies = c.Strategies[:1]
	got := analyse(t, c, runs(t, c, ""))
	if also := got.Results[0].Also; also != nil {
		t.Errorf("%+v of runs that end with fronts", also)
	}
}
