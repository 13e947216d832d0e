package kernel

import "fmt"

// Conv is the geometry of a convolution without bias: a K x K kernel with padding K/2, for blocks of images
// [row][column][channel][lane]. It is immutable and may be shared.
type Conv struct {
	In, Out    int // channels
	H, W       int // of the input
	K, Stride  int
	OutH, OutW int

	forward, backward [][]convRun // by row of the output, by row of the input
	spans             []span      // by row of the kernel
}

// convRun is a run of pixels, in float32 of a block.
type convRun struct {
	out, in, pixels, outStep, inStep int
	segs                             []int
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
	c.forward = convRuns(window{c.OutH, c.OutW, c.W, 1, c.inputs}.rows(), in, out)
	c.backward = convRuns(window{c.H, c.W, c.OutW, stride, c.outputs}.rows(), out, in)
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

// outputs lists the output pixels that see input pixel (y, x), at positions of the kernel turned by 180 degrees,
// so that pixels in memory order have positions in memory order.
func (c *Conv) outputs(y, x int) []tap {
	var t []tap
	for ky := c.K - 1; ky >= 0; ky-- {
		for kx := c.K - 1; kx >= 0; kx-- {
			oy, ox := y+c.K/2-ky, x+c.K/2-kx
			if oy >= 0 && ox >= 0 && oy%c.Stride == 0 && ox%c.Stride == 0 && oy/c.Stride < c.OutH && ox/c.Stride < c.OutW {
				t = append(t, tap{y: oy / c.Stride, x: ox / c.Stride, at: c.K*c.K - 1 - (ky*c.K + kx)})
			}
		}
	}
	return t
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

// convRuns turns runs of pixels into runs of memory: taps that are neighbours in the input and in the kernel become
// one segment.
func convRuns(rows [][]run, in, out int) [][]convRun {
	all := make([][]convRun, len(rows))
	for y, row := range rows {
		for _, r := range row {
			c := convRun{
				out: r.out * out * Lanes, outStep: r.outStride * out * Lanes,
				in: r.in * in * Lanes, inStep: r.inStride * in * Lanes, pixels: r.pixels,
			}
			for i, off := range r.offs {
				if i > 0 && off == r.offs[i-1]+1 && r.at[i] == r.at[i-1]+1 {
					c.segs[len(c.segs)-1] += in
				} else {
					c.segs = append(c.segs, off*in*Lanes, r.at[i]*in, in)
				}
			}
			all[y] = append(all[y], c)
		}
	}
	return all
}

// Weights returns the number of weights. Their shape is [K][K][In][Out]: those of neighbouring output channels are
// neighbours, as [Kernel.Convolve] reads them.
func (c *Conv) Weights() int { return c.K * c.K * c.In * c.Out }

// Transpose writes the weights as [Kernel.ConvolveBack] reads them: [K][K][Out][In], the kernel turned by 180
// degrees. If scale is not nil, those of output channel o are multiplied by scale[o].
func (c *Conv) Transpose(dst, w, scale []float32) {
	size, taps := c.In*c.Out, c.K*c.K
	for t := range taps {
		transpose(dst[(taps-1-t)*size:(taps-t)*size], w[t*size:(t+1)*size], c.In, c.Out)
	}
	if scale == nil {
		return
	}
	for at := 0; at < len(w); at += c.In {
		s := scale[at/c.In%c.Out]
		row := dst[at : at+c.In]
		for i := range row {
			row[i] *= s
		}
	}
}

// transpose writes a matrix of rows x cols as one of cols x rows, in tiles of four by four where they fit.
func transpose(dst, src []float32, rows, cols int) {
	for r := 0; r < rows; r += 4 {
		for c := 0; c < cols; c += 4 {
			if r+4 > rows || c+4 > cols {
				for i := r; i < min(r+4, rows); i++ {
					for j := c; j < min(c+4, cols); j++ {
						dst[j*rows+i] = src[i*cols+j]
					}
				}
				continue
			}
			v0, v1 := (*[4]float32)(src[r*cols+c:]), (*[4]float32)(src[(r+1)*cols+c:])
			v2, v3 := (*[4]float32)(src[(r+2)*cols+c:]), (*[4]float32)(src[(r+3)*cols+c:])
			for j := range 4 {
				*(*[4]float32)(dst[(c+j)*rows+r:]) = [4]float32{v0[j], v1[j], v2[j], v3[j]}
			}
		}
	}
}

// Scale writes the weights with those of output channel o multiplied by scale[o].
func (c *Conv) Scale(dst, w, scale []float32) {
	for at := 0; at < len(w); at += c.Out {
		from, to := w[at:at+c.Out], dst[at:at+c.Out]
		for o, s := range scale {
			to[o] = from[o] * s
		}
	}
}

// Convolve writes rows from to to-1 of the convolution of a block x, added to y if add.
func (k *Kernel) Convolve(c *Conv, y, x, w []float32, from, to int, add bool) {
	k.convolve(c.forward[from:to], c.Out, y, nil, x, w, add)
}

// ConvolveBack writes rows from to to-1 of the gradient by a block's input, added to dx if add. A gate of the
// input's shape passes it only where the gate is positive. w comes from [Conv.Transpose].
func (k *Kernel) ConvolveBack(c *Conv, dx, gate, dy, w []float32, from, to int, add bool) {
	k.convolve(c.backward[from:to], c.In, dx, gate, dy, w, add)
}

func (k *Kernel) convolve(rows [][]convRun, channels int, out, gate, in, w []float32, add bool) {
	for _, row := range rows {
		for o := 0; o < channels; {
			width, conv := 4, k.conv4
			if k.tile == 8 && channels-o >= 8 {
				width, conv = 8, k.conv8
			}
			for i := range row {
				r := &row[i]
				conv(out, r.out+o*Lanes, gate, in, r.in, w[o:], channels, r.segs, r.pixels, r.outStep, r.inStep, min(channels-o, width), add)
			}
			o += width
		}
	}
}

// The edges of a row of pixels under a 3x3 kernel, see Kernel.
const (
	leftSide   = 0
	bothSides  = 1
	loneColumn = 2
)

// pixelsAtOnce is about how many pixels the gradient by the weights sums before it moves to other channels: few
// enough to stay in the first cache, enough to make the final sum over lanes cheap.
const pixelsAtOnce = 32

// tileSize is the length of a tile of weights, [K][In][4] with 4 input channels if K is 1, else 2.
func (c *Conv) tileSize() (ins, size int) {
	if c.K == 1 {
		return 4, 16
	}
	return 2, 24
}

// Tiles returns the length of the gradient by the weights as [Kernel.ConvolveWeights] sums it, a multiple of
// [Lanes].
func (c *Conv) Tiles() int {
	ins, size := c.tileSize()
	n := c.K * ((c.Out + 3) / 4) * ((c.In + ins - 1) / ins) * size
	return (n + Lanes - 1) / Lanes * Lanes
}

// ConvolveWeights adds to dw, in tiles, the gradient by the weights that rows from to to-1 of a block's dy
// contribute, given the block's input x.
func (k *Kernel) ConvolveWeights(c *Conv, dw, dy, x []float32, from, to int) {
	ins, size := c.tileSize()
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
	dyStep, dyRow := c.Out*Lanes, c.OutW*c.Out*Lanes
	xPixel := c.In * Lanes
	xStep, xRow := c.Stride*xPixel, c.Stride*c.W*xPixel
	for first := from; first < to; first += chunk {
		last, at := min(first+chunk, to), 0
		for o := 0; o < c.Out; o += 4 {
			for i := 0; i < c.In; i += ins {
				for _, s := range c.spans {
					if y0, y1 := max(first, s.from), min(last, s.to); y0 < y1 {
						iy := s.in + (y0-s.from)*c.Stride
						wgrad(dw[at:at+size], dy, y0*dyRow+o*Lanes, x, (iy*c.W*c.In+i)*Lanes,
							y1-y0, cols, edges, dyRow, dyStep, xRow, xStep, xPixel)
					}
					at += size
				}
			}
		}
	}
}

// SumTiles writes the gradient by the weights, [K][K][In][Out], as the sum of several [Kernel.ConvolveWeights], in
// their order. They lie one after another in parts; the first is overwritten.
func (k *Kernel) SumTiles(c *Conv, dw, parts []float32) {
	size := c.Tiles()
	sum := parts[:size]
	for at := size; at < len(parts); at += size {
		k.gather(sum, 0, parts, at, []int{0}, []float32{1}, size, true)
	}
	ins, _ := c.tileSize()
	at := 0
	for o := 0; o < c.Out; o += 4 {
		for i := 0; i < c.In; i += ins {
			n := 4 * ins
			for t := range c.K * c.K {
				c.untile(dw[(t*c.In+i)*c.Out+o:], sum[at:at+n], min(ins, c.In-i), min(4, c.Out-o))
				at += n
			}
		}
	}
}

// untile writes a tile's rows, of four output channels each, to those of the weights.
func (c *Conv) untile(dw, tile []float32, ins, outs int) {
	if outs < 4 {
		for i := range ins {
			copy(dw[i*c.Out:], tile[4*i:4*i+outs])
		}
		return
	}
	*(*[4]float32)(dw) = *(*[4]float32)(tile)
	for i := 1; i < ins; i++ {
		*(*[4]float32)(dw[i*c.Out:]) = *(*[4]float32)(tile[4*i:])
	}
}
