package gp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/internal/lanes"
	"pgregory.net/rapid"
)

// What is kept in chunks, for so many points and observations, comes back. Its dot products are those of rows, and
// their ceilings little above them.
func TestCovariancesInChunksAreRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		points := rapid.IntRange(1, 30).Draw(t, "points")
		c := newCovariances(points)
		rows := make([][]float64, points)
		for range rapid.IntRange(1, 3).Draw(t, "times") { // the later ones replace what is there
			n := rapid.IntRange(0, 3*chunkColumns).Draw(t, "observations")
			for i := range rows {
				rows[i] = make([]float64, n)
			}
			for o := range n {
				column := make([]float64, points)
				for i := range column {
					column[i] = math.Exp(-r.ExpFloat64())
					rows[i][o] = column[i]
				}
				c.set(o, column)
			}
			weights, size := make([]float64, n), 0.
			for o := range weights {
				weights[o] = r.NormFloat64()
				size += math.Abs(weights[o])
			}
			first := rapid.IntRange(0, n).Draw(t, "first")
			dots := slices.Clone(c.dots(weights))
			for i, ceiling := range c.ceilings(weights, 1) {
				want := lanes.Dot(rows[i], weights)
				if dots[i] != want {
					t.Fatalf("point %d, %d observations: %v among all, want %v", i, n, dots[i], want)
				}
				if mean := c.dot(i, weights); mean != want {
					t.Fatalf("point %d, %d observations: %v, want %v", i, n, mean, want)
				}
				if !(ceiling >= want && ceiling <= want+1e-6*size) {
					t.Fatalf("point %d, %d observations: at most %v, want %v or a little more", i, n, ceiling, want)
				}
				got := make([]float64, n-first)
				if c.row(got, i, first); !slices.Equal(got, rows[i][first:]) {
					t.Fatalf("point %d from %d of %d on: %v, want %v", i, first, n, got, rows[i][first:])
				}
			}
		}
	})
}
