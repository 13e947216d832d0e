package corruption

import (
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// DefocusBlur spreads every pixel over a disk, whose edge is softened by a Gaussian of 3 x 3 pixels.
type DefocusBlur struct{}

// disks are the disks' radii in pixels at 32, and the deviations of the Gaussians in pixels, by severity.
var disks = [Severities]struct{ radius, alias float64 }{{.3, .4}, {.4, .5}, {.5, .6}, {1, .2}, {1.5, .1}}

// Name implements [Corruption].
func (DefocusBlur) Name() string { return "defocus_blur" }

// At implements [Corruption].
func (DefocusBlur) At(s robustness.Shape, severity int) Transform {
	d := disks[severity-1]
	f, taps := newFilter(fine, s, mirrored), disk(d.radius*scale(s), d.alias)
	return func(to, x []uint8, _ *rand.Rand) { f.run(to, x, taps) }
}

// disk returns the filter of a softened disk.
func disk(radius, alias float64) []tap {
	soft := gaussian(alias, 1)
	half := int(radius) + len(soft)/2
	var taps []tap
	var weights []float64
	for row := -half; row <= half; row++ {
		for column := -half; column <= half; column++ {
			weight := 0.0
			for i, a := range soft {
				for j, b := range soft {
					if math.Hypot(float64(row+i-1), float64(column+j-1)) <= radius {
						weight += a * b
					}
				}
			}
			taps, weights = append(taps, tap{row: row, column: column}), append(weights, weight)
		}
	}
	return newTaps(fine, taps, weights)
}

// gaussian returns the weights of a Gaussian of a deviation at -radius to radius, with the sum 1.
func gaussian(deviation float64, radius int) []float64 {
	weights, sum := make([]float64, 2*radius+1), 0.0
	for i := range weights {
		d := float64(i-radius) / deviation
		weights[i] = math.Exp(-d * d / 2)
		sum += weights[i]
	}
	for i := range weights {
		weights[i] /= sum
	}
	return weights
}

// scale is what sizes that are pixels at 32 are multiplied by: the shorter side of an image by 32.
func scale(s robustness.Shape) float64 { return float64(min(s.Height, s.Width)) / 32 }
