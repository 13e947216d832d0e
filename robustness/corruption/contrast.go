package corruption

import (
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// Contrast pulls every pixel towards its channel's mean.
type Contrast struct{}

// contrasts are the shares of the deviation that stay, by severity.
var contrasts = [Severities]float32{.75, .5, .4, .3, .15}

// Name implements [Corruption].
func (Contrast) Name() string { return "contrast" }

// At implements [Corruption].
func (Contrast) At(s robustness.Shape, severity int) Transform {
	keep, plane := contrasts[severity-1], s.Height*s.Width
	return func(to, x []uint8, _ *rand.Rand) {
		for first := 0; first < len(x); first += plane {
			pull(to[first:first+plane], x[first:first+plane], keep)
		}
	}
}

// pull is contrast in one channel.
func pull(to, x []uint8, keep float32) {
	sum := 0
	for _, v := range x {
		sum += int(v)
	}
	mean := float32(float64(sum) / float64(len(x)))
	var becomes [256]uint8
	for v := range becomes {
		becomes[v] = uint8((float32(v)-mean)*keep + mean) // a mean of two values in [0,255]
	}
	for i, v := range x {
		to[i] = becomes[v]
	}
}
