package search

import (
	"math"
	"testing"

	"github.com/nassearch/nassearch/objective"
)

// The best accuracy and the smallest size dominate the unit box; half way in both, a quarter of it.
func TestResultHypervolumeIsAShareOfTheBox(t *testing.T) {
	metrics := []objective.Metric{{Name: "acc", Goal: objective.Maximize}, {Name: "params", Goal: objective.Minimize}}
	at := func(acc, params float64) Result {
		return newResult(Description{Objective: metrics}, BudgetSpent, []Trial{
			{ID: 0, Values: []float64{acc, params}, Of: -1}, {ID: 1, Failure: "lost", Of: -1}, {ID: 2, Values: []float64{acc, params}, Of: 0},
		})
	}
	box := objective.Box{Ideal: []float64{.9, 100}, Worst: []float64{.1, 300}}
	for _, c := range []struct{ acc, params, want float64 }{{.9, 100, 1}, {.5, 200, .25}, {.1, 100, 0}} {
		r := at(c.acc, c.params)
		if got, err := r.Hypervolume(t.Context(), box); err != nil || math.Abs(got.Value-c.want) > 1e-12 {
			t.Errorf("%v: hypervolume %v: %v", c, got, err)
		}
		if n := len(r.Front()); n != 1 {
			t.Errorf("%d on the front, want one a class", n)
		}
	}
}
