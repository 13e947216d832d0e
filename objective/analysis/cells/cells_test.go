package cells_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/cells"
	"github.com/nassearch/nassearch/space"
	"pgregory.net/rapid"
)

var metrics = []objective.Metric{{Name: "clean_acc"}, {Name: "pgd_acc"}, {Name: "params", Goal: objective.Minimize}}

func named(class int) cells.Cell { return cells.Cell{Arch: space.Arch(fmt.Sprint(class))} }

// TestPropertyFrontsAreExact: no cell of the front is beaten, all others are; trade-offs go from one end to the other,
// never give up more than they say, and are the best that do.
func TestPropertyFrontsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3).Draw(t, "metrics")
		some := metrics[:n]
		value := rapid.Custom(func(t *rapid.T) float64 {
			if rapid.IntRange(0, 9).Draw(t, "hole") == 0 {
				return math.NaN()
			}
			return float64(rapid.IntRange(0, 5).Draw(t, "value")) / 4
		})
		values := rapid.SliceOfN(rapid.SliceOfN(value, n, n), 1, 20).Draw(t, "values")
		there := slices.DeleteFunc(slices.Clone(values), func(v []float64) bool { return slices.ContainsFunc(v, math.IsNaN) })
		r, err := cells.Find(some, values, 3, named)
		if len(there) == 0 {
			if err == nil {
				t.Fatal("no cell has all metrics, and no error")
			}
			return
		}
		if err != nil || r.Classes != len(there) {
			t.Fatalf("%d of %d cells; %v", r.Classes, len(there), err)
		}
		front := 0
		for _, v := range there {
			beaten := slices.ContainsFunc(there, func(o []float64) bool {
				return objective.Dominates(objective.Costs(some, o), objective.Costs(some, v))
			})
			if !beaten {
				front++
			}
		}
		if front != len(r.Front) {
			t.Fatalf("%d cells on the front, want %d", len(r.Front), front)
		}
		for i, best := range r.Best {
			for k := 1; k < len(best); k++ {
				if some[i].Goal.Better(best[k].Values[i], best[k-1].Values[i]) {
					t.Fatalf("best by %s: %v", some[i].Name, best)
				}
			}
		}
		for i, trade := range r.Tradeoffs {
			for _, s := range trade.Steps {
				given := func(v []float64) float64 { return some[0].Goal.Cost(v[0]) - some[0].Goal.Cost(r.Best[0][0].Values[0]) }
				if given(s.Cell.Values) > s.Given+1e-9 {
					t.Fatalf("%+v gives up %v", s, given(s.Cell.Values))
				}
				for _, v := range there {
					if given(v) <= s.Given && some[i+1].Goal.Better(v[i+1], s.Cell.Values[i+1]) {
						t.Fatalf("%v is better than %+v", v, s)
					}
				}
			}
			if last := trade.Steps[len(trade.Steps)-1].Cell.Values[i+1]; last != r.Best[i+1][0].Values[i+1] {
				t.Fatalf("the last step has %v, the best %v", last, r.Best[i+1][0].Values[i+1])
			}
		}
	})
}
