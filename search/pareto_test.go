package search

import (
	"math"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
)

func TestFixturePareto(t *testing.T) {
	for _, file := range sharedtest.Cases(t, "stats", "pareto*.json") {
		var cases []struct {
			Points      [][]float64
			Rank        []int
			Hypervolume []struct {
				Reference []float64
				Value     float64
			}
		}
		sharedtest.ReadJSON(t, file, &cases)
		if len(cases) == 0 {
			t.Errorf("%s: no cases", file)
		}
		for i, c := range cases {
			first := map[int]bool{}
			for _, p := range NonDominated(c.Points) {
				first[p] = true
			}
			for p, rank := range c.Rank {
				if first[p] != (rank == 0) {
					t.Errorf("case %d: point %d is on the front: %v, its rank is %d", i, p, first[p], rank)
				}
			}
			for _, h := range c.Hypervolume {
				if got := Hypervolume(c.Points, h.Reference); math.Abs(got-h.Value) > 1e-9*math.Max(1, h.Value) {
					t.Errorf("case %d: hypervolume to %v is %v, want %v", i, h.Reference, got, h.Value)
				}
			}
		}
	}
}

// The best accuracy and the smallest size dominate the unit box; half way in both, a quarter of it.
func TestResultHypervolumeIsAShareOfTheBox(t *testing.T) {
	metrics := []objective.Metric{{Name: "acc", Goal: objective.Maximize}, {Name: "params", Goal: objective.Minimize}}
	at := func(acc, params float64) Result {
		return newResult(Description{Objective: metrics}, BudgetSpent, []Trial{
			{ID: 0, Values: []float64{acc, params}, Of: -1}, {ID: 1, Failure: "lost", Of: -1}, {ID: 2, Values: []float64{acc, params}, Of: 0},
		})
	}
	ideal, worst := []float64{.9, 100}, []float64{.1, 300}
	for _, c := range []struct{ acc, params, want float64 }{{.9, 100, 1}, {.5, 200, .25}, {.1, 100, 0}} {
		r := at(c.acc, c.params)
		if got := r.Hypervolume(ideal, worst); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: hypervolume %v", c, got)
		}
		if n := len(r.Front()); n != 1 {
			t.Errorf("%d on the front, want one a class", n)
		}
	}
}
