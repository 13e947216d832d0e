package kernel

// The edges of a row of pixels under a 3x3 kernel, see Kernel.
const (
	leftSide   = 0
	bothSides  = 1
	loneColumn = 2
)

// pixelsAtOnce is about how many pixels the gradient by the weights sums before it moves to other channels: few
// enough to stay in the first cache, enough to make the final sum over lanes cheap.
const pixelsAtOnce = 32

// tile is how many input and output channels' weights are summed at once.
func (c *Conv) tile() (ins, outs int) {
	if c.K == 1 {
		return 4, 4
	}
	return 2, 4
}

// padded returns the channels rounded up to whole tiles.
func (c *Conv) padded() (in, out int) {
	ins, outs := c.tile()
	return (c.In + ins - 1) / ins * ins, (c.Out + outs - 1) / outs * outs
}

// Gradients returns the length of the gradient by the weights as [Arithmetic.ConvolveWeights] sums it, with padded
// channels; a multiple of [Lanes].
func (c *Conv) Gradients() int {
	in, out := c.padded()
	return (c.K*c.K*in*out + Lanes - 1) / Lanes * Lanes
}

// ConvolveWeights adds to dw, with padded channels, the gradient by the weights that rows from to to-1 of a block's
// dy contribute, given the block's input x. dy begins with row first.
func (k *Arithmetic[T]) ConvolveWeights(c *Conv, dw, dy []T, first int, x []T, from, to int) {
	ins, outs := c.tile()
	in, out := c.padded()
	wgrad, cols, edges := k.wgrad1, c.OutW, leftSide
	if c.K == 3 {
		wgrad, cols = k.wgrad3, c.OutW-1
		switch {
		case c.W == 1:
			edges = loneColumn
		case c.Stride == 1:
			cols, edges = c.OutW-2, bothSides
		}
	}
	chunk := max(1, pixelsAtOnce/c.OutW)
	lanes := LanesOf[T]()
	dyStep, dyRow := c.Out*lanes, c.OutW*c.Out*lanes
	xPixel := c.In * lanes
	xStep, xRow := c.Stride*xPixel, c.Stride*c.W*xPixel
	for at := from; at < to; at += chunk {
		end := min(at+chunk, to)
		for o := 0; o < c.Out; o += outs {
			for i := 0; i < c.In; i += ins {
				for ky, s := range c.spans {
					if y0, y1 := max(at, s.from), min(end, s.to); y0 < y1 {
						iy := s.in + (y0-s.from)*c.Stride
						wgrad(dw, (ky*c.K*in+i)*out+o, dy, (y0-first)*dyRow+o*lanes, x, (iy*c.W*c.In+i)*lanes,
							y1-y0, cols, edges, dyRow, dyStep, xRow, xStep, xPixel, in*out, out)
					}
				}
			}
		}
	}
}

// SumGradients writes the gradient by the weights, [K][K][In][Out], as the sum of several [Arithmetic.ConvolveWeights],
// in their order. They lie one after another in parts; the first is overwritten.
func (k *Arithmetic[T]) SumGradients(c *Conv, dw, parts []T) {
	size := c.Gradients()
	sum := parts[:size]
	for at := size; at < len(parts); at += size {
		k.gather(sum, 0, parts, at, []int{0}, []T{1}, size, true)
	}
	in, out := c.padded()
	if in == c.In && out == c.Out {
		copy(dw[:c.Weights()], sum)
		return
	}
	for tap := range c.K * c.K {
		for i := range c.In {
			copy(dw[(tap*c.In+i)*c.Out:][:c.Out], sum[(tap*in+i)*out:])
		}
	}
}
