package corruption

import (
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// ShotNoise counts photons: every value is a Poisson number with a mean in proportion to it.
type ShotNoise struct{}

// photons are the means of white, by severity.
var photons = [Severities]int{500, 250, 100, 75, 50}

// Name implements [Corruption].
func (ShotNoise) Name() string { return "shot_noise" }

// At implements [Corruption]. The count of a byte 16 a + b is the sum of those of 16 a and of b, which are Poisson
// numbers too: 32 distributions are enough for all bytes.
func (ShotNoise) At(s robustness.Shape, severity int) Transform {
	white := photons[severity-1]
	var high, low [16]*distribution
	for v := range 16 {
		high[v] = poisson(float64(16*v*white) / 255)
		low[v] = poisson(float64(v*white) / 255)
	}
	levels := countLevels(white)
	counts := make([]int16, s.Size())
	return func(to, x []uint8, r *rand.Rand) {
		b := newBits(r)
		for i, v := range x {
			word := b.next()
			counts[i] = high[v>>4].draw(uint32(word)) + low[v&15].draw(uint32(word>>32))
		}
		develop(to, counts, levels)
	}
}

// countLevels returns the bytes of counts of photons up to that of white.
func countLevels(white int) []uint8 {
	levels := make([]uint8, white+1)
	for n := range levels {
		levels[n] = uint8(float64(n) / float64(white) * 255)
	}
	return levels
}

// develop turns counts of photons into bytes.
func develop(to []uint8, counts []int16, levels []uint8) {
	to = to[:len(counts)]
	white := int16(len(levels) - 1)
	for i, n := range counts {
		to[i] = levels[min(n, white)]
	}
}

// poisson returns the Poisson distribution of a mean. What lies beyond 7 standard deviations counts nowhere.
func poisson(mean float64) *distribution {
	if mean == 0 {
		return newDistribution(0, []float64{1})
	}
	reach := 7*math.Sqrt(mean) + 8
	first := int(max(0, mean-reach))
	shares := make([]float64, int(mean+reach)+1-first)
	for i := range shares {
		n := float64(first + i)
		logFactorial, _ := math.Lgamma(n + 1)
		shares[i] = math.Exp(n*math.Log(mean) - mean - logFactorial)
	}
	return newDistribution(first, shares)
}
