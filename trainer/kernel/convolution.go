package kernel

import "fmt"

// Conv is the geometry of a convolution without bias: a K x K kernel with padding K/2, for blocks of images
// [row][column][channel][lane]. It is immutable and may be shared.
type Conv struct {
	In, Out    int // channels
	H, W       int // of the input
	K, Stride  int
	OutH, OutW int

	forward, backward code   // by row of the output, by row of the input
	spans             []span // by row of the kernel
}

// span is the half-open interval of output rows that see the input through a row of the kernel, and the first
// input row that they see.
type span struct{ from, to, in int }

// NewConv returns the geometry of a 1x1 or 3x3 convolution with stride 1 or 2. A stride of 2 needs even sides.
func NewConv(in, out, h, w, k, stride int) (*Conv, error) {
	switch {
	case in < 1 || out < 1 || h < 1 || w < 1:
		return nil, fmt.Errorf("convolution of %d to %d channels on %dx%d: sizes must be positive", in, out, h, w)
	case k != 1 && k != 3, stride != 1 && stride != 2:
		return nil, fmt.Errorf("convolution %dx%d with stride %d: want 1x1 or 3x3, stride 1 or 2", k, k, stride)
	case stride == 2 && (h%2 != 0 || w%2 != 0):
		return nil, fmt.Errorf("convolution with stride 2 on %dx%d: want even sides", h, w)
	}
	c := &Conv{In: in, Out: out, H: h, W: w, K: k, Stride: stride, OutH: h / stride, OutW: w / stride}
	forward := window{c.OutH, c.OutW, c.W, 1, c.inputs}
	c.forward, c.backward = compile(forward.rows(), in, out), compile(forward.transposed(h, k*k, stride).rows(), out, in)
	for ky := range k {
		c.spans = append(c.spans, c.span(ky))
	}
	return c, nil
}

// inputs lists the input pixels that output pixel (y, x) sees, at their kernel positions.
func (c *Conv) inputs(y, x int) []tap {
	var t []tap
	for ky := range c.K {
		for kx := range c.K {
			iy, ix := y*c.Stride+ky-c.K/2, x*c.Stride+kx-c.K/2
			if iy >= 0 && iy < c.H && ix >= 0 && ix < c.W {
				t = append(t, tap{y: iy, x: ix, at: ky*c.K + kx})
			}
		}
	}
	return t
}

// Seen returns the rows of the output that see the rows of the input from to to-1.
func (c *Conv) Seen(from, to int) (first, last int) {
	near := c.K / 2
	return max((from-near+c.Stride-1)/c.Stride, 0), min((to-1+near)/c.Stride+1, c.OutH)
}

func (c *Conv) span(ky int) span {
	s := span{in: -1}
	for o := range c.OutH {
		if i := o*c.Stride + ky - c.K/2; i >= 0 && i < c.H {
			if s.in < 0 {
				s.from, s.in = o, i
			}
			s.to = o + 1
		}
	}
	return s
}

// Weights returns the number of weights. Their shape is [K][K][In][Out]: those of neighbouring output channels are
// neighbours, as [Arithmetic.Convolve] reads them.
func (c *Conv) Weights() int { return c.K * c.K * c.In * c.Out }

// Convolve writes rows from to to-1 of the convolution of a block x to y, added to what is there if add, and its
// positive part to rect. bias has a number for each output channel; it may be nil. So may rect; without add also y.
func (k *Arithmetic[T]) Convolve(c *Conv, y, rect, x, w, bias []T, from, to int, add bool) {
	k.convolve(c.forward.of(from, to), c.Out, y, rect, nil, x, 0, w, bias, add)
}

// ConvolveBack writes rows from to to-1 of the gradient by a block's input, added to dx if add. A gate of the
// input's shape passes it only where the gate is positive. dy begins with the output's row first; all rows that see
// those of the input must be there, see [Conv.Seen]. w comes from [Arithmetic.Transpose].
func (k *Arithmetic[T]) ConvolveBack(c *Conv, dx, gate, dy []T, first int, w []T, from, to int, add bool) {
	k.convolve(c.backward.of(from, to), c.In, dx, nil, gate, dy, -first*c.OutW*c.Out, w, nil, add)
}

func (k *Arithmetic[T]) convolve(
	runs []int, channels int, out, rect, gate, in []T, inAt int, w, bias []T, add bool,
) {
	for o := 0; o < channels; {
		width, conv := 4, k.conv4
		if k.tile == 8 && channels-o >= 8 {
			width, conv = 8, k.conv8
		}
		b := k.none[:]
		if bias != nil {
			b = bias[o:]
		}
		conv(out, rect, o, gate, in, inAt, w[o:], channels, b, runs, min(channels-o, width), add)
		o += width
	}
}
