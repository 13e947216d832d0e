package objective_test

import (
	"math"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
)

// TestFixtureImprovementOfThree holds the hypervolume that a point adds to others, of three costs, to exact fractions.
func TestFixtureImprovementOfThree(t *testing.T) {
	for _, file := range sharedtest.Cases(t, "gp", "hvi3*.json") {
		var fixture struct {
			Cases []struct {
				Points      [][]float64
				Reference   []float64
				Hypervolume float64
				Rows        []struct {
					Point []float64
					HVI   float64
				}
			}
		}
		sharedtest.ReadJSON(t, file, &fixture)
		volume := func(points [][]float64, reference []float64) float64 {
			v, err := objective.Hypervolume(t.Context(), points, reference)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		rows := 0
		for i, c := range fixture.Cases {
			before := volume(c.Points, c.Reference)
			if math.Abs(before-c.Hypervolume) > 1e-12 {
				t.Errorf("%s: case %d: hypervolume %v, want %v", file, i, before, c.Hypervolume)
			}
			for _, row := range c.Rows {
				rows++
				more := volume(append(slices.Clone(c.Points), row.Point), c.Reference) - before
				if math.Abs(more-row.HVI) > 1e-12 {
					t.Errorf("%s: case %d: %v adds %v, want %v", file, i, row.Point, more, row.HVI)
				}
			}
		}
		if rows == 0 {
			t.Errorf("%s: no rows", file)
		}
	}
}
