package corruption

import (
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// GaussianNoise adds normal noise to every value, as sensors do in low light.
type GaussianNoise struct{}

// deviations are the noise's standard deviations, by severity.
var deviations = [Severities]float64{.04, .06, .08, .09, .1}

// Name implements [Corruption].
func (GaussianNoise) Name() string { return "gaussian_noise" }

// At implements [Corruption]. A byte x with noise z, truncated, is x + floor(255 z): whole levels are drawn.
func (GaussianNoise) At(s robustness.Shape, severity int) Transform {
	levels := gaussianLevels(255 * deviations[severity-1])
	noise := make([]int16, s.Size())
	return func(to, x []uint8, r *rand.Rand) {
		levels.fill(noise, newBits(r))
		addLevels(to, x, noise)
	}
}

// addLevels adds noise in levels of 1/255.
func addLevels(to, x []uint8, noise []int16) {
	noise, to = noise[:len(x)], to[:len(x)]
	for i, v := range x {
		to[i] = uint8(min(max(int(v)+int(noise[i]), 0), 255))
	}
}

// gaussianLevels returns the distribution of floor(z), with z normal of a standard deviation. What lies beyond 7 of
// them, 3e-12 in all, is never drawn.
func gaussianLevels(deviation float64) *distributions {
	below := func(v int) float64 { return math.Erfc(-float64(v)/deviation/math.Sqrt2) / 2 }
	reach := int(math.Ceil(7 * deviation))
	shares := make([]float64, 2*reach)
	for i := range shares {
		shares[i] = below(i-reach+1) - below(i-reach)
	}
	return newDistributions([]int{-reach}, [][]float64{shares})
}
