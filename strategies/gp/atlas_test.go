package gp

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// Of so many points some terms have more values together than a block takes, so that there are several.
func TestAtlasHasTheCovariancesOfTheKernel(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	points := randomPoints(r, 3*maxBlock)
	for _, x := range points[:2*maxBlock] {
		x[3], x[4] = r.NormFloat64(), r.NormFloat64()
	}
	a := newAtlas(smallKernel, points)
	if b := a.blocks[0]; len(b) < 2 || len(b[0].terms) < 2 {
		t.Fatalf("%d blocks, the first of %d terms: this should be a test of several", len(b), len(b[0].terms))
	}
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		theta, x := randomTheta(r), points[r.IntN(len(points))]
		got := make([]float64, len(points))
		a.covariances(got, smallKernel.parameters(theta), a.distances(x))
		for range 50 {
			i := r.IntN(len(points))
			// A product of six exponentials and one exponential of a sum.
			if want := smallKernel.Cov(theta, x, points[i]); math.Abs(got[i]-want) > 1e-13*smallKernel.Variance(theta) {
				t.Fatalf("point %d: %v, want %v", i, got[i], want)
			}
		}
	})
}
