package corruption

import (
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// ElasticTransform moves three points of an image, and the image with them, and then every pixel along a smooth random
// field.
type ElasticTransform struct{}

// stretches are, by severity and as shares of the image's shorter side: how far a field of uniform noise moves pixels,
// the deviation of the Gaussian that smoothes it, and how far the three points move at most.
var stretches = [Severities]struct{ way, smooth, jitter float64 }{
	{0, 0, .08}, {.05, .2, .07}, {.08, .06, .06}, {.1, .04, .05}, {.1, .03, .03},
}

// Name implements [Corruption].
func (ElasticTransform) Name() string { return "elastic_transform" }

// At implements [Corruption].
func (ElasticTransform) At(s robustness.Shape, severity int) Transform {
	e := newSheet(s, severity)
	return func(to, x []uint8, r *rand.Rand) {
		e.draw(newBits(r))
		e.run(to, x)
	}
}

// sheet is what an image is stretched on.
type sheet struct {
	shape          robustness.Shape
	jitter         float64       // in pixels
	moves          [3][2]float64 // x and y of the three points
	field          *field
	turned, flowed *sampler // by points and field
	words, moved   []uint64
}

func newSheet(s robustness.Shape, severity int) *sheet {
	side, e := float64(min(s.Height, s.Width)), stretches[severity-1]
	return &sheet{
		shape: s, jitter: e.jitter * side, field: newField(s.Height, s.Width, e.way*side, e.smooth*side),
		turned: newSampler(s.Height, s.Width, mirrored), flowed: newSampler(s.Height, s.Width, reflected),
		words: make([]uint64, s.Height*s.Width), moved: make([]uint64, s.Height*s.Width),
	}
}

// draw draws how points and pixels move.
func (e *sheet) draw(b *randomBits) {
	for i := range e.moves {
		e.moves[i] = [2]float64{e.jitter * float64(b.symmetric()), e.jitter * float64(b.symmetric())}
	}
	e.field.draw(b)
}

// run writes the stretched image. Both movements read between pixels: what is beyond the edge is mirrored, by the first
// without the edge, by the second with it.
func (e *sheet) run(to, x []uint8) {
	turnPoints(e.shape, e.moves).place(e.turned)
	e.field.place(e.flowed)
	fine.groups(e.shape, to, x, func(to, x []uint8) {
		fine.pack(e.words, x)
		for i := range e.words {
			e.words[i] <<= subpixel
		}
		e.turned.run(e.moved, e.words)
		if e.field.way > 0 {
			settle(e.words, e.moved)
			e.flowed.run(e.moved, e.words)
		}
		fine.unpack(to, e.moved)
	})
}

// affine says where a pixel is read: at x[0] column + x[1] row + x[2], and so y.
type affine struct{ x, y [3]float64 }

// turnPoints returns the map that undoes the move of three corners of a square in the middle third of an image.
func turnPoints(s robustness.Shape, moves [3][2]float64) affine {
	cx, cy, half := float64(s.Width/2), float64(s.Height/2), float64(max(1, min(s.Height, s.Width)/3))
	from := [3][2]float64{{cx + half, cy + half}, {cx + half, cy - half}, {cx - half, cy - half}}
	var at [3][2]float64
	for i, p := range from {
		at[i] = [2]float64{p[0] + moves[i][0], p[1] + moves[i][1]}
	}
	ux, uy := at[1][0]-at[0][0], at[1][1]-at[0][1]
	vx, vy := at[2][0]-at[0][0], at[2][1]-at[0][1]
	area := ux*vy - uy*vx
	solve := func(k int) (row [3]float64) {
		u, v := from[1][k]-from[0][k], from[2][k]-from[0][k]
		row[0], row[1] = (u*vy-v*uy)/area, (v*ux-u*vx)/area
		row[2] = from[0][k] - row[0]*at[0][0] - row[1]*at[0][1]
		return row
	}
	return affine{solve(0), solve(1)}
}

// place sets positions.
func (a affine) place(s *sampler) {
	const bits = 24 // more, so that steps add up
	stepX, stepY := int64(math.Round(a.x[0]*pixel*(1<<bits))), int64(math.Round(a.y[0]*pixel*(1<<bits)))
	for row := range s.height {
		x := int64((a.x[1]*float64(row)+a.x[2])*pixel*(1<<bits)) + 1<<(bits-1)
		y := int64((a.y[1]*float64(row)+a.y[2])*pixel*(1<<bits)) + 1<<(bits-1)
		xs, ys := s.x[row*s.width:][:s.width], s.y[row*s.width:][:s.width]
		for i := range xs {
			xs[i], ys[i] = int32(x>>bits), int32(y>>bits)
			x, y = x+stepX, y+stepY
		}
	}
}
