package ops

import "fmt"

// Stem is the network's first layer: a 3x3 convolution and batch norm.
type stem struct{ conv *convNorm }

// NewStem returns the operator for images of inputs channels and the given side.
func NewStem(ctx *Context, prefix string, inputs, side, channels int) (*Operator, error) {
	var l Layout
	in := ctx.grid(inputs, side, side)
	c, err := newConvNorm(ctx, &l, prefix+".0", prefix+".1", in, channels, 3, 1)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", prefix, err)
	}
	byInput := ctx.Mode == Attack || ctx.ByInput
	return newOperator(ctx, prefix, stem{c}, l, in, c.out, byInput), nil
}

func (s stem) forward(t tensors, y, x []float32) {
	s.conv.prepare(t, x)
	s.conv.ctx.each(s.conv.out.units(), func(worker, u int) {
		block, from, to := s.conv.out.unit(u)
		s.conv.write(worker, y, nil, x, block, from, to, false)
	})
}

func (s stem) backward(t tensors, dparams, dx, dy, x, _ []float32) {
	s.conv.backward(t, dparams, dx, nil, dy, x, false)
}
