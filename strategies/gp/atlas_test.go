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
	for _, k := range []Kernel{smallKernel, {smallKernel[2], smallKernel[0]}} {
		a := newAtlas(k, points)
		if b := a.blocks[len(a.blocks)-1]; len(b) < 2 || len(b[0].terms) < 1 {
			t.Fatalf("%d blocks, the first of %d terms: this should be a test of several", len(b), len(b[0].terms))
		}
		rapid.Check(t, func(t *rapid.T) {
			r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
			theta, x := make([]float64, k.Size()), points[r.IntN(len(points))]
			for i := range theta {
				theta[i] = r.NormFloat64() - 1
			}
			got := make([]float64, len(points))
			a.covariances(got, k.parameters(theta), a.distances(x))
			for range 50 {
				i := r.IntN(len(points))
				// Products of exponentials and exponentials of sums.
				if want := k.Cov(theta, x, points[i]); math.Abs(got[i]-want) > 1e-13*k.Variance(theta) {
					t.Fatalf("point %d: %v, want %v", i, got[i], want)
				}
			}
		})
	}
}
