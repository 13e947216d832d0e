package corruption

import (
	"math"
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
	rows, columns := newShrunk(s.Height, shrinks[severity-1]), newShrunk(s.Width, shrinks[severity-1])
	n, w := s.Height*s.Width, s.Width
	narrow := make([]uint8, n)
	return func(to, x []uint8, r *rand.Rand) {
		down, across := rows.draw(r), columns.draw(r)
		for ; len(x) > 0; x, to = x[n:], to[n:] {
			for y := 0; y < n; y += w {
				across.read(narrow[y:y+w], x[y:y+w])
			}
			for y, b := range down {
				mean(to[y*w:][:w], narrow[b.first*w:], narrow[b.last*w:])
			}
		}
	}
}

// shrunk is a line, shrunk to a number of samples and enlarged again. Where that is not whole, as it is of 32, it is
// the whole number below or that above, by chance.
type shrunk struct {
	fewer, more boxes
	share       float64 // of more
}

// newShrunk returns a line of n samples, shrunk as much as one of 32 is by a factor.
func newShrunk(n int, factor float64) shrunk {
	few := max(1, float64(n*int(32*factor))/32)
	whole := math.Floor(few)
	return shrunk{newBoxes(n, int(whole)), newBoxes(n, min(n, int(whole)+1)), few - whole}
}

func (s shrunk) draw(r *rand.Rand) boxes {
	if s.share > 0 && r.Float64() < s.share {
		return s.more
	}
	return s.fewer
}

// boxes are, by sample of a line, what it is the mean of: the samples whose middles are within one of the shrunk line.
type boxes []box

// box is one or two samples, as lines shrink to no less than a half.
type box struct{ first, last int }

// newBoxes returns the boxes of n samples, shrunk to few.
func newBoxes(n, few int) boxes {
	b := make(boxes, n)
	scale := float64(n) / float64(few)
	for i := range b {
		center := (float64(min(few-1, int((float64(i)+.5)/scale))) + .5) * scale
		first, end := max(0, int(center-scale/2+.5)), min(n, int(center+scale/2+.5))
		b[i] = box{first, max(first, end-1)}
	}
	return b
}

// read writes the means of boxes, rounded.
func (b boxes) read(to, x []uint8) {
	to = to[:len(b)]
	for i, d := range b {
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
