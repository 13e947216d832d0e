package kernel

// generic returns the kernel in plain Go: the definition that the others are tested against, and the fallback.
// Conversions around products keep compilers from fusing them, so that every processor computes the same bits.
func generic[T Real]() *Arithmetic[T] {
	return &Arithmetic[T]{
		Name: "generic", tile: 4, width: 1,
		conv4: convGeneric[T], wgrad1: wgrad1Generic[T], wgrad3: wgrad3Generic[T], gather: gatherGeneric[T],
		transpose4: transposeGeneric[T], scale4: scaleGeneric[T],
		stats: statsGeneric[T], NormSums: bnSumsGeneric[T], NormBack: bnBackwardGeneric[T], Affine: affineGeneric[T],
		ReLU: reluGeneric[T], Gate: gateGeneric[T], SGD: sgdGeneric[T], peak: peakGeneric[T],
	}
}

// axpy adds a times x to y, for as many lanes as y has.
func axpy[T Real](y []T, a T, x []T) {
	x = x[:len(y)]
	for l := range y {
		y[l] += T(a * x[l])
	}
}

func convGeneric[T Real](
	out, rect []T, outAt int, gate, in []T, inAt int,
	w []T, row int, bias []T, runs []int, outs int, add bool,
) {
	lanes := LanesOf[T]()
	for r, rest := nextRun(runs); rest != nil; r, rest = nextRun(rest) {
		for p := range r.pixels {
			outPixel, inPixel := (outAt+r.out+p*r.outStep)*lanes, (inAt+r.in+p*r.inStep)*lanes
			convPixel(out, rect, outPixel, gate, in, inPixel, w, row, bias, r.segs, outs, add)
		}
	}
}

func convPixel[T Real](
	out, rect []T, outAt int, gate, in []T, inAt int,
	w []T, row int, bias []T, segs []int, outs int, add bool,
) {
	var buffer [4 * blockBytes / 4]T
	lanes := LanesOf[T]()
	for o := range outs {
		for l := range lanes {
			buffer[o*lanes+l] = bias[o]
		}
	}
	for s := 0; s < len(segs); s += 3 {
		src, weights := inAt+segs[s]*lanes, w[row*segs[s+1]:]
		for i := range segs[s+2] {
			x := in[src+i*lanes:][:lanes]
			for o := range outs {
				axpy(buffer[o*lanes:(o+1)*lanes], weights[row*i+o], x)
			}
		}
	}
	for o := range outs {
		at := outAt + o*lanes
		sum := buffer[o*lanes : (o+1)*lanes]
		if len(gate) > 0 {
			gateGeneric(sum, sum, gate[at:][:lanes])
		}
		if add {
			axpy(sum, 1, out[at:])
		}
		if len(out) > 0 {
			copy(out[at:], sum)
		}
		if len(rect) > 0 {
			reluGeneric(rect[at:][:lanes], sum)
		}
	}
}

func wgrad1Generic[T Real](
	dw []T, dwAt int, dz []T, dzAt int, x []T, xAt int,
	rows, cols, _, dzRow, dzStep, xRow, xStep, _, _, rowStep int,
) {
	for r := range rows {
		for c := range cols {
			addProducts(dw[dwAt:], rowStep, 4, dz, dzAt+r*dzRow+c*dzStep, x, xAt+r*xRow+c*xStep)
		}
	}
}

func wgrad3Generic[T Real](
	dw []T, dwAt int, dz []T, dzAt int, x []T, xAt int,
	rows, cols, edges, dzRow, dzStep, xRow, xStep, xPixel, tapStep, rowStep int,
) {
	pixels := cols + 1
	if edges == bothSides {
		pixels++
	}
	for r := range rows {
		for p := range pixels {
			for tap := range 3 {
				left := tap == 0 && p == 0
				right := tap == 2 && (edges == loneColumn || edges == bothSides && p == pixels-1)
				if !left && !right {
					addProducts(dw[dwAt+tap*tapStep:], rowStep, 2, dz, dzAt+r*dzRow+p*dzStep, x, xAt+r*xRow+p*xStep+(tap-1)*xPixel)
				}
			}
		}
	}
}

