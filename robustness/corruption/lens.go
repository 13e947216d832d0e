package corruption

import (
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// scale is what sizes that are pixels at 32 are multiplied by: the shorter side of an image by 32.
func scale(s robustness.Shape) float64 { return float64(min(s.Height, s.Width)) / 32 }

// seen returns what a corruption does to images of a shape. To images smaller than 32 x 32 it does what it does at 32,
// seen at their size: their pixels are repeated to an image of 32, and each changes by what its copies do on average.
// So a radius of less than a pixel counts, and what leaves that image as it is leaves the small one.
func seen(s robustness.Shape, at func(robustness.Shape) Transform) Transform {
	if scale(s) >= 1 {
		return at(s)
	}
	l := newLens(s)
	transform := at(l.large)
	return func(to, x []uint8, r *rand.Rand) {
		l.enlarge(x)
		transform(l.spoilt, l.picture, r)
		l.reduce(to, x)
	}
}

// lens is what a small image is seen through.
type lens struct {
	small, large    robustness.Shape
	down, across    []copied
	picture, spoilt []uint8   // enlarged
	rows            []float32 // of a channel, enlarged across but not down
	changes         []float32 // of a row
}

// copied is a sample of an enlarged line: what it is a copy of, and what it covers of the line.
type copied struct {
	of     int
	covers mixture
}

// newLens returns that which makes the shorter side 32 pixels long.
func newLens(s robustness.Shape) *lens {
	long := func(n int) int { return int(math.Round(float64(n) / scale(s))) }
	large := robustness.Shape{Channels: s.Channels, Height: long(s.Height), Width: long(s.Width)}
	return &lens{
		small: s, large: large, down: copies(s.Height, large.Height), across: copies(s.Width, large.Width),
		picture: make([]uint8, large.Size()), spoilt: make([]uint8, large.Size()),
		rows: make([]float32, s.Height*large.Width), changes: make([]float32, s.Width),
	}
}

// copies enlarges a line of n samples to so many.
func copies(n, large int) []copied {
	line := make([]copied, large)
	for i := range line {
		first := i * n / large
		second := min(first+1, n-1)
		beyond := max(0, float64((i+1)*n-second*large)/float64(n)) // of the sample, past where the second begins
		if second == first {
			beyond = 0
		}
		line[i] = copied{(2*i + 1) * n / (2 * large), mixture{first, second, beyond}}
	}
	return line
}

// enlarge sets the picture.
func (l *lens) enlarge(x []uint8) {
	width, rows := l.large.Width, len(l.down)
	for first, n := 0, l.small.Height*l.small.Width; len(x) > 0; first, x = first+rows*width, x[n:] {
		for i, down := range l.down {
			row := l.picture[first+i*width:][:width]
			if i > 0 && down.of == l.down[i-1].of {
				copy(row, l.picture[first+(i-1)*width:])
				continue
			}
			from := x[down.of*l.small.Width:][:l.small.Width]
			for j, across := range l.across {
				row[j] = from[across.of]
			}
		}
	}
}

// reduce writes an image, changed as the picture was.
func (l *lens) reduce(to, x []uint8) {
	width, n := l.large.Width, l.small.Height*l.small.Width
	copies := float32(len(l.picture)) / float32(l.small.Size()) // of a pixel
	for first := 0; len(x) > 0; x, to = x[n:], to[n:] {
		clear(l.rows)
		for _, down := range l.down {
			before, after := l.picture[first:][:width], l.spoilt[first:][:width]
			upper, lower := l.rows[down.covers.first*width:][:width], l.rows[down.covers.second*width:][:width]
			share := float32(down.covers.share)
			for i, v := range after {
				change := float32(int(v) - int(before[i]))
				upper[i] += (1 - share) * change
				lower[i] += share * change
			}
			first += width
		}
		for y := range l.small.Height {
			clear(l.changes)
			for i, across := range l.across {
				change, share := l.rows[y*width+i], float32(across.covers.share)
				l.changes[across.covers.first] += (1 - share) * change
				l.changes[across.covers.second] += share * change
			}
			for i, change := range l.changes {
				at := y*l.small.Width + i
				to[at] = uint8(min(max(int(math.Floor(float64(float32(x[at])+change/copies+.5))), 0), 255))
			}
		}
	}
}
