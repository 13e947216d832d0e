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
	return seen(s, func(s robustness.Shape) Transform {
		e := newSheet(s, severity)
		return func(to, x []uint8, r *rand.Rand) {
			e.draw(newBits(r))
			e.run(to, x)
		}
	})
}

// sheet is what an image is stretched on.
type sheet struct {
	shape          robustness.Shape
	jitter         float64       // in pixels
	moves          [3][2]float64 // x and y of the three points
	field          *field
	turned, flowed *mat // by points and field
	quads          quads
	image, between []quad
}

func newSheet(s robustness.Shape, severity int) *sheet {
	n, side, e := s.Height*s.Width, float64(min(s.Height, s.Width)), stretches[severity-1]
	return &sheet{
		shape: s, jitter: e.jitter * side, field: newField(s, e.way*side, e.smooth*side),
		turned: newMat(s, mirrored), flowed: newMat(s, reflected),
		quads: quads{make([]uint8, n)}, image: make([]quad, n), between: make([]quad, n),
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
	for len(x) > 0 {
		n := min(4*len(e.image), len(x))
		e.quads.pack(e.image, x[:n])
		if e.field.way == 0 {
			e.turned.read(e.between, e.image, 8, 32)
		} else {
			const bits = 14
			e.turned.read(e.between, e.image, 8, bits)
			e.image, e.between = e.between, e.image
			e.flowed.read(e.between, e.image, bits, 32)
		}
		e.quads.unpack(to[:n], e.between)
		x, to = x[n:], to[n:]
	}
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
func (a affine) place(m *mat) {
	const bits = 24 // more, so that steps add up
	stepX, stepY := int64(math.Round(a.x[0]*pixel*(1<<bits))), int64(math.Round(a.y[0]*pixel*(1<<bits)))
	for row := range m.height {
		x := int64((a.x[1]*float64(row)+a.x[2])*pixel*(1<<bits)) + 1<<(bits-1)
		y := int64((a.y[1]*float64(row)+a.y[2])*pixel*(1<<bits)) + 1<<(bits-1)
		xs, ys := m.x[row*m.width:][:m.width], m.y[row*m.width:][:m.width]
		for i := range xs {
			xs[i], ys[i] = int32(x>>bits), int32(y>>bits)
			x, y = x+stepX, y+stepY
		}
	}
}
