package corruption

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// chances returns the chance of every number that the cells give.
func (d *distribution) chances() map[int]float64 {
	span, all := float64(uint64(1)<<d.shift), map[int]float64{}
	for _, c := range d.cells {
		own := min(float64(c.limit)/span, 1)
		all[int(c.own)] += own / float64(len(d.cells))
		all[int(c.other)] += (1 - own) / float64(len(d.cells))
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
		chances := newDistribution(low, shares).chances()
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
		for _, v := range []int{0, 1, 3, 15, 16, 128, 240} {
			mean := float64(v*white) / 255
			checkMoments(t, poisson(mean), mean, mean)
		}
	}
	for _, d := range deviations {
		checkMoments(t, gaussianLevels(255*d), -.5, 255*255*d*d+1./12)
	}
}

func checkMoments(t *testing.T, d *distribution, mean, variance float64) {
	t.Helper()
	var first, second float64
	for v, p := range d.chances() {
		first += p * float64(v)
	}
	for v, p := range d.chances() {
		second += p * (float64(v) - first) * (float64(v) - first)
	}
	if math.Abs(first-mean) > 1e-3+1e-5*mean || math.Abs(second-variance) > 1e-3+1e-4*variance {
		t.Errorf("mean %v, variance %v, want %v and %v", first, second, mean, variance)
	}
	drawn, sum := make([]int16, 99_999), 0.
	d.fill(drawn, newBits(rand.New(rand.NewPCG(1, 2))))
	for _, v := range drawn {
		sum += float64(v)
	}
	if n := float64(len(drawn)); math.Abs(sum/n-mean) > 5*math.Sqrt(variance/n) {
		t.Errorf("mean of %v draws %v, want %v", n, sum/n, mean)
	}
}
