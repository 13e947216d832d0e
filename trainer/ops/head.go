package ops

import (
	"fmt"

	"github.com/nassearch/nassearch/trainer/kernel"
)

// head is the network's end: batch norm, ReLU, global average pool, linear classifier.
type head struct {
	ctx    *Context
	norm   *norm
	pool   *kernel.Pool[float32]
	linear *conv // a 1x1 convolution of one pixel
	bias   int   // offset in the parameters

	hidden  []float32 // gradient by what is normalised
	gate    []float32 // rectified
	pooled  []float32
	dPooled []float32
	zeros   []float32
}

// NewHead returns the operator; its output has one row and column and a channel for each class.
func NewHead(ctx *Context, norm, classifier string, channels, side, classes int) (*Operator, error) {
	var l Layout
	in, point := ctx.grid(channels, side, side), ctx.grid(channels, 1, 1)
	h := &head{ctx: ctx, norm: newNorm(ctx, &l, norm, in), pool: kernel.GlobalAverage[float32](channels, side, side)}
	var err error
	if h.linear, err = newConv(ctx, &l, classifier, point, classes, 1, 1); err != nil {
		return nil, fmt.Errorf("%s: %w", classifier, err)
	}
	last := &l.Params[len(l.Params)-1]
	last.Shape = []int{classes, channels}
	h.bias = l.param(classifier+".bias", channels, 0, classes)
	h.hidden, h.gate = ctx.scratch("hidden", in.total()), kernel.Alloc[float32](in.total())
	h.pooled, h.dPooled = kernel.Alloc[float32](point.total()), ctx.scratch("pooled gradient", point.total())
	h.zeros = kernel.Alloc[float32](channels)
	return newOperator(ctx, classifier, h, l, in, h.linear.out, true), nil
}

func (h *head) forward(t tensors, y, x []float32) {
	in := h.norm.g
	if h.ctx.Mode == Train {
		h.norm.normalize(t, x, nil)
	} else {
		h.norm.useRunning(t)
	}
	h.ctx.each(in.blocks, func(worker, block int) {
		h.norm.apply(nil, h.gate, x, block, 0, in.h, false)
		h.ctx.Kernel.Pool(h.pool, h.linear.in.block(h.pooled, block), in.block(h.gate, block), 0, 1, false)
		h.linear.forward(worker, y, nil, h.pooled, h.linear.w(t.params), t.params[h.bias:], block, 0, 1, false)
	})
}

func (h *head) backward(t tensors, dparams, dx, dy, x, _ []float32) {
	if h.ctx.Mode == Train {
		h.biasGradient(dparams, dy)
	}
	h.linear.backward(dparams, h.dPooled, nil, upstream{whole: dy}, h.pooled, h.linear.w(t.params), false)
	in := h.norm.g
	dh := h.hidden
	h.ctx.each(in.blocks, func(_, block int) {
		d := in.block(dh, block)
		h.ctx.Kernel.PoolBack(h.pool, d, h.linear.in.block(h.dPooled, block), 0, in.h, false)
		h.ctx.Kernel.Gate(d, d, in.block(h.gate, block))
		if h.ctx.Mode != Train {
			h.ctx.Kernel.Affine(in.block(dx, block), nil, d, h.norm.a, h.zeros, in.channels, in.h*in.w, false)
		}
	})
	if h.ctx.Mode != Train {
		return
	}
	h.norm.differentiate(t, dparams, dh, x)
	h.ctx.each(in.units(), func(_, u int) {
		block, from, to := in.unit(u)
		h.norm.back(in.rows(dx, block, from, to), dh, x, t.lanes, block, from, to)
	})
}

func (h *head) biasGradient(dparams, dy []float32) {
	classes := h.linear.out.channels
	for k := range classes {
		var sum float64
		for b := range h.linear.out.blocks {
			for _, d := range dy[(b*classes+k)*kernel.Lanes:][:kernel.Lanes] {
				sum += float64(d)
			}
		}
		dparams[h.bias+k] = float32(sum)
	}
}
