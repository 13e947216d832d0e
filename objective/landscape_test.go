package objective

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A landscape in memory says what sorting its values says.
func TestMeasuredAgreesWithSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		goals := []Direction{Maximize, Minimize}
		value := rapid.OneOf(rapid.Map(rapid.IntRange(-3, 3), func(n int) float64 { return float64(n) }), rapid.Just(math.NaN()))
		values := rapid.SliceOfN(value, 0, 20).Draw(t, "values")
		values = values[:len(values)/2*2]
		l := NewMeasured([]Metric{{Name: "up"}, {Name: "down", Goal: Minimize}}, values)
		for m, goal := range goals {
			var sorted []float64
			for class := range l.Classes() {
				if v := l.Values(class)[m]; !math.IsNaN(v) {
					sorted = append(sorted, v)
				}
			}
			slices.SortFunc(sorted, goal.Compare)
			best, class, ok := l.Optimum(m)
			worst, alsoOK := l.Worst(m)
			if ok != (len(sorted) > 0) || ok != alsoOK {
				t.Fatalf("optimum known: %v, worst known: %v, of %v", ok, alsoOK, sorted)
			}
			if !ok {
				continue
			}
			if best != sorted[0] || worst != sorted[len(sorted)-1] || l.Values(class)[m] != best {
				t.Fatalf("%v (class %d) to %v of %v", best, class, worst, sorted)
			}
			for _, v := range []float64{-4, -1.5, 0, 2, 4} {
				better, atLeast := 0, 0
				for _, x := range sorted {
					if goal.Better(x, v) {
						better++
					}
					if !goal.Better(v, x) {
						atLeast++
					}
				}
				if l.Rank(m, v) != 1+better || l.AtLeast(m, v) != atLeast {
					t.Fatalf("%v among %v: rank %d, %d as good", v, sorted, l.Rank(m, v), l.AtLeast(m, v))
				}
			}
		}
	})
}
