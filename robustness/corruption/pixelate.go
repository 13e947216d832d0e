package corruption

import (
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// Pixelate shrinks an image and enlarges it again, both with Pillow's box filter.
type Pixelate struct{}

// shrinks are what sizes are multiplied by, by severity.
var shrinks = [Severities]float64{.95, .9, .85, .75, .65}

// Name implements [Corruption].
func (Pixelate) Name() string { return "pixelate" }

// At implements [Corruption].
func (Pixelate) At(s robustness.Shape, severity int) Transform {
	rows, columns := newBoxes(s.Height, shrinks[severity-1]), newBoxes(s.Width, shrinks[severity-1])
	narrow, small := make([]uint8, s.Height*s.Width), make([]uint8, s.Height*s.Width)
	return func(to, x []uint8, _ *rand.Rand) {
		for plane := s.Height * s.Width; len(x) > 0; x, to = x[plane:], to[plane:] {
			for y := range s.Height {
				columns.shrink(narrow[y*s.Width:], x[y*s.Width:], s.Width)
			}
			for i, b := range rows.down {
				mean(small[i*s.Width:][:s.Width], narrow[b.first*s.Width:], narrow[b.last*s.Width:])
			}
			for y, i := range rows.up {
				row, from := to[y*s.Width:][:s.Width], small[i*s.Width:][:s.Width]
				for x, i := range columns.up {
					row[x] = from[i]
				}
			}
		}
	}
}

// boxes are a line's samples, shrunk.
type boxes struct {
	down []box // by sample of the shrunk line
	up   []int // the shrunk line's sample, by sample of the line
}

// box holds the samples whose middles are within a sample of the shrunk line: as lines shrink to no less than a half,
// one or two.
type box struct{ first, last int }

// newBoxes returns the boxes of n samples, shrunk by a factor.
func newBoxes(n int, factor float64) boxes {
	few := max(1, int(float64(n)*factor))
	b := boxes{make([]box, few), make([]int, n)}
	scale := float64(n) / float64(few)
	for i := range b.down {
		center := (float64(i) + .5) * scale
		first, end := max(0, int(center-scale/2+.5)), min(n, int(center+scale/2+.5))
		b.down[i] = box{first, max(first, end-1)}
	}
	for i := range b.up {
		b.up[i] = min(few-1, int((float64(i)+.5)/scale))
	}
	return b
}

// shrink writes the means of boxes, rounded.
func (b boxes) shrink(to, x []uint8, n int) {
	x, to = x[:n], to[:len(b.down)]
	for i, d := range b.down {
		to[i] = uint8((int(x[d.first]) + int(x[d.last]) + 1) / 2)
	}
}

// mean writes the means of two lines, rounded.
func mean(to, a, b []uint8) {
	a, b = a[:len(to)], b[:len(to)]
	for i := range to {
		to[i] = uint8((int(a[i]) + int(b[i]) + 1) / 2)
	}
}
