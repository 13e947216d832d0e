package gp

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// All pairs have the distances that comparing their columns gives, and those with the same have one code.
func TestPairsHaveTheirDistances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		points := randomPoints(r, rapid.IntRange(1, 40).Draw(t, "points"))
		if rapid.Bool().Draw(t, "all different") {
			for _, x := range points {
				for c := range x {
					x[c] = r.NormFloat64()
				}
			}
		}
		c := rapid.SampledFrom(smallKernel).Draw(t, "component")
		p := newPairs(c)
		for n := range points {
			p.add(points[:n+1])
		}
		var seen [][]float64
		for i, x := range points {
			for j, code := range p.row(i) {
				var want, got []float64
				for t, term := range c.Terms {
					want, got = append(want, c.Shape.distance(term, x, points[j])), append(got, p.distances[t][code])
				}
				if !slices.Equal(got, want) {
					t.Fatalf("points %d and %d: distances %v, want %v", i, j, got, want)
				}
				if !slices.ContainsFunc(seen, func(d []float64) bool { return slices.Equal(d, want) }) {
					seen = append(seen, want)
				}
			}
		}
		if codes := len(p.distances[0]); codes != len(seen) {
			t.Fatalf("%d codes for %d different distances", codes, len(seen))
		}
	})
}
