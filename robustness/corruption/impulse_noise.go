package corruption

import (
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// ImpulseNoise makes some values black or white: salt and pepper, in every channel for itself.
type ImpulseNoise struct{}

// impulses are the shares of values that are hit, by severity.
var impulses = [Severities]float64{.01, .02, .03, .05, .07}

// Name implements [Corruption].
func (ImpulseNoise) Name() string { return "impulse_noise" }

// At implements [Corruption]. From one hit to the next is a geometric number of values.
func (ImpulseNoise) At(_ robustness.Shape, severity int) Transform {
	missed := math.Log1p(-impulses[severity-1])
	return func(to, x []uint8, r *rand.Rand) {
		copy(to, x)
		b := newBits(r)
		for i := 0.; ; i++ {
			word := b.next()
			i += math.Floor(math.Log(float64(word>>12+1)/(1<<52)) / missed)
			if i >= float64(len(to)) {
				return
			}
			to[int(i)] = uint8(255 * (word & 1))
		}
	}
}
