package kernel

// transpose writes dst[c*dstStep+r] = src[r*srcStep+c] for r < rows, c < cols.
func (k *Arithmetic[T]) transpose(dst []T, dstStep int, src []T, srcStep, rows, cols int) {
	r, c := rows&^3, cols&^3
	k.transpose4(dst, dstStep, src, srcStep, r, c)
	if c < cols {
		transposeGeneric(dst[c*dstStep:], dstStep, src[c:], srcStep, r, cols-c)
	}
	if r < rows {
		transposeGeneric(dst[r:], dstStep, src[r*srcStep:], srcStep, rows-r, cols)
	}
}

// Transpose writes the weights as [Arithmetic.ConvolveBack] reads them: [K][K][Out][In], the kernel turned by 180
// degrees.
func (k *Arithmetic[T]) Transpose(c *Conv, dst, w []T) {
	size, taps := c.In*c.Out, c.K*c.K
	for t := range taps {
		k.transpose(dst[(taps-1-t)*size:(taps-t)*size], c.In, w[t*size:(t+1)*size], c.Out, c.In, c.Out)
	}
}

// Scale writes the weights with those of output channel o multiplied by scale[o].
func (k *Arithmetic[T]) Scale(c *Conv, dst, w, scale []T) {
	rows, cols := len(w)/c.Out, c.Out&^3
	k.scale4(dst, w, scale, c.Out, rows, cols)
	if cols < c.Out {
		scaleGeneric(dst[cols:], w[cols:], scale[cols:], c.Out, rows, c.Out-cols)
	}
}

// Interleave writes images [image][channel][row][column] as blocks [block][row][column][channel][lane], each value
// as scale[c] v + shift[c]; both may be nil. Lanes without an image hold what a value of 0 would become.
func (k *Arithmetic[T]) Interleave(dst, src []T, channels, pixels int, scale, shift []T) {
	size, lanes := channels*pixels, LanesOf[T]()
	for first := 0; first < len(src); first += size * lanes {
		from := src[first:min(first+size*lanes, len(src))]
		block := dst[first : first+size*lanes]
		images := len(from) / size
		if images < lanes {
			clear(block)
		}
		if pixels == 1 { // channels are as far apart as pixels of one channel would be
			k.transpose(block, lanes, from, size, images, channels)
		} else {
			for c := range channels {
				k.transpose(block[c*lanes:], channels*lanes, from[c*pixels:], size, images, pixels)
			}
		}
		if scale != nil {
			k.Affine(block, nil, block, scale, shift, channels, pixels, false)
		}
	}
}

// Deinterleave writes blocks as images [image][channel][row][column], channel c multiplied by scale[c]; scale may be
// nil. It writes as many images as dst holds.
func (k *Arithmetic[T]) Deinterleave(dst, src []T, channels, pixels int, scale []T) {
	size, lanes := channels*pixels, LanesOf[T]()
	for first := 0; first < len(dst); first += size * lanes {
		to, block := dst[first:min(first+size*lanes, len(dst))], src[first:first+size*lanes]
		images := len(to) / size
		if pixels == 1 {
			k.transpose(to, size, block, lanes, channels, images)
		} else {
			for c := range channels {
				k.transpose(to[c*pixels:], size, block[c*lanes:], channels*lanes, pixels, images)
			}
		}
	}
	if scale == nil {
		return
	}
	for at := 0; at < len(dst); at += pixels {
		factor, plane := scale[at/pixels%channels], dst[at:at+pixels]
		for i := range plane {
			plane[i] *= factor
		}
	}
}
