package analysis_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/comparison"
)

func TestPairsAgreeWithTheTestsOfTheirQualities(t *testing.T) {
	m := newMade(1, 30, "a", "b", "c")
	r := rand.New(rand.NewPCG(1, 2))
	q := map[string][]float64{}
	for seed := range uint64(30) {
		for i, s := range []string{"a", "b", "c"} {
			v := float64(r.IntN(5) + 2*i)
			q[s] = append(q[s], v)
			m.add(0, s, seed+1, map[int]float64{1: v})
		}
	}
	var p []float64
	pairs := m.analyse(t).Results[0].Checkpoints[1].Pairs
	for i, names := range [][2]string{{"a", "b"}, {"a", "c"}, {"b", "c"}} {
		x, y := q[names[0]], q[names[1]]
		w, err := stats.Wilcoxon(x, y, stats.SignedRank{})
		if err != nil {
			t.Fatal(err)
		}
		u, err := stats.MannWhitney(x, y, stats.RankSum{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := stats.EffectSize(x, y)
		if err != nil {
			t.Fatal(err)
		}
		p = append(p, w.P)
		got := pairs[i]
		if got.A != names[0] || got.B != names[1] || got.N != 30 || !near(got.Wilcoxon.P, w.P) || !near(got.MannWhitney.P, u.P) ||
			!near(got.A12, e.A12()) || !near(got.Cliff, e.Delta) || got.Better != names[1] || !(got.Difference.Value < 0) {
			t.Errorf("%v: %+v", names, got)
		}
	}
	holm, err := stats.Holm(p)
	if err != nil {
		t.Fatal(err)
	}
	for i := range holm {
		if !near(pairs[i].Wilcoxon.Holm, holm[i]) {
			t.Errorf("pair %d: %v after Holm's correction, want %v", i, pairs[i].Wilcoxon.Holm, holm[i])
		}
	}
	found, texts := conclusions(m.analyse(t))
	if !strings.HasPrefix(texts[0], "c is shown to be better than every other strategy after 10 queries") || len(found) != 4 || slices.ContainsFunc(found, open) {
		t.Errorf("%q", texts)
	}
}

// conclusions are those of the first problem, with their sentences.
func conclusions(c analysis.Comparison) (all []analysis.Conclusion, texts []string) {
	for _, x := range c.Results[0].Conclusions {
		texts = append(texts, comparison.Sentence(c, x))
	}
	return c.Results[0].Conclusions, texts
}

// open tells whether a conclusion shows nothing.
func open(c analysis.Conclusion) bool { return !c.Shown() }

// Without any value is worse than the worst value, in tests alone.
func TestRunsWithoutAValueLoseTheTests(t *testing.T) {
	m := newMade(1, 8, "a", "b")
	for seed := range uint64(8) {
		m.add(0, "a", seed+1, map[int]float64{1: 0})
		m.add(0, "b", seed+1, nil)
	}
	c := m.analyse(t)
	r := c.Results[0]
	if p := r.Checkpoints[1].Pairs[0]; p.Better != "a" || p.A12 != 1 || p.Difference.Value.Known() {
		t.Errorf("%+v", p)
	}
	if !slices.ContainsFunc(r.Conclusions, func(x analysis.Conclusion) bool {
		return x.Shown() && strings.HasPrefix(comparison.Sentence(c, x), "8 of 8 runs of b never had a value")
	}) {
		t.Errorf("%+v", r.Conclusions)
	}
}

// A metric to be minimised is compared the other way round.
func TestSmallerIsBetterWhereThatIsTheGoal(t *testing.T) {
	m := newMade(1, 8, "a", "b")
	p := &m.plan.Problems[0]
	p.Objective[0].Goal, p.Optimum, p.Ideal, p.Worst = objective.Minimize, 0, []float64{0}, []float64{10}
	for seed := range uint64(8) {
		m.add(0, "a", seed+1, map[int]float64{1: 9, 5: 3})
		m.add(0, "b", seed+1, map[int]float64{1: 9, 5: 4})
	}
	r := m.analyse(t).Results[0]
	if pair := r.Checkpoints[1].Pairs[0]; pair.Better != "a" || pair.Difference.Value != 1 {
		t.Errorf("%+v", pair)
	}
	if regret := r.Strategies[0].Checkpoints[1].Regret.Mean.Value; regret != 3 {
		t.Errorf("regret %v", regret)
	}
	if area := r.Strategies[0].Area.Mean.Value; !near(area, (4*9+6*3)/10.) {
		t.Errorf("area %v", area)
	}
}

func TestEqualRunsAreSaidToBeTheSame(t *testing.T) {
	m := newMade(1, 20, "a", "b")
	r := rand.New(rand.NewPCG(7, 8))
	for seed := range uint64(20) {
		v := r.Float64()
		m.add(0, "a", seed+1, map[int]float64{1: v})
		m.add(0, "b", seed+1, map[int]float64{1: v})
	}
	if _, got := conclusions(m.analyse(t)); got[0] != "a and b came to the same in all 20 pairs of runs." {
		t.Errorf("%q", got)
	}
}

// A planted difference is found as often as theory says, to three standard errors of 250 comparisons.
func TestPlantedDifferenceIsFoundAtItsPower(t *testing.T) {
	const n, sd, reps, want = 25, .8, 250, .85
	d, err := stats.PairedDesign{Power: want}.Difference(n, sd)
	if err != nil {
		t.Fatal(err)
	}
	r, found := rand.New(rand.NewPCG(3, 4)), 0
	for range reps {
		m := newMade(1, n, "a", "b")
		m.plan.Resamples = 2
		for seed := range uint64(n) {
			v := 5 + r.NormFloat64()
			m.add(0, "a", seed+1, map[int]float64{1: v})
			m.add(0, "b", seed+1, map[int]float64{1: v + d + sd*r.NormFloat64()})
		}
		m.plan.Problems[0].Optimum = 100
		if m.analyse(t).Results[0].Checkpoints[1].Pairs[0].Better == "b" {
			found++
		}
	}
	if got, se := float64(found)/reps, math.Sqrt(want*(1-want)/reps); math.Abs(got-want) > 3*se {
		t.Errorf("found in %.3f of comparisons, theory says %.3f +- %.3f", got, want, se)
	}
}

func TestNoDifferenceShownSaysWhatWouldBe(t *testing.T) {
	m := newMade(1, 20, "a", "b")
	r := rand.New(rand.NewPCG(5, 6))
	for seed := range uint64(20) {
		m.add(0, "a", seed+1, map[int]float64{1: 5 + r.NormFloat64()})
		m.add(0, "b", seed+1, map[int]float64{1: 5.1 + r.NormFloat64()})
	}
	found := m.analyse(t)
	all, texts := conclusions(found)
	p, text := found.Results[0].Checkpoints[1].Pairs[0], texts[0]
	if all[0].Shown() {
		t.Errorf("%q is said to show something", text)
	}
	for _, want := range []string{"No difference shown between a and b in 20 pairs of runs", "would have been shown with probability 0.8", "pairs of runs are needed"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q lacks %q", text, want)
		}
	}
	if p.Needed <= 20 || !(p.Detectable > 0) {
		t.Errorf("%+v", p)
	}
	small := newMade(1, 3, "a", "b")
	small.runs = slices.DeleteFunc(m.runs, func(r compare.Run) bool { return r.Seed > 3 })
	if _, texts := conclusions(small.analyse(t)); !strings.Contains(texts[0], "So few pairs cannot show any: make more runs") {
		t.Errorf("%q", texts)
	}
}

func TestSeveralProblemsAreComparedByRanks(t *testing.T) {
	m := newMade(6, 2, "a", "b", "c")
	for problem := range 6 {
		for seed := range uint64(2) {
			m.add(problem, "a", seed+1, map[int]float64{1: 3})
			m.add(problem, "b", seed+1, map[int]float64{1: 5})
			m.add(problem, "c", seed+1, map[int]float64{1: 9 - 4*float64(problem%2)}) // every second time as good as b
		}
	}
	c := m.analyse(t)
	a := c.Across
	if want := []compare.Number{3, 1.75, 1.25}; !cmp.Equal(a.MeanRanks, want) {
		t.Errorf("mean ranks %v, want %v", a.MeanRanks, want)
	}
	if want := [][]string{{"c", "b"}, {"b", "a"}}; !cmp.Equal(a.Groups, want) {
		t.Errorf("groups %v, want %v", a.Groups, want)
	}
	if a.Problems != 6 || !(a.Friedman.P < .01) || !(a.Nemenyi[0][2] < .05) || !(a.Nemenyi[1][2] > .05) {
		t.Errorf("%+v", a)
	}
	if len(a.Conclusions) < 2 || !strings.HasPrefix(comparison.Sentence(c, a.Conclusions[1]), "c has better ranks than a") {
		t.Errorf("%+v", a.Conclusions)
	}
}
