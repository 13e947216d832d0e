package corruption

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// chances returns the chance of every number that the cells of a distribution give.
func (d *distributions) chances(of int) map[int]float64 {
	size, all := 1<<d.bits, map[int]float64{}
	for _, c := range d.cells[of*size:][:size] {
		own := min(float64(c.limit)*float64(size)/(1<<32), 1)
		all[int(c.own)] += own / float64(size)
		all[int(c.other)] += (1 - own) / float64(size)
	}
	return all
}

func TestDistributionHasItsShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shares := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 700).Draw(t, "shares")
		low := rapid.IntRange(-300, 300).Draw(t, "low")
		whole := 0.
		for _, s := range shares {
			whole += s
		}
		if whole == 0 {
			t.Skip("no shares")
		}
		other := rapid.SliceOfN(rapid.Float64Range(.1, 1), 1, 700).Draw(t, "another distribution's shares")
		chances := newDistributions([]int{7, low}, [][]float64{other, shares}).chances(1)
		for i, s := range shares {
			if got, want := chances[low+i], s/whole; math.Abs(got-want) > 1e-6 {
				t.Fatalf("%d of %d: %v, want %v", i, len(shares), got, want)
			}
		}
	})
}

// TestDistributionsHaveTheirMoments compares means and variances: a truncated normal number loses half a level, and its
// variance gains that of the rounding.
func TestDistributionsHaveTheirMoments(t *testing.T) {
	for _, white := range photons {
		for _, step := range []float64{float64(white) / 255, 16 * float64(white) / 255} {
			d := poissons(step)
			for k := range 16 {
				checkMoments(t, d, k, step*float64(k), step*float64(k))
			}
		}
	}
	for _, d := range deviations {
		checkMoments(t, gaussianLevels(255*d), 0, -.5, 255*255*d*d+1./12)
	}
}

func checkMoments(t *testing.T, d *distributions, of int, mean, variance float64) {
	t.Helper()
	var first, second float64
	for v, p := range d.chances(of) {
		first += p * float64(v)
	}
	for v, p := range d.chances(of) {
		second += p * (float64(v) - first) * (float64(v) - first)
	}
	if math.Abs(first-mean) > 1e-3+1e-5*mean || math.Abs(second-variance) > 1e-3+1e-4*variance {
		t.Errorf("mean %v, variance %v, want %v and %v", first, second, mean, variance)
	}
	const n = 99_999
	drawn, sum, b := make([]int16, n), 0., newBits(rand.New(rand.NewPCG(1, 2)))
	if d.fill(drawn, b); of > 0 {
		for i := range drawn {
			drawn[i] = d.draw(of, uint32(b.next()))
		}
	}
	for _, v := range drawn {
		sum += float64(v)
	}
	if math.Abs(sum/n-mean) > 5*math.Sqrt(variance/n) {
		t.Errorf("mean of %v draws %v, want %v", float64(n), sum/n, mean)
	}
}
