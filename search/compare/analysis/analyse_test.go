package analysis_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"pgregory.net/rapid"
)

// ladder is a problem whose classes have the values 0 to 10, to be maximised.
type ladder struct{ objective.Landscape }

func (ladder) Values(class int) []float64       { return []float64{float64(class)} }
func (ladder) Optimum(int) (float64, int, bool) { return 10, 10, true }
func (ladder) Worst(int) (float64, bool)        { return 0, true }
func (ladder) Rank(_ int, value float64) int    { return 11 - int(value) }

// made is a comparison of made-up runs on problems like ladder.
type made struct {
	plan compare.Plan
	runs []compare.Run
}

func newMade(problems, runs int, strategies ...string) *made {
	m := &made{plan: compare.Plan{
		Runs: runs, Seed: 1, Axis: compare.Queries, Budget: 10, Checkpoints: []float64{5, 10},
		Tolerances: []float64{.2, .1}, Confidence: .95, Resamples: 200,
	}}
	for i := range problems {
		m.plan.Problems = append(m.plan.Problems, compare.Problem{
			Name: fmt.Sprint("ladder", i), Objective: []objective.Metric{{Name: "rung"}}, Classes: 11,
			Optimum: 10, Ideal: []float64{10}, Worst: []float64{0},
		})
	}
	for _, s := range strategies {
		m.plan.Strategies = append(m.plan.Strategies, compare.Strategy{Name: s, Algorithm: s})
	}
	return m
}

// add appends a run that has the qualities from the queries on.
func (m *made) add(problem int, strategy string, seed uint64, steps map[int]float64) *compare.Run {
	r := compare.Run{
		Problem: m.plan.Problems[problem].Name, Strategy: strategy, Seed: seed, Stop: search.BudgetSpent,
		Queries: 10, Hours: 20, StrategySeconds: .5,
	}
	for query := range 11 {
		if q, ok := steps[query]; ok {
			r.Steps = append(r.Steps, compare.Step{Query: query, Hours: 2 * float64(query), Quality: q, Values: []float64{q}})
		}
	}
	m.runs = append(m.runs, r)
	return &m.runs[len(m.runs)-1]
}

