package strategies

import (
	"slices"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// TestCostOfWhatRandomReaches prints what docs/fidelities.md says of the table in the program, where that has shorter
// trainings: by how much sooner strategies reach what forty full trainings of random architectures reach.
func TestCostOfWhatRandomReaches(t *testing.T) {
	tab, err := micro.Open("")
	if err != nil {
		t.Fatal(err)
	}
	for _, metric := range []string{"pgd_acc", "clean_acc"} {
		view, err := tab.Select(t.Context(), []string{metric}, table.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		if len(objective.FidelitiesOf(view)) == 1 {
			t.Skip("the table has no shorter trainings")
		}
		t.Log(metric)
		costOfWhatRandomReaches(t, tab.Space(), view)
	}
}

func costOfWhatRandomReaches(t *testing.T, sp space.Space, e objective.Evaluator) {
	t.Helper()
	seeds := uint64(100)
	if testing.Short() {
		seeds = 2
	}
	ratios := map[string][]float64{}
	names := []string{"random", "evolution", "tpe", "successive_halving", "hyperband", "asha", "bohb"}
	if !testing.Short() {
		names = append(names, "bo")
	}
	for seed := range seeds {
		first := history(t, search.Config{Space: sp, Evaluator: e, Strategy: "random", Seed: seed + 1, Budget: 40})
		goal, _, _ := first.Best()
		whole := first.Trials[len(first.Trials)-1].End
		for _, name := range names {
			r := history(t, search.Config{
				Space: sp, Evaluator: e, Strategy: name, Seed: seed + 1001, Budget: 10_000, TimeBudget: 5 * whole,
			})
			ratios[name] = append(ratios[name], reached(r, goal.Values[0], whole))
		}
	}
	for _, name := range names {
		all := slices.Sorted(slices.Values(ratios[name]))
		late := 0
		for _, x := range all {
			if x >= 5 {
				late++
			}
		}
		mean, deviation := stat.MeanStdDev(all, nil)
		t.Logf("%-20s median %.2f, quartiles %.2f to %.2f, mean %.2f (standard error %.2f), %d of %d not within 5",
			name, stat.Quantile(.5, stat.Empirical, all, nil), stat.Quantile(.25, stat.Empirical, all, nil),
			stat.Quantile(.75, stat.Empirical, all, nil), mean, stat.StdErr(deviation, float64(len(all))), late, len(all))
	}
	if floats.HasNaN(ratios["random"]) {
		t.Error("a ratio is no number")
	}
}

func history(t *testing.T, c search.Config) search.Result {
	t.Helper()
	c.Registry = All()
	s, err := search.New(c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return r
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
