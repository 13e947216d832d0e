package stats_test

import (
	"math"
	"testing"

	"github.com/nassearch/nassearch/internal/stats"
	"pgregory.net/rapid"
)

// TestDrawTestIsFishers: SciPy 1.17.1, fisher_exact.
func TestDrawTestIsFishers(t *testing.T) {
	for _, c := range []struct {
		n, have, draws, drawn int
		want                  float64
	}{
		{405, 100, 20, 15, 1.640445113475039e-06},
		{405, 81, 20, 0, 1.851433965803726e-02},
		{21, 5, 20, 4, 2.380952380952381e-01},
		{6466, 1300, 20, 12, 1.043281857631954e-04},
		{100, 50, 20, 10, 1},
		{40, 3, 20, 3, 2.307692307692308e-01},
		{30, 29, 20, 19, 1},
	} {
		p, err := stats.DrawTest([]int{c.n - c.have, c.have}, []int{c.draws - c.drawn, c.drawn})
		if err != nil || math.Abs(p/c.want-1) > 1e-9 {
			t.Errorf("%d of %d where %d of %d have it: p %v, want %v; %v", c.drawn, c.draws, c.have, c.n, p, c.want, err)
		}
	}
}

// TestPropertyDrawTestCountsAllDraws: it is the share of all subsets whose sums come no more often.
func TestPropertyDrawTestCountsAllDraws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		population := rapid.SliceOfN(rapid.IntRange(0, 3), 1, 12).Draw(t, "population")
		chosen := rapid.IntRange(0, 1<<len(population)-1).Draw(t, "chosen")
		have, drawn := make([]int, 4), make([]int, 4)
		for i, v := range population {
			have[v]++
			drawn[v] += chosen >> i & 1
		}
		sum := func(set int) (draws, sum int) {
			for i, v := range population {
				draws, sum = draws+set>>i&1, sum+v*(set>>i&1)
			}
			return draws, sum
		}
		draws, observed := sum(chosen)
		times, all := map[int]int{}, 0
		for set := range 1 << len(population) {
			if n, s := sum(set); n == draws {
				times[s]++
				all++
			}
		}
		want := 0
		for _, n := range times {
			if n <= times[observed] {
				want += n
			}
		}
		p, err := stats.DrawTest(have, drawn)
		if err != nil || math.Abs(p-float64(want)/float64(all)) > 1e-9 {
			t.Fatalf("p %v, want %d of %d; %v", p, want, all, err)
		}
	})
}

func TestDrawTestRefusesMoreThanThereAre(t *testing.T) {
	for _, c := range [][2][]int{{{1, 2}, {1}}, {{1, 2}, {2, 0}}, {{1, 2}, {0, -1}}} {
		if p, err := stats.DrawTest(c[0], c[1]); err == nil {
			t.Errorf("%v of %v: p %v", c[1], c[0], p)
		}
	}
	if p, err := stats.DrawTest([]int{5, 0}, []int{3, 0}); p != 1 || err != nil {
		t.Errorf("where all are equal: p %v, %v", p, err)
	}
}

// TestShareDifference: statsmodels 0.15.0, confint_proportions_2indep(method="newcomb").
func TestShareDifference(t *testing.T) {
	for _, c := range []struct {
		a, n, b, m int
		want       stats.Interval
	}{
		{15, 20, 100, 385, stats.Interval{Low: 0.266769067262, High: 0.634432503433}},
		{0, 20, 100, 385, stats.Interval{Low: -0.305762070284, High: -0.093412533066}},
		{20, 20, 385, 385, stats.Interval{Low: -0.161125158053, High: 0.009879241870}},
		{20, 20, 0, 5, stats.Interval{Low: 0.536603486459, High: 1}},
		{3, 7, 4, 9, stats.Interval{Low: -0.411544149307, High: 0.394476759415}},
	} {
		got, err := stats.ShareDifference(c.a, c.n, c.b, c.m, .95)
		if err != nil || math.Abs(got.Low-c.want.Low) > 1e-9 || math.Abs(got.High-c.want.High) > 1e-9 {
			t.Errorf("%d of %d less %d of %d: %v, want %v; %v", c.a, c.n, c.b, c.m, got, c.want, err)
		}
	}
	for _, bad := range [][4]int{{1, 0, 1, 1}, {2, 1, 1, 1}, {1, 1, 2, 1}, {-1, 1, 1, 1}} {
		if _, err := stats.ShareDifference(bad[0], bad[1], bad[2], bad[3], .95); err == nil {
			t.Errorf("%v has an interval", bad)
		}
	}
	if _, err := stats.ShareDifference(1, 2, 1, 2, 1); err == nil {
		t.Error("an interval of all confidence")
	}
}

// TestMeanDifference: SciPy 1.17.1, ttest_ind(equal_var=False).confidence_interval(.95).
func TestMeanDifference(t *testing.T) {
	for _, c := range []struct {
		x, y []float64
		want stats.Interval
	}{
		{[]float64{1, 2, 3, 3, 2}, []float64{1, 1, 2, 1}, stats.Interval{Low: -0.126881700884, High: 2.026881700884}},
		{[]float64{3, 3, 3}, []float64{1, 2, 3, 4, 2, 2}, stats.Interval{Low: -0.417185801662, High: 1.750519134996}},
		{[]float64{2, 2}, []float64{1, 1, 1}, stats.Interval{Low: 1, High: 1}},
	} {
		got, err := stats.MeanDifference(c.x, c.y, .95)
		if err != nil || math.Abs(got.Low-c.want.Low) > 1e-9 || math.Abs(got.High-c.want.High) > 1e-9 {
			t.Errorf("%v less %v: %v, want %v; %v", c.x, c.y, got, c.want, err)
		}
	}
	for _, bad := range [][]float64{nil, {1}, {1, math.NaN()}} {
		if _, err := stats.MeanDifference(bad, []float64{1, 2}, .95); err == nil {
			t.Errorf("%v has an interval", bad)
		}
	}
}
