package strategies_test

import (
	"math"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/strategies"
	"gonum.org/v1/gonum/stat"
)

// Every strategy that learns finds more than random search on a smooth landscape, over the same seeds, by three standard
// errors at least.
func TestStrategiesAreBetterThanRandomSearch(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs ninety searches")
	}
	const seeds, budget = 15, 60
	grid := searchtest.NewGrid(6, 6)
	found := func(name string, options map[string]string) (all []float64) {
		for seed := range uint64(seeds) {
			study, err := search.New(search.Config{
				Space: grid, Evaluator: searchtest.Landscape{Count: 1}, Registry: strategies.All(),
				Strategy: name, Options: options, Seed: seed, Budget: budget, CountDuplicates: true,
			})
			if err != nil {
				t.Fatal(err)
			}
			r, err := study.Run(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			best, _, _ := r.Best()
			all = append(all, best.Values[0])
		}
		return all
	}
	random := found("random", nil)
	for name, options := range map[string]map[string]string{
		"tpe": nil, "reinforce": {"rate": "0.2"}, "bananas": nil, "npenas": nil, "forest": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gains := found(name, options)
			for i := range gains {
				gains[i] -= random[i]
			}
			mean, sd := stat.MeanStdDev(gains, nil)
			if mean < 3*sd/math.Sqrt(seeds) {
				t.Errorf("%.4f better than random search, standard error %.4f: %.3f", mean, sd/math.Sqrt(seeds), slices.Sorted(slices.Values(gains)))
			}
		})
	}
}
