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
}

func newConv(ctx *Context, l *Layout, name string, in grid, outChannels, k, stride int) (*conv, error) {
	geo, err := kernel.NewConv(in.channels, outChannels, in.h, in.w, k, stride)
	if err != nil {
		return nil, err
	}
	c := &conv{ctx: ctx, geo: geo, in: in, out: ctx.grid(outChannels, geo.OutH, geo.OutW), weights: l.conv(name, geo)}
	if ctx.Mode != Predict {
		c.turned = ctx.scratch("turned weights", geo.Weights())
	}
	if ctx.Mode == Train {
		c.parts = ctx.scratch("weight gradients", c.out.units()*geo.Gradients())
	}
	return c, nil
}

func (c *conv) w(params []float32) []float32 { return params[c.weights:][:c.geo.Weights()] }

// forward writes rows of a block, added to y if add, and their positive part to rect. y, rect and bias may be nil.
func (c *conv) forward(y, rect, x, w, bias []float32, block, from, to int, add bool) {
	c.ctx.Kernel.Convolve(c.geo, c.out.block(y, block), c.out.block(rect, block), c.in.block(x, block), w, bias, from, to, add)
}

// backward writes the gradient by the input, passed where gate is positive, into dx, added to it if add; and in
// training the gradient by the weights w into dparams. dx may be nil.
func (c *conv) backward(dparams, dx, gate, dz, x, w []float32, add bool) {
	if dx != nil {
		c.ctx.Kernel.Transpose(c.geo, c.turned, w)
	}
	size := c.geo.Gradients()
	c.ctx.each(c.out.units(), func(u int) {
		block, from, to := c.out.unit(u)
		d := c.out.block(dz, block)
		var part, g []float32
		if c.ctx.Mode == Train {
			part = c.parts[u*size : (u+1)*size]
			clear(part)
		}
		if gate != nil {
			g = c.in.block(gate, block)
		}
		c.out.strips(from, to, func(from, to int) {
			if part != nil {
				c.ctx.Kernel.ConvolveWeights(c.geo, part, d, c.in.block(x, block), from, to)
			}
			if dx != nil {
				c.ctx.Kernel.ConvolveBack(c.geo, c.in.block(dx, block), g, d, c.turned, from*c.geo.Stride, to*c.geo.Stride, add)
			}
		})
	})
	if c.ctx.Mode == Train {
		c.ctx.Kernel.SumGradients(c.geo, c.w(dparams), c.parts)
	}
}

// convNorm is a convolution and the batch norm behind it. In training the convolution's output z is kept for the
// gradient; else batch norm is folded into the weights.
type convNorm struct {
	*conv
	norm *norm

	z, dz  []float32
	folded []float32 // weights times a
}

func newConvNorm(ctx *Context, l *Layout, convName, normName string, in grid, outChannels, k, stride int) (*convNorm, error) {
	c, err := newConv(ctx, l, convName, in, outChannels, k, stride)
	if err != nil {
		return nil, err
	}
	n := &convNorm{conv: c, norm: newNorm(ctx, l, normName, c.out)}
	if ctx.Mode == Train {
		n.z, n.dz = kernel.Alloc(c.out.total()), ctx.scratch("dz", c.out.total())
	} else {
		n.folded = kernel.Alloc(c.geo.Weights())
	}
	return n, nil
}

// prepare does what must precede writing rows of the output: in training it convolves and measures.
func (c *convNorm) prepare(t tensors, x []float32) {
	if c.ctx.Mode != Train {
		c.norm.useRunning(t)
		c.ctx.Kernel.Scale(c.geo, c.folded, c.w(t.params), c.norm.a)
		return
	}
	c.ctx.each(c.out.units(), func(u int) {
		c.norm.overChunks(u, func(block, from, to, at, end int) {
			c.forward(c.z, nil, x, c.w(t.params), nil, block, from, to, false)
			c.norm.measure(c.z, t.lanes, block, from, to, at, end)
		})
	})
	c.norm.normalize(t)
}

// write writes rows of a block of the output, added to y if add, and their positive part to rect. Without add y may be
// nil, and rect always.
func (c *convNorm) write(y, rect, x []float32, block, from, to int, add bool) {
	if c.ctx.Mode == Train {
		c.norm.apply(y, rect, c.z, block, from, to, add)
		return
	}
	c.forward(y, rect, x, c.folded, c.norm.b, block, from, to, add)
}

// backward writes the gradient by the input x, passed where gate is positive, into dx, added to it if add, and in
// training the gradients by the parameters into dparams.
func (c *convNorm) backward(t tensors, dparams, dx, gate, dy, x []float32, add bool) {
	if c.ctx.Mode != Train {
		c.conv.backward(nil, dx, gate, dy, x, c.folded, add)
		return
	}
	c.ctx.each(c.out.units(), func(u int) { c.norm.sums(u, dy, c.z) })
	c.norm.differentiate(t, dparams)
	c.ctx.each(c.out.units(), func(u int) {
		block, from, to := c.out.unit(u)
		c.norm.back(c.dz, dy, c.z, t.lanes, block, from, to)
	})
	c.conv.backward(dparams, dx, gate, c.dz, x, c.w(t.params), add)
}
