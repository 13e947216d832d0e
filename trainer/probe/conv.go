package probe

import (
	"github.com/nassearch/nassearch/trainer/kernel"
)

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
	beside []float64 // the derivative of z along the direction, or the gradient by z if it is kept
	parts  []float64 // gradient by the weights, as the kernel sums it
	turned []float64 // weights, and their direction, as gradients by the source need them
	turns  []float64
}

func (e *conv) source() *node { return e.from }
func (e *conv) fit(p *pass)   { e.z = fit(e.z, p.blocks*e.norm.size()) }
func (e *conv) moves() bool   { return true }

func (e *conv) prepare(p *pass) {
	if e.norm.byBatch(p) {
		e.norm.strips(p.blocks, func(b band) {
			e.convolve(p, b)
			e.norm.measure(p, e.z, b)
		})
	}
	e.norm.set(p)
}

// convolve writes a band of z.
func (e *conv) convolve(p *pass, b band) {
	x, _, _ := e.from.read(e.rectified)
	e.forward(p, e.z, x, e.weight.values, values(e.bias), b, false)
}

// values returns a parameter's values; nil of none.
func values(t *parameter) []float64 {
	if t == nil {
		return nil
	}
	return t.values
}

func (e *conv) forward(p *pass, z, x, w, bias []float64, b band, add bool) {
	z, x = e.norm.block(z, b.block), e.from.block(x, b.block)
	p.kernel.Convolve(e.geometry, z, nil, x, w, bias, b.from, b.to, add)
}

func (e *conv) write(p *pass, y, rect []float64, b band, add bool) {
	if !e.norm.byBatch(p) {
		e.convolve(p, b)
	}
	e.norm.apply(p, y, rect, e.z, b, add)
}

// prepareAlong computes the derivative of z, w * dx + dw * x.
func (e *conv) prepareAlong(p *pass) {
	e.beside = fit(e.beside, p.blocks*e.norm.size())
	e.norm.strips(p.blocks, func(b band) {
		e.convolveAlong(p, b)
		if e.norm.byBatch(p) {
			e.norm.sum(p, &e.norm.backMoved, e.beside, e.z, e.norm.mean, b)
		}
	})
	e.norm.setAlong(p)
}

func (e *conv) convolveAlong(p *pass, b band) {
	x, moved, _ := e.from.read(e.rectified)
	z := e.norm.rows(e.beside, b)
	if moved != nil {
		e.forward(p, e.beside, moved, e.weight.values, nil, b, false)
	} else if e.weight.still {
		clear(z)
	}
	if !e.weight.still {
		e.forward(p, e.beside, x, e.weight.moved, nil, b, moved != nil)
	}
	mask, images := p.in(b.block)
	if e.bias != nil && !e.bias.still {
		p.kernel.Affine(z, nil, z, p.ones, e.bias.moved, e.norm.channels, e.norm.pixels(b), false)
	}
	if images < lanes { // sums are over all lanes
		p.kernel.NormBack(z, z, z, p.ones, p.zeros, p.zeros, mask, e.norm.channels, e.norm.pixels(b))
	}
}

func (e *conv) writeAlong(p *pass, y []float64, b band, add bool) {
	n := e.norm
	if !add {
		n.combine(p, n.rows(y, b), e.beside, e.z, n.p, n.q, n.r, b)
		return
	}
	part := p.take(n.pixels(b) * n.channels * lanes)
	n.combine(p, part, e.beside, e.z, n.p, n.q, n.r, b)
	p.add(n.rows(y, b), part, n.channels, n.pixels(b))
	p.give(part)
}

func (e *conv) backward(p *pass, dy []float64) {
	e.norm.differentiate(p, dy, e.z)
	dx, _, gate, add := e.into(p)
	x, _, _ := e.from.read(e.rectified)
	size := e.norm.size()
	dz := p.take(size)
	e.biasGradient(p, dy)
	e.sweep(p, func(b band) {
		g := &e.norm.back
		rows := e.row(dz, b)
		e.norm.combine(p, rows, dy, e.z, g.u, g.v, g.w, b)
		if p.wants.Activations {
			copy(e.norm.rows(e.beside, b), rows)
		}
	}, func(b band) {
		if p.wants.Parameters {
			p.kernel.ConvolveWeights(e.geometry, e.parts, dz, 0, e.from.block(x, b.block), b.from, b.to)
		}
		e.byInput(p, dx, gate, dz, e.turned, b, add)
	})
	p.give(dz)
	e.finish(p)
}

