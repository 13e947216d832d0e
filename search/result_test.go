package search

import (
	"math"
	"strconv"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"pgregory.net/rapid"
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

// The curve of the hypervolume is that of the front so far, whoever fails, repeats, was trained for too short, or is worse
// than the reference in something.
func TestVolumesAreThoseOfTheFrontSoFar(t *testing.T) {
	metrics := []objective.Metric{{Name: "acc", Goal: objective.Maximize}, {Name: "params", Goal: objective.Minimize}}
	box := objective.Box{Ideal: []float64{1, 0}, Worst: []float64{0, 10}}
	at := func(acc, params float64) Trial { return Trial{Values: []float64{acc, params}, Of: -1} }
	failed := Trial{Failure: "lost", Of: -1}
	short := at(1, 0)
	short.Fidelity = .5
	for name, c := range map[string]struct {
		trials []Trial
		want   []float64
	}{
		"none":                 {nil, nil},
		"one":                  {[]Trial{at(.5, 5)}, []float64{.25}},
		"equal ones":           {[]Trial{at(.5, 5), at(.5, 5), at(.5, 5)}, []float64{.25, .25, .25}},
		"all failed":           {[]Trial{failed, failed}, []float64{0, 0}},
		"a failure between":    {[]Trial{failed, at(.5, 5), failed, at(1, 5)}, []float64{0, .25, .25, .5}},
		"a short training":     {[]Trial{short, at(.5, 5)}, []float64{0, .25}},
		"distinct ones":        {[]Trial{at(.2, 2), at(.5, 5), at(.4, 4), at(.8, 9)}, []float64{.16, .31, .33, .36}},
		"dominated ones":       {[]Trial{at(.9, 1), at(.5, 5)}, []float64{.81, .81}},
		"the ideal":            {[]Trial{at(.5, 5), at(1, 0), at(.9, 1)}, []float64{.25, 1, 1}},
		"at the reference":     {[]Trial{at(0, 0), at(1, 10), at(.5, 5)}, []float64{0, 0, .25}},
		"beyond the reference": {[]Trial{at(-1, 0), at(1, 11), at(-1, 11), at(.5, 5)}, []float64{0, 0, 0, .25}},
	} {
		for i := range c.trials {
			c.trials[i].ID = i
		}
		r := newResult(Description{Objective: metrics}, BudgetSpent, c.trials)
		got, err := r.Volumes(t.Context(), box)
		if err != nil || len(got) != len(c.want) {
			t.Fatalf("%s: %v, %v", name, got, err)
		}
		for i, v := range got {
			if math.Abs(v.Value-c.want[i]) > 1e-12 {
				t.Errorf("%s: %v after %d, want %v", name, v.Value, i+1, c.want[i])
			}
		}
	}
}

// Of any front in any number of metrics, the curve ends as the whole does, and never falls.
func TestVolumesNeverFall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dims := rapid.IntRange(2, 5).Draw(t, "metrics")
		var metrics []objective.Metric
		var box objective.Box
		for i := range dims {
			goal := objective.Direction(rapid.IntRange(0, 1).Draw(t, "goal"))
			metrics = append(metrics, objective.Metric{Name: strconv.Itoa(i), Goal: goal})
			best, worst := 1., 0.
			if goal == objective.Minimize {
				best, worst = worst, best
			}
			box.Ideal, box.Worst = append(box.Ideal, best), append(box.Worst, worst)
		}
		value := rapid.OneOf(rapid.SampledFrom([]float64{-.5, 0, .25, .5, 1, 1.5}), rapid.Float64Range(0, 1))
		var trials []Trial
		for id := range rapid.IntRange(0, 12).Draw(t, "trials") {
			trial := Trial{ID: id, Of: -1}
			if rapid.IntRange(0, 4).Draw(t, "fails") == 0 {
				trial.Failure = "lost"
			} else {
				trial.Values = rapid.SliceOfN(value, dims, dims).Draw(t, "values")
			}
			trials = append(trials, trial)
		}
		r := newResult(Description{Objective: metrics}, BudgetSpent, trials)
		curve, err := r.Volumes(t.Context(), box)
		whole, wholeErr := r.Hypervolume(t.Context(), box)
		if err != nil || wholeErr != nil {
			t.Fatal(err, wholeErr)
		}
		last := 0.
		for i, v := range curve {
			if v.Value < last-1e-12 {
				t.Fatalf("%v after %d, before %v", v.Value, i+1, last)
			}
			last = v.Value
		}
		if math.Abs(last-whole.Value) > 1e-9 {
			t.Fatalf("it ends at %v, the front has %v", last, whole.Value)
		}
	})
}
