package corruption

import (
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// MotionBlur drags every pixel along a line at a random angle, to one side, as ImageMagick does.
type MotionBlur struct{}

// motions are the lengths of lines, and the deviations of the Gaussians along them, in pixels at 32, by severity.
var motions = [Severities]motion{{6, 1}, {6, 1.5}, {6, 2}, {8, 2}, {9, 2.5}}

// Name implements [Corruption].
func (MotionBlur) Name() string { return "motion_blur" }

// At implements [Corruption].
func (MotionBlur) At(s robustness.Shape, severity int) Transform {
	return seen(s, func(s robustness.Shape) Transform {
		f, taps := newFilter(coarse, s, clamped), motions[severity-1].taps(coarse, scale(s))
		return func(to, x []uint8, r *rand.Rand) {
			turn(taps, -45+90*r.Float64())
			f.run(to, x, taps)
		}
	})
}

// motion is a line that pixels are dragged along.
type motion struct{ radius, deviation float64 }

// taps returns the filter in images that are larger by a factor: one half of a Gaussian.
func (m motion) taps(p packing, scale float64) []tap {
	n := 2*int(math.Ceil(m.radius*scale)) + 1
	return newTaps(p, make([]tap, n), gaussian(m.deviation*scale, n-1)[n-1:])
}

// turn lays taps, one pixel after the other, along a line at an angle in degrees.
func turn(taps []tap, angle float64) {
	sin, cos := math.Sincos(angle * math.Pi / 180)
	for i := range taps {
		taps[i].row, taps[i].column = int(math.Ceil(float64(i)*sin-.5)), int(math.Ceil(float64(i)*cos-.5))
	}
}