func (m *made) analyse(t *testing.T) analysis.Comparison {
	t.Helper()
	tasks := make([]compare.Task, len(m.plan.Problems))
	for i := range tasks {
		tasks[i].Known = ladder{}
	}
	c, err := analysis.Analyse(m.plan, m.runs, tasks, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A statistic of one's own is told of every sample, with an interval, and its distance from the optimum, which is 10.
func TestMoreStatisticsAreTold(t *testing.T) {
	m := newMade(1, 3, "a", "never")
	m.add(0, "a", 1, map[int]float64{1: 5})
	m.add(0, "a", 2, map[int]float64{1: 9})
	m.add(0, "a", 3, map[int]float64{1: 6})
	m.add(0, "never", 1, nil)
	largest := analysis.Statistic{Name: "largest", Of: func(x []float64) float64 { return x[len(x)-1] }}
	c, err := analysis.Analyse(m.plan, m.runs, []compare.Task{{Known: ladder{}}}, nil, largest)
	if err != nil {
		t.Fatal(err)
	}
	end := c.Results[0].Strategies[0].Checkpoints[0]
	if e := end.Quality.More[0]; e.Name != "largest" || !near(e.Value, 9) || !(e.Low >= 5 && e.Low < e.High && e.High <= 9) {
		t.Errorf("%+v", e)
	}
	if e := end.Regret.More[0]; !near(e.Value, 1) {
		t.Errorf("regret %+v", e)
	}
	if e := c.Results[0].Strategies[1].Checkpoints[0].Quality.More[0]; e.Name != "largest" || e.Value.Known() || e.Low.Known() {
		t.Errorf("of no value %+v", e)
	}
}

func near(a compare.Number, b float64) bool { return math.Abs(float64(a)-b) < 1e-9 }

func TestSummaryOfRunsCountedByHand(t *testing.T) {
	m := newMade(1, 4, "a")
	m.add(0, "a", 1, map[int]float64{1: 2, 4: 8, 6: 10})
	m.add(0, "a", 2, map[int]float64{1: 4, 8: 9})
	m.add(0, "a", 3, map[int]float64{3: 6})
	m.add(0, "a", 4, nil).Duplicates = 8
	s := m.analyse(t).Results[0].Strategies[0]
	for what, c := range map[string]struct {
		got  compare.Number
		want float64
	}{
		"mean at 5":          {s.Checkpoints[0].Quality.Mean.Value, 6},
		"median at 5":        {s.Checkpoints[0].Quality.Median.Value, 6},
		"mean at 10":         {s.Checkpoints[1].Quality.Mean.Value, 25. / 3},
		"median at 10":       {s.Checkpoints[1].Quality.Median.Value, 9},
		"best at 10":         {s.Checkpoints[1].Quality.Max, 10},
		"regret at 10":       {s.Checkpoints[1].Regret.Mean.Value, 5. / 3},
		"largest regret":     {s.Checkpoints[1].Regret.Max, 4},
		"rank at 10":         {s.Checkpoints[1].Rank.Mean.Value, 8. / 3},
		"area":               {s.Area.Mean.Value, (3*.8 + 2*.2 + 7*.6 + 3*.1 + 2*1 + 8*.4 + 10) / 4},
		"within 2":           {s.Reach[0].Share.Value, .5},
		"median to within 2": {s.Reach[0].Median, 8},
		"within 1":           {s.Reach[1].Share.Value, .5},
		"median to within 1": {s.Reach[1].Median, 8},
		"at the optimum":     {s.Reach[2].Share.Value, .25},
		"duplicates":         {s.Duplicates.Mean.Value, 2},
		"time":               {s.Seconds.Mean.Value, .5},
		"curve at 3":         {s.Curve.Mean[2], 4},
		"median curve at 3":  {s.Curve.Median[2], 4},
		"regret at 3":        {s.Regret.Mean[2], 6},
		"first quartile":     {s.Regret.Q1[2], 5},
	} {
		if !near(c.got, c.want) {
			t.Errorf("%s: %v, want %v", what, c.got, c.want)
		}
	}
	if s.Checkpoints[1].Quality.N != 3 || s.Reach[2].Median.Known() || s.Curve.Mean[1].Known() {
		t.Errorf("%d values at the end, median to the optimum %v, curve at 2 %v: want 3 and nothing known",
			s.Checkpoints[1].Quality.N, s.Reach[2].Median, s.Curve.Mean[1])
	}
	if e := s.Checkpoints[1].Regret.Mean; !(e.Low <= e.Value && e.Value <= e.High) {
		t.Errorf("regret %+v is outside its interval", e)
	}
}

// Tolerances are of accuracies: of what is counted in seconds or percent they are parts of its range, a range beyond all
// numbers included.
func TestTolerancesAreOfSharesOrOfTheRange(t *testing.T) {
	for _, c := range []struct {
		metric      string
		best, worst float64
		want        analysis.Goal
	}{
		{"rung", 10, 0, analysis.Goal{Within: 2, Part: .2}},
		{"seconds", 1e-5, 6e-5, analysis.Goal{Within: 1e-5, Part: .2}},
		{"huge", 1.5e308, -1.5e308, analysis.Goal{Within: 6e307, Part: .2}},
		{"pgd_acc", .5, .1, analysis.Goal{Within: .2}},
	} {
		m := newMade(1, 1, "a")
		p := &m.plan.Problems[0]
		p.Objective[0].Name = c.metric
		p.Optimum, p.Ideal, p.Worst = compare.Number(c.best), []float64{c.best}, []float64{c.worst}
		m.add(0, "a", 1, map[int]float64{1: c.worst})
		got := m.analyse(t).Results[0].Strategies[0].Reach[0]
		if math.Abs(got.Within/c.want.Within-1) > 1e-9 || got.Part != c.want.Part {
			t.Errorf("%s: %+v, want %+v", c.metric, got.Goal, c.want)
		}
	}
}

func TestSimulatedTimeIsReadLikeQueries(t *testing.T) {
	m := newMade(1, 1, "a")
	m.plan.Axis, m.plan.Hours, m.plan.Checkpoints = compare.Hours, 16, []float64{7.9, 8, 16}
	m.add(0, "a", 1, map[int]float64{1: 2, 4: 8, 9: 10}) // steps at 2, 8 and 18 hours
	s := m.analyse(t).Results[0].Strategies[0]
	for i, want := range []float64{2, 8, 8} {
		if got := s.Checkpoints[i].Quality.Mean.Value; !near(got, want) {
			t.Errorf("at %v: %v, want %v", m.plan.Checkpoints[i], got, want)
		}
	}
	if want := (2*10. + 6*8 + 8*2) / 16; !near(s.Area.Mean.Value, want) {
		t.Errorf("area %v, want %v", s.Area.Mean.Value, want)
	}
	if s.Reach[0].Median != 8 || s.Reach[2].Share.Value != 0 {
		t.Errorf("within 2 after %v, %v at the optimum", s.Reach[0].Median, s.Reach[2].Share.Value)
	}
}

// A run that broke off was not watched afterwards: of the two that were, one got there.
func TestBrokenRunIsCensoredWhereItBroke(t *testing.T) {
	m := newMade(1, 3, "a")
	m.add(0, "a", 1, map[int]float64{1: 2, 8: 10})
	m.add(0, "a", 2, map[int]float64{1: 2})
	broken := m.add(0, "a", 3, map[int]float64{1: 2})
	broken.Queries, broken.Failure = 3, "no luck"
	s := m.analyse(t).Results[0].Strategies[0]
	if share := s.Reach[2].Share; !near(share.Value, .5) || !(share.Low > 0 && share.High < 1) {
		t.Errorf("share %+v, want .5", share)
	}
	if len(s.Reach[2].Events) != 1 || s.Reach[2].Events[0].At != 8 || s.Failures != 1 {
		t.Errorf("%+v, %d failures", s.Reach[2].Events, s.Failures)
	}
}

// slow is a comparison in which a run of b has no value before query 7, and one of c never.
func slow() *made {
	m := newMade(1, 3, "a", "b", "c")
	for seed := range uint64(3) {
		m.add(0, "a", seed+1, map[int]float64{1: 3, 6: 4})
	}
	m.add(0, "b", 1, map[int]float64{1: 9})
	m.add(0, "b", 2, map[int]float64{2: 8})
	m.add(0, "b", 3, map[int]float64{7: 1})
	m.add(0, "c", 1, map[int]float64{1: 2})
	m.add(0, "c", 2, map[int]float64{1: 2})
	m.add(0, "c", 3, nil)
	return m
}

// A mean of the runs that were first would get worse as the others come: there is none until all are there.
func TestMeansAreOfAllRunsThatEndWithAValue(t *testing.T) {
	r := slow().analyse(t).Results[0]
	b, c := r.Strategies[1], r.Strategies[2]
	if mean := b.Checkpoints[0].Quality; mean.N != 0 || mean.Mean.Value.Known() {
		t.Errorf("at 5, where a run has no value yet: %+v", mean)
	}
	if mean := b.End().Quality; mean.N != 3 || !near(mean.Mean.Value, 6) {
		t.Errorf("at the end: %+v", mean)
	}
	if c.Valueless != 1 || c.End().Quality.N != 2 {
		t.Errorf("%d runs without a value, a mean of %d", c.Valueless, c.End().Quality.N)
	}
	for i, mean := range b.Curve.Mean {
		if query := i + 1; mean.Known() != (query >= 7) {
			t.Errorf("curve at %d: %v", query, mean)
		}
	}
}

// Random runs with values from random queries on, or never: no mean gets worse along the axis.
func TestMeansNeverGetWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMade(1, 5, "a", "b")
		m.plan.Checkpoints = []float64{1, 2, 3, 5, 8, 10}
		for _, s := range []string{"a", "b"} {
			for seed := range uint64(rapid.IntRange(0, 5).Draw(t, "runs")) {
				steps, best := map[int]float64{}, 0.
				for query := rapid.IntRange(1, 12).Draw(t, "first"); query <= 10; query += rapid.IntRange(1, 5).Draw(t, "wait") {
					best = min(best+float64(rapid.IntRange(1, 3).Draw(t, "gain")), 10)
					steps[query] = best
				}
				m.add(0, s, seed+1, steps)
			}
		}
		c, err := analysis.Analyse(m.plan, m.runs, []compare.Task{{Known: ladder{}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Results[0].Strategies {
			var means []compare.Number
			for _, at := range s.Checkpoints {
				means = append(means, at.Quality.Mean.Value)
			}
			for _, curve := range [][]compare.Number{means, s.Curve.Mean, s.Curve.Median} {
				for i := 1; i < len(curve); i++ {
					if curve[i-1].Known() && !(curve[i] >= curve[i-1]-1e-9) {
						t.Fatalf("%s: %v", s.Strategy, curve)
					}
				}
			}
		}
	})
}

// Ranks over problems are of the same runs for all strategies: c, which lost a run, is behind a, and b, whose mean is of
// three runs, before it where two of these are best.
func TestRanksAreOfTheSameRuns(t *testing.T) {
	m := slow()
	second := newMade(2, 3, "a", "b", "c")
	for i := range m.runs {
		r := m.runs[i]
		r.Problem = second.plan.Problems[1].Name
		second.runs = append(second.runs, m.runs[i], r)
	}
	a := second.analyse(t).Across
	for i, want := range []float64{2, 1, 3} {
		if !near(a.MeanRanks[i], want) {
			t.Errorf("%v, want %v of strategy %d", a.MeanRanks, want, i)
		}
	}
}
