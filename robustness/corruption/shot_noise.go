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
	high, low := poissons(float64(16*white)/255), poissons(float64(white)/255)
	levels := countLevels(white)
	counts := make([]int16, s.Size())
	return func(to, x []uint8, r *rand.Rand) {
		b := newBits(r)
		for i, v := range x {
			word := b.next()
			counts[i] = high.draw(int(v>>4), uint32(word)) + low.draw(int(v&15), uint32(word>>32))
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

// poissons returns the Poisson distributions of 0 to 15 times a mean. What lies beyond 7 standard deviations and 8
// counts nowhere.
func poissons(step float64) *distributions {
	var low [16]int
	var shares [16][]float64
	for k := range shares {
		mean := step * float64(k)
		reach := 7*math.Sqrt(mean) + 8
		low[k] = int(max(0, mean-reach))
		for n := low[k]; n <= int(mean+reach); n++ {
			logFactorial, _ := math.Lgamma(float64(n + 1))
			share := math.Exp(float64(n)*math.Log(max(mean, 1e-300)) - mean - logFactorial)
			shares[k] = append(shares[k], share)
		}
	}
	return newDistributions(low[:], shares[:])
}
