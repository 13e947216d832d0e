package probe

import "github.com/nassearch/nassearch/trainer/kernel"

// conv is a convolution with the norm behind it: z = w * x, added to the node as a z + b. The classifier is one of a
// single pixel, with a bias.
type conv struct {
	from, to  *node
	rectified bool // it reads the positive part
	geometry  *kernel.Conv
	norm      *norm
	weight    *parameter
	bias      *parameter // may be nil

	z      []float64
	beside []float64 // z', its derivative along the direction, or the gradient by z if it is kept
	done   int       // rows of a block's z that are written

	window                // of the gradient by z
	parts       []float64 // gradient by the weights, as the kernel sums it
	turned      []float64 // weights, as gradients by the source need them
	turnedMoved []float64 // their direction
}

func (e *conv) source() *node { return e.from }
func (e *conv) target() *node { return e.to }
func (e *conv) fit(p *pass)   { p.memory.fit(&e.z, p.blocks*e.norm.size()) }
func (e *conv) moves() bool   { return true }

// ready returns the rows of the output that can be written now that a band of the source is complete, and were not yet.
func (e *conv) ready(b band) band {
	if b.from == 0 {
		e.done = 0
	}
	from, to := e.done, e.geometry.OutH
	if b.to < e.from.h {
		to = (b.to-1-e.geometry.K/2)/e.geometry.Stride + 1
	}
	e.done = max(from, to)
	return band{b.block, from, e.done}
}

func (e *conv) read(p *pass, b band) {
	out := e.ready(b)
	if out.from == out.to {
		return
	}
	var bias []float64
	if e.bias != nil {
		bias = e.bias.values
	}
	x, _, _ := e.from.read(e.rectified)
	e.forward(p, e.z, x, e.weight.values, bias, out, false)
	e.norm.read(p, e.z, out)
}

// forward writes a band of the convolution of x with w.
func (e *conv) forward(p *pass, z, x, w, bias []float64, b band, add bool) {
	z, x = e.norm.block(z, b.block), e.from.block(x, b.block)
	p.kernel.Convolve(e.geometry, z, nil, x, w, bias, b.from, b.to, add)
}

func (e *conv) settle(p *pass) { e.norm.settle(p) }

func (e *conv) write(p *pass, y, rect []float64, b band, add bool) {
	e.norm.write(p, y, rect, e.z, b, add)
}

// readAlong computes z' = w * x' + w' * x.
func (e *conv) readAlong(p *pass, b band) {
	if b.block == 0 && b.from == 0 {
		p.memory.fit(&e.beside, p.blocks*e.norm.size())
	}
	out := e.ready(b)
	if out.from == out.to {
		return
	}
	n := e.norm
	x, moved, _ := e.from.read(e.rectified)
	z := n.rows(e.beside, out)
	if moved != nil {
		e.forward(p, e.beside, moved, e.weight.values, nil, out, false)
	} else {
		clear(z)
	}
	switch {
	case e.weight.still:
	case e.radial():
		p.kernel.Affine(z, nil, n.rows(e.z, out), p.ones, p.zeros, n.channels, n.pixels(out), true)
	default:
		e.forward(p, e.beside, x, e.weight.moved, nil, out, true)
	}
	if e.bias != nil && !e.bias.still {
		p.kernel.Affine(z, nil, z, p.ones, e.bias.moved, n.channels, n.pixels(out), false)
	}
	if mask, images := p.in(b.block); images < lanes { // sums are over all lanes
		p.kernel.NormBack(z, z, z, p.ones, p.zeros, p.zeros, mask, n.channels, n.pixels(out))
	}
	n.readAlong(p, e.z, e.beside, out)
}

// radial reports whether the weights move in their own direction, so that w' * x is z.
func (e *conv) radial() bool { return e.weight.radial && e.bias == nil }

func (e *conv) settleAlong(p *pass) { e.norm.settleAlong(p) }

func (e *conv) writeAlong(p *pass, y []float64, b band, add bool) {
	e.norm.writeAlong(p, y, e.z, e.beside, b, add)
}