// row returns the rows of a band in a block.
func (e *conv) row(block []float64, b band) []float64 {
	row := e.norm.row()
	return block[b.from*row : b.to*row]
}

// backwardAlong differentiates backward: with dz moving, dx is w dz and moves by w dz' + w' dz, dw is x dz and moves by
// x dz' + x' dz.
func (e *conv) backwardAlong(p *pass, dy, dyMoved []float64) {
	n := e.norm
	n.differentiate(p, dy, e.z)
	n.differentiateAlong(p, dy, e.z, dyMoved, e.beside)
	dx, dxMoved, gate, add := e.into(p)
	x, moved, _ := e.from.read(e.rectified)
	size := n.size()
	dz, dzMoved, part := p.take(size), p.take(size), p.take(size)
	e.biasGradient(p, dyMoved)
	g, m := &n.back, &n.backMoved
	e.sweep(p, func(b band) {
		n.combine(p, e.row(dz, b), dy, e.z, g.u, g.v, g.w, b)
		n.combine(p, e.row(dzMoved, b), dyMoved, e.beside, g.u, g.v, m.w, b)
		if !n.identity() {
			n.combine(p, e.row(part, b), dy, e.z, m.u, m.v, p.zeros, b)
			p.add(e.row(dzMoved, b), e.row(part, b), n.channels, n.pixels(b))
		}
	}, func(b band) {
		if p.wants.Parameters {
			p.kernel.ConvolveWeights(e.geometry, e.parts, dzMoved, 0, e.from.block(x, b.block), b.from, b.to)
			if moved != nil {
				p.kernel.ConvolveWeights(e.geometry, e.parts, dz, 0, e.from.block(moved, b.block), b.from, b.to)
			}
		}
		e.byInput(p, dx, gate, dz, e.turned, b, add)
		e.byInput(p, dxMoved, gate, dzMoved, e.turned, b, add)
		if !e.weight.still {
			e.byInput(p, dxMoved, gate, dz, e.turns, b, true)
		}
	})
	p.give(dz)
	p.give(dzMoved)
	p.give(part)
	e.finish(p)
}

// into prepares the gradients by the source, nil if nobody needs them, and the sum of those by the weights.
func (e *conv) into(p *pass) (dx, moved, gate []float64, add bool) {
	if p.wants.Activations {
		e.keep(p)
	}
	if p.wants.Parameters {
		e.parts = fit(e.parts, e.geometry.Gradients())
		clear(e.parts)
	}
	if len(e.from.into) == 0 && !(e.from.images && p.wants.Images) {
		return nil, nil, nil, false
	}
	e.turned = fit(e.turned, e.geometry.Weights())
	p.kernel.Transpose(e.geometry, e.turned, e.weight.values)
	if p.along && !e.weight.still {
		e.turns = fit(e.turns, e.geometry.Weights())
		p.kernel.Transpose(e.geometry, e.turns, e.weight.moved)
	}
	_, _, gate = e.from.read(e.rectified)
	add = e.from.open(p)
	return e.from.d, e.from.dMoved, gate, add
}

// keep makes room for the gradient by z, in place of the derivative of z along a direction.
func (e *conv) keep(p *pass) { e.beside = fit(e.beside, p.blocks*e.norm.size()) }

// byInput writes the gradient by the rows of the input that a band of the output begins at; dx may be nil.
func (e *conv) byInput(p *pass, dx, gate, dz, turned []float64, b band, add bool) {
	if dx == nil {
		return
	}
	dx, gate = e.from.block(dx, b.block), e.from.block(gate, b.block)
	stride := e.geometry.Stride
	p.kernel.ConvolveBack(e.geometry, dx, gate, dz, 0, turned, b.from*stride, b.to*stride, add)
}

// sweep calls use for all bands of the output, after write was called for all rows of the block that the input at the
// band is seen by.
func (e *conv) sweep(p *pass, write, use func(band)) {
	stride, written := e.geometry.Stride, 0
	e.norm.strips(p.blocks, func(b band) {
		if b.from == 0 {
			written = 0
		}
		if _, last := e.geometry.Seen(b.from*stride, b.to*stride); last > written {
			write(band{b.block, written, last})
			written = last
		}
		use(b)
	})
}

func (e *conv) finish(p *pass) {
	if p.wants.Parameters {
		p.kernel.SumGradients(e.geometry, e.weight.gradient, e.parts)
	}
}

func (e *conv) biasGradient(p *pass, dy []float64) {
	if e.bias == nil {
		return
	}
	clear(e.bias.gradient)
	for i, v := range dy {
		e.bias.gradient[i/lanes%e.norm.channels] += v
	}
}
