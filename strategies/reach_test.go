package strategies_test

import (
	"slices"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"gonum.org/v1/gonum/stat"
)

// byFidelity are strategies that are compared at equal cost.
var byFidelity = []string{
	"random", "evolution", "tpe", "bo", "successive_halving", "hyperband", "asha", "bohb",
}

// BenchmarkCostOfWhatRandomReaches prints what docs/fidelities.md says of the table in the program: by how much sooner
// strategies reach what forty full trainings of random architectures reach.
//
//	go test ./strategies -run '^$' -bench CostOfWhatRandomReaches -benchtime 30x
func BenchmarkCostOfWhatRandomReaches(b *testing.B) {
	for _, metric := range []string{"pgd_acc", "clean_acc"} {
		b.Run(metric, func(b *testing.B) {
			sp, view := ofThreeFidelities(b, metric)
			ratios := map[string][]float64{}
			seed := uint64(0)
			for b.Loop() {
				seed++
				for name, ratio := range costOfWhatRandomReaches(b, sp, view, seed, byFidelity) {
					ratios[name] = append(ratios[name], ratio)
				}
			}
			for _, name := range byFidelity {
				logRatios(b, name, ratios[name])
			}
		})
	}
}

// Every strategy gets there at some time, or is told not to have.
func TestCostOfWhatRandomReaches(t *testing.T) {
	sp, view := ofThreeFidelities(t, "pgd_acc")
	for name, ratio := range costOfWhatRandomReaches(t, sp, view, 1, byFidelity) {
		if !(ratio > 0 && ratio <= 5) {
			t.Errorf("%s: %g of the time", name, ratio)
		}
	}
}

// ofThreeFidelities is the table in the program.
func ofThreeFidelities(t testing.TB, metric string) (space.Space, *table.View) {
	t.Helper()
	sp, view := embedded(t, metric)
	if n := len(objective.FidelitiesOf(view)); n != 3 {
		t.Fatalf("%d fidelities, want 3", n)
	}
	return sp, view
}

// costOfWhatRandomReaches is by strategy the time to what forty full trainings of another random search reach, in units
// of the time of these; 5 if that was not enough.
func costOfWhatRandomReaches(
	t testing.TB, sp space.Space, e objective.Evaluator, seed uint64, names []string,
) map[string]float64 {
	t.Helper()
	first := study(t, sp, e, search.Config{Strategy: "random", Seed: seed, Budget: 40})
	goal, _, _ := first.Best()
	whole := first.Trials[len(first.Trials)-1].End
	ratios := map[string]float64{}
	for _, name := range names {
		r := study(t, sp, e, search.Config{
			Strategy: name, Seed: seed + 1000, Budget: 10_000, TimeBudget: 5 * whole,
		})
		ratios[name] = reached(r, goal.Values[0], whole)
	}
	return ratios
}

func logRatios(b *testing.B, name string, all []float64) {
	b.Helper()
	slices.Sort(all)
	late := 0
	for _, x := range all {
		if x >= 5 {
			late++
		}
	}
	mean, deviation := stat.MeanStdDev(all, nil)
	b.Logf("%-20s median %.2f, quartiles %.2f to %.2f, mean %.2f (standard error %.2f), %d of %d not within 5",
		name, stat.Quantile(.5, stat.Empirical, all, nil), stat.Quantile(.25, stat.Empirical, all, nil),
		stat.Quantile(.75, stat.Empirical, all, nil), mean, stat.StdErr(deviation, float64(len(all))), late, len(all))
}

// reached is when a study had a value as good, in units of a time; 5 if it never had.
func reached(r search.Result, value float64, unit time.Duration) float64 {
	goal := r.Study.Objective[0].Goal
	for _, t := range r.Trials {
		if t.Answers() && !goal.Better(value, t.Values[0]) {
			return min(5, float64(t.End)/float64(unit))
		}
	}
	return 5
}
