package stats_test

import (
	"testing"

	"github.com/nassearch/nassearch/internal/stats"
)

// What whole numbers and their means differ by is no rounding error, however large they are; nor is what the smallest
// numbers of all differ by.
func TestDifferencesOfExtremeNumbersAreKept(t *testing.T) {
	for _, c := range []struct{ a, b, want float64 }{
		{1e15 + 30, 1e15 + .5, 30},
		{1e15 + 30, 1e15 + 1, 29},
		{1e13, 1e13 - 28.25, 28},
		{1e-320, 7.5e-321, 1e-320 - 7.5e-321},
		{.3, .2, .1},
		{1e20, 1e20 - 1e5, 0},
	} {
		if got := stats.Difference(c.a, c.b); got != c.want {
			t.Errorf("%v - %v is %v, want %v", c.a, c.b, got, c.want)
		}
		d, err := stats.Differences([]float64{c.a, c.b}, []float64{c.b, c.b})
		if err != nil || d[0] != c.want && c.want != .1 {
			t.Errorf("%v - %v is %v, want %v: %v", c.a, c.b, d, c.want, err)
		}
	}
	r, err := stats.Wilcoxon([]float64{7e-321, 8e-321, 9e-321}, []float64{1e-320, 1e-320, 1e-320}, stats.SignedRank{})
	if err != nil || r.Pairs != 3 {
		t.Errorf("%d pairs differ, want 3: %v", r.Pairs, err)
	}
}
