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
	return seen(s, func(s robustness.Shape) Transform {
		d := disks[severity-1]
		f, taps := newFilter(fine, s, mirrored), disk(d.radius, d.alias)
		if scale := scale(s); scale > 1 {
			taps = largeDisk(d.radius, d.alias, scale)
		}
		return func(to, x []uint8, _ *rand.Rand) { f.run(to, x, taps) }
	})
}

// disk returns the filter of a softened disk of the pixels within a radius.
func disk(radius, alias float64) []tap {
	return softened(gaussian(alias, 1), int(radius), func(row, column int) float64 { return within(row, column, radius) })
}

// within is 1 for pixels within a radius.
func within(row, column int, radius float64) float64 {
	if math.Hypot(float64(row), float64(column)) <= radius {
		return 1
	}
	return 0
}

// largeDisk returns the filter in images that are larger than 32 x 32 by a factor. Disk and Gaussian spread light as
// far as those in whole pixels of 32 do, in proportion; at its edge the disk has shares of pixels.
func largeDisk(radius, alias, scale float64) []tap {
	soft := spread(scale * scale * variance(gaussian(alias, 1)))
	pixels, squares := 0., 0.
	for row := -int(radius); row <= int(radius); row++ {
		for column := -int(radius); column <= int(radius); column++ {
			inside := within(row, column, radius)
			pixels += inside
			squares += inside * float64(row*row)
		}
	}
	const pixel = 1. / 12 // what each spreads itself
	large := 2 * math.Sqrt(max(0, scale*scale*squares/pixels-pixel))
	return softened(soft, int(large+.5), func(row, column int) float64 { return covered(row, column, large) })
}

// covered is the share of a pixel that is within a radius of the middle one.
func covered(row, column int, radius float64) float64 {
	if row == 0 && column == 0 && radius < .5 {
		return 1
	}
	const parts = 16 // of a side
	inside := 0.
	for i := range parts {
		for j := range parts {
			y, x := float64(row)+(float64(i)+.5)/parts-.5, float64(column)+(float64(j)+.5)/parts-.5
			if math.Hypot(y, x) <= radius {
				inside++
			}
		}
	}
	return inside / (parts * parts)
}

// softened returns the filter of weights up to half pixels away in rows and columns, each spread along both by soft.
func softened(soft []float64, half int, weight func(row, column int) float64) []tap {
	reach := len(soft) / 2
	var taps []tap
	var weights []float64
	for row := -half - reach; row <= half+reach; row++ {
		for column := -half - reach; column <= half+reach; column++ {
			sum := 0.0
			for i, a := range soft {
				for j, b := range soft {
					if y, x := row+i-reach, column+j-reach; max(y, -y, x, -x) <= half {
						sum += a * b * weight(y, x)
					}
				}
			}
			taps, weights = append(taps, tap{row: row, column: column}), append(weights, sum)
		}
	}
	return ordered(newTaps(fine, taps, weights))
}
