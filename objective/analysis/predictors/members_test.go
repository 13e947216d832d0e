package predictors_test

import (
	"math"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/predictors"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// members are the numbers of the cells of a class.
func members(t *testing.T, sp nasbench201.Space, class int) (all []int) {
	t.Helper()
	for cell := range nasbench201.Cells {
		if at, err := sp.ClassOf(sp.Each().Class(cell)); err != nil || at == class {
			all = append(all, cell)
		}
	}
	return all
}

// A class has the values of its representative, or else those of the member that comes first.
func TestClassHasItsRepresentativesValues(t *testing.T) {
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	class := 0
	for len(members(t, sp, class)) < 3 {
		class++
	}
	of := members(t, sp, class)
	order := func(a space.Arch) (int, bool) { // the last is the representative, others come in falling order
		return -sp.Index(a), sp.Index(a) == of[len(of)-1]
	}
	for _, c := range []struct {
		name            string
		first, mid, end float64
		want            float64
		m               predictors.Members
	}{
		{"representative", 1, 2, 3, 3, predictors.Members{Classes: 1, Own: 1, Differing: 1}},
		{"other", 1, 2, math.NaN(), 2, predictors.Members{Classes: 1, Differing: 1}},
		{"equal", 2, 2, math.NaN(), 2, predictors.Members{Classes: 1}},
		{"one", 4, math.NaN(), math.NaN(), 4, predictors.Members{Classes: 1}},
		{"none", math.NaN(), math.NaN(), math.NaN(), math.NaN(), predictors.Members{}},
	} {
		values := make([]float64, nasbench201.Cells)
		for i := range values {
			values[i] = math.NaN()
		}
		values[of[0]], values[of[1]], values[of[len(of)-1]] = c.first, c.mid, c.end
		cells := predictors.Cells{Space: sp.Each(), Metrics: []objective.Metric{{Name: "a"}}, Columns: [][]float64{values}}
		columns, m, err := cells.ByClass(sp, order)
		if err != nil || m != c.m {
			t.Errorf("%s: %+v, %v, want %+v", c.name, m, err, c.m)
		}
		if got := columns[0].Values[class]; got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