// addProducts adds to dw[i*rowStep+o] the products of channel o of dz and channel i of x, over images. Of channels
// that do not exist the numbers are read by nobody.
func addProducts[T Real](dw []T, rowStep, ins int, dz []T, dzAt int, x []T, xAt int) {
	d, v, lanes := dz[dzAt:], x[xAt:], LanesOf[T]()
	for i := range min(ins, len(v)/lanes) {
		for o := range min(4, len(d)/lanes) {
			dw[i*rowStep+o] += dot(d[o*lanes:(o+1)*lanes], v[i*lanes:(i+1)*lanes])
		}
	}
}

func transposeGeneric[T Real](dst []T, dstStep int, src []T, srcStep, rows, cols int) {
	for r := range rows {
		for c, v := range src[r*srcStep:][:cols] {
			dst[c*dstStep+r] = v
		}
	}
}

func scaleGeneric[T Real](dst, src, factors []T, step, rows, cols int) {
	for r := range rows {
		for c, v := range src[r*step:][:cols] {
			dst[r*step+c] = v * factors[c]
		}
	}
}

func dot[T Real](a, b []T) T {
	var s T
	b = b[:len(a)]
	for l, v := range a {
		s += T(v * b[l])
	}
	return s
}

func gatherGeneric[T Real](out []T, outAt int, in []T, inAt int, offs []int, w []T, n int, add bool) {
	lanes := LanesOf[T]()
	for j := 0; j < n; j += lanes {
		dst := out[outAt+j:][:lanes]
		if !add {
			clear(dst)
		}
		for t, off := range offs {
			axpy(dst, w[t], in[inAt+off+j:])
		}
	}
}

func statsGeneric[T Real](x, lanes []T, channels, pixels int, inv T, mean, m2 []T) {
	n := LanesOf[T]()
	for c := range channels {
		var sum, squares T
		for p := range pixels {
			for l, v := range x[(p*channels+c)*n:][:n] {
				sum += T(v * lanes[l])
			}
		}
		mean[c] = sum * inv
		for p := range pixels {
			for l, v := range x[(p*channels+c)*n:][:n] {
				d := v - mean[c]
				squares += T(T(d*d) * lanes[l])
			}
		}
		m2[c] = squares
	}
}

func bnSumsGeneric[T Real](dy, z, mean []T, channels, pixels int, s0, s1 []T) {
	n := LanesOf[T]()
	for c := range channels {
		var plain, moment T
		for p := range pixels {
			at := (p*channels + c) * n
			for l, g := range dy[at:][:n] {
				plain += g
				moment += T(g * (z[at+l] - mean[c]))
			}
		}
		s0[c], s1[c] = plain, moment
	}
}

func bnBackwardGeneric[T Real](dz, dy, z, a, b, c, lanes []T, channels, pixels int) {
	n := LanesOf[T]()
	for i := range channels * pixels {
		j := i % channels
		for l, mask := range lanes[:n] {
			at := i*n + l
			dz[at] = mask * (T(a[j]*dy[at]) + T(b[j]*z[at]) + c[j])
		}
	}
}

func affineGeneric[T Real](y, rect, x, a, b []T, channels, pixels int, add bool) {
	var buffer [blockBytes / 4]T
	n := LanesOf[T]()
	sum := buffer[:n]
	for i := range channels * pixels {
		c, at := i%channels, i*n
		for l, v := range x[at:][:n] {
			sum[l] = T(a[c]*v) + b[c]
		}
		if add {
			axpy(sum, 1, y[at:])
		}
		if len(y) > 0 {
			copy(y[at:], sum)
		}
		if len(rect) > 0 {
			reluGeneric(rect[at:][:n], sum)
		}
	}
}

func reluGeneric[T Real](dst, src []T) {
	for i := range dst {
		dst[i] = max(src[i], 0)
	}
}

func gateGeneric[T Real](dst, src, gate []T) {
	for i, g := range gate[:len(dst)] {
		if g > 0 {
			dst[i] = src[i]
		} else {
			dst[i] = 0
		}
	}
}

func sgdGeneric[T Real](w, g, v []T, rate, momentum, decay T, nesterov bool) {
	for i := range w {
		grad := g[i] + T(decay*w[i])
		v[i] = T(momentum*v[i]) + grad
		step := v[i]
		if nesterov {
			step = grad + T(momentum*v[i])
		}
		w[i] -= T(rate * step)
	}
}

func peakGeneric[T Real](n int) {
	var v [12]T
	for range n {
		for i := range v {
			v[i] += v[i] * v[i]
		}
	}
}
