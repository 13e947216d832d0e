package ops

import "github.com/nassearch/nassearch/trainer/kernel"

// winograd is a convolution by minimal filtering, whose weights are transformed once a step.
type winograd struct {
	geo     *kernel.Winograd[float32]
	forward []float32 // transformed weights
	back    []float32 // of the gradient by the input
	works   []float32 // a worker's buffer
}

// newWinograd returns nil if the kernel computes the convolution by its definition.
func newWinograd(ctx *Context, c *kernel.Conv) *winograd {
	if ctx.Kernel == nil {
		return nil
	}
	geo := ctx.Kernel.Winograd(c)
	if geo == nil {
		return nil
	}
	w := &winograd{geo: geo, works: ctx.scratch("winograd work", ctx.workers()*geo.Work())}
	if ctx.Mode == Train { // convolves as soon as weights are transformed
		w.forward = ctx.scratch("winograd weights", geo.Filters())
	} else {
		w.forward = kernel.Alloc[float32](geo.Filters())
	}
	if ctx.Mode != Predict {
		w.back = ctx.scratch("turned winograd weights", geo.Filters())
	}
	return w
}

func (w *winograd) work(worker int) []float32 {
	n := w.geo.Work()
	return w.works[worker*n : (worker+1)*n]
}

// filter returns weights as forward needs them. They hold until the next call of any convolution in training.
func (c *conv) filter(weights []float32) []float32 {
	w := c.winograd
	if w == nil {
		return weights
	}
	w.geo.Filter(w.forward, weights, w.work(0))
	return w.forward
}

// turn prepares the weights for [conv.backwardInput].
func (c *conv) turn(weights []float32) {
	c.ctx.Kernel.Transpose(c.geo, c.turned, weights)
	if w := c.winograd; w != nil {
		w.geo.FilterBack(w.back, c.turned, w.work(0))
	}
}

// backwardInput writes rows of the gradient by a block's input, passed where gate is positive, added to dx if add.
func (c *conv) backwardInput(worker int, dx, gate, dz []float32, first, from, to int, add bool) {
	if w := c.winograd; w != nil {
		w.geo.ConvolveBack(dx, gate, dz, first, w.back, from, to, add, w.work(worker))
		return
	}
	c.ctx.Kernel.ConvolveBack(c.geo, dx, gate, dz, first, c.turned, from, to, add)
}

// gradients is the length of a unit's gradient by the weights.
func (c *conv) gradients() int {
	if c.winograd != nil {
		return c.winograd.geo.Gradients()
	}
	return c.geo.Gradients()
}

// backwardWeights adds to part what rows of a block contribute to the gradient by the weights.
func (c *conv) backwardWeights(worker int, part, dz []float32, first int, x []float32, from, to int) {
	if w := c.winograd; w != nil {
		w.geo.ConvolveWeights(part, dz, first, x, from, to, w.work(worker))
		return
	}
	c.ctx.Kernel.ConvolveWeights(c.geo, part, dz, first, x, from, to)
}

// sumGradients writes the gradient by the weights, the sum of all units'.
func (c *conv) sumGradients(dw []float32) {
	if w := c.winograd; w != nil {
		w.geo.SumGradients(dw, c.parts, w.work(0))
		return
	}
	c.ctx.Kernel.SumGradients(c.geo, dw, c.parts)
}
