package ops

import (
	"cmp"
	"fmt"

	"github.com/nassearch/nassearch/trainer/kernel"
)

// reduction halves the image and doubles the channels: ReLU, 3x3 convolution with stride 2, batch norm, ReLU, 3x3
// convolution, batch norm; added to a shortcut of 2x2 average pool and 1x1 convolution.
type reduction struct {
	ctx      *Context
	a, b     *convNorm
	pool     *kernel.Pool[float32]
	shortcut *conv

	rectified [2][]float32 // inputs of a and b
	middle    []float32    // gradient by the output of a
	pooled    []float32
	dPooled   []float32
}

// NewReduction returns the operator for activations of the given channels and even side.
func NewReduction(ctx *Context, prefix string, channels, side int) (*Operator, error) {
	var l Layout
	r := &reduction{ctx: ctx, pool: kernel.AveragePool2[float32](channels, side, side)}
	in, half := ctx.grid(channels, side, side), ctx.grid(channels, side/2, side/2)
	wide := ctx.grid(2*channels, side/2, side/2)
	var errors [3]error
	r.a, errors[0] = newConvNorm(ctx, &l, prefix+".conv_a.op.1", prefix+".conv_a.op.2", in, 2*channels, 3, 2)
	r.b, errors[1] = newConvNorm(ctx, &l, prefix+".conv_b.op.1", prefix+".conv_b.op.2", wide, 2*channels, 3, 1)
	r.shortcut, errors[2] = newConv(ctx, &l, prefix+".downsample.1", half, 2*channels, 1, 1)
	if err := cmp.Or(errors[:]...); err != nil {
		return nil, fmt.Errorf("%s: %w", prefix, err)
	}
	r.rectified = [2][]float32{kernel.Alloc[float32](in.total()), kernel.Alloc[float32](wide.total())}
	r.middle = ctx.scratch("middle", wide.total())
	r.pooled = kernel.Alloc[float32](half.total())
	r.dPooled = ctx.scratch("pooled gradient", half.total())
	return newOperator(ctx, prefix, r, l, in, wide, true), nil
}

func (r *reduction) forward(t tensors, y, x []float32) {
	in, half, out := r.a.in, r.shortcut.in, r.b.out
	r.ctx.each(in.units(), func(_, u int) {
		block, from, to := in.unit(u)
		r.ctx.Kernel.ReLU(in.rows(r.rectified[0], block, from, to), in.rows(x, block, from, to))
	})
	r.a.prepare(t, r.rectified[0])
	r.ctx.each(out.units(), func(worker, u int) {
		block, from, to := out.unit(u)
		out.strips(from, to, func(from, to int) {
			r.a.write(worker, nil, r.rectified[1], r.rectified[0], block, from, to, false)
		})
	})
	r.b.prepare(t, r.rectified[1])
	r.ctx.each(out.units(), func(worker, u int) {
		block, from, to := out.unit(u)
		out.strips(from, to, func(from, to int) {
			r.b.write(worker, y, nil, r.rectified[1], block, from, to, false)
			r.ctx.Kernel.Pool(r.pool, half.block(r.pooled, block), in.block(x, block), from, to, false)
			r.shortcut.forward(worker, y, nil, r.pooled, r.shortcut.w(t.params), nil, block, from, to, true)
		})
	})
}

func (r *reduction) backward(t tensors, dparams, dx, dy, _, _ []float32) {
	r.b.backward(t, dparams, r.middle, r.rectified[1], dy, r.rectified[1], false)
	r.a.backward(t, dparams, dx, r.rectified[0], r.middle, r.rectified[0], false)
	r.shortcut.backward(dparams, r.dPooled, nil, upstream{whole: dy}, r.pooled, r.shortcut.w(t.params), false)
	in, half := r.a.in, r.shortcut.in
	r.ctx.each(in.units(), func(_, u int) {
		block, from, to := in.unit(u)
		r.ctx.Kernel.PoolBack(r.pool, in.block(dx, block), half.block(r.dPooled, block), from, to, true)
	})
}
