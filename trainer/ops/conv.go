package ops

import "github.com/nassearch/nassearch/trainer/kernel"

// conv is a convolution whose input is at hand, already rectified where the network says so.
type conv struct {
	ctx     *Context
	geo     *kernel.Conv
	in, out grid
	weights int // offset in the parameters

	turned []float32 // weights for the gradient by the input
	parts  []float32 // gradients by the weights, one a unit
	dz     []float32 // a worker's rows of the gradient by the output

	winograd *winograd // nil if the kernel computes it by its definition
}

func newConv(ctx *Context, l *Layout, name string, in grid, outChannels, k, stride int) (*conv, error) {
	geo, err := kernel.NewConv(in.channels, outChannels, in.h, in.w, k, stride)
	if err != nil {
		return nil, err
	}
	c := &conv{ctx: ctx, geo: geo, in: in, out: ctx.grid(outChannels, geo.OutH, geo.OutW), weights: l.conv(name, geo)}
	c.winograd = newWinograd(ctx, geo)
	if ctx.Mode != Predict {
		c.turned = ctx.scratch("turned weights", geo.Weights())
	}
	if ctx.Mode == Train {
		c.dz = ctx.scratch("dz", ctx.workers()*c.bufferSize())
		c.parts = ctx.scratch("weight gradients", c.out.units()*c.gradients())
	}
	return c, nil
}

func (c *conv) w(params []float32) []float32 { return params[c.weights:][:c.geo.Weights()] }

// forward writes rows of a block, added to y if add, and their positive part to rect. y, rect and bias may be nil.
// filter is the weights, as [conv.filter] returns them.
func (c *conv) forward(worker int, y, rect, x, filter, bias []float32, block, from, to int, add bool) {
	y, rect, x = c.out.block(y, block), c.out.block(rect, block), c.in.block(x, block)
	if w := c.winograd; w != nil {
		w.geo.Convolve(y, rect, x, filter, bias, from, to, add, w.work(worker))
		return
	}
	c.ctx.Kernel.Convolve(c.geo, y, rect, x, filter, bias, from, to, add)
}

// bufferSize is the length of a worker's buffer: the rows of the highest unit and one on either side.
func (c *conv) bufferSize() int {
	g := c.out
	return min(g.unitRows()+2, g.h) * g.rowSize()
}

// buffer returns a worker's buffer for some rows.
func (c *conv) buffer(worker, rows int) []float32 {
	return c.dz[worker*c.bufferSize():][:rows*c.out.rowSize()]
}

// upstream is the gradient by a convolution's output: the whole activation, or a function that writes rows of a block
// when they are needed.
type upstream struct {
	whole []float32
	write func(rows []float32, block, from, to int)
}

// backward writes the gradient by the input, passed where gate is positive, into dx, added to it if add; and in
// training the gradient by the weights w into dparams. dx may be nil.
func (c *conv) backward(dparams, dx, gate []float32, dz upstream, x, w []float32, add bool) {
	if dx != nil {
		c.turn(w)
	}
	c.ctx.each(c.out.units(), func(worker, u int) { c.backwardUnit(worker, u, dx, gate, dz, x, add) })
	if c.ctx.Mode == Train {
		c.sumGradients(c.w(dparams))
	}
}

func (c *conv) backwardUnit(worker, u int, dx, gate []float32, dz upstream, x []float32, add bool) {
	block, from, to := c.out.unit(u)
	stride := c.geo.Stride
	var part []float32
	if c.ctx.Mode == Train {
		size := c.gradients()
		part = c.parts[u*size : (u+1)*size]
		clear(part)
	}
	d, first := c.out.block(dz.whole, block), 0
	if dz.write != nil { // rows of this unit and those next to it that its input sees
		var last int
		first, last = c.geo.Seen(from*stride, to*stride)
		d = c.buffer(worker, last-first)
	}
	written := first
	c.out.strips(from, to, func(from, to int) {
		if _, last := c.geo.Seen(from*stride, to*stride); dz.write != nil && last > written {
			row := c.out.rowSize()
			dz.write(d[(written-first)*row:(last-first)*row], block, written, last)
			written = last
		}
		if part != nil {
			c.backwardWeights(worker, part, d, first, c.in.block(x, block), from, to)
		}
		if dx != nil {
			dx, gate := c.in.block(dx, block), c.in.block(gate, block)
			c.backwardInput(worker, dx, gate, d, first, from*stride, to*stride, add)
		}
	})
}

// convNorm is a convolution and the batch norm behind it. In training the convolution's output z is kept for the
// gradient; else batch norm is folded into the weights.
type convNorm struct {
	*conv
	norm *norm

	z      []float32
	folded []float32 // weights times a
	ready  []float32 // and as forward needs them
}

func newConvNorm(
	ctx *Context, l *Layout, convName, normName string, in grid, outChannels, k, stride int,
) (*convNorm, error) {
	c, err := newConv(ctx, l, convName, in, outChannels, k, stride)
	if err != nil {
		return nil, err
	}
	n := &convNorm{conv: c, norm: newNorm(ctx, l, normName, c.out)}
	if ctx.Mode == Train {
		n.z = kernel.Alloc[float32](c.out.total())
	} else {
		n.folded = kernel.Alloc[float32](c.geo.Weights())
	}
	return n, nil
}

// prepare does what must precede writing rows of the output: in training it convolves and measures.
func (c *convNorm) prepare(t tensors, x []float32) {
	if c.ctx.Mode != Train {
		c.norm.useRunning(t)
		c.ctx.Kernel.Scale(c.geo, c.folded, c.w(t.params), c.norm.a)
		c.ready = c.filter(c.folded)
		return
	}
	filter := c.filter(c.w(t.params))
	c.norm.normalize(t, c.z, func(worker, block, from, to int) {
		c.forward(worker, c.z, nil, x, filter, nil, block, from, to, false)
	})
}

// write writes rows of a block of the output, added to y if add, and their positive part to rect. Without add y may be
// nil, and rect always.
func (c *convNorm) write(worker int, y, rect, x []float32, block, from, to int, add bool) {
	if c.ctx.Mode == Train {
		c.norm.apply(y, rect, c.z, block, from, to, add)
		return
	}
	c.forward(worker, y, rect, x, c.ready, c.norm.b, block, from, to, add)
}

// backward writes the gradient by the input x, passed where gate is positive, into dx, added to it if add, and in
// training the gradients by the parameters into dparams.
func (c *convNorm) backward(t tensors, dparams, dx, gate, dy, x []float32, add bool) {
	if c.ctx.Mode != Train {
		c.conv.backward(nil, dx, gate, upstream{whole: dy}, x, c.folded, add)
		return
	}
	c.norm.differentiate(t, dparams, dy, c.z)
	write := func(rows []float32, block, from, to int) { c.norm.back(rows, dy, c.z, t.lanes, block, from, to) }
	c.conv.backward(dparams, dx, gate, upstream{write: write}, x, c.w(t.params), add)
}
