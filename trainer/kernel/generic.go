package kernel

// generic returns the kernel in plain Go: the definition that the others are tested against, and the fallback.
// Conversions around products keep compilers from fusing them, so that every processor computes the same bits.
func generic() *Kernel {
	return &Kernel{
		Name: "generic", tile: 4, width: 1,
		conv4: convGeneric, wgrad1: wgrad1Generic, wgrad3: wgrad3Generic, gather: gatherGeneric,
		transpose4: transposeGeneric, scale4: scaleGeneric,
		stats: statsGeneric, NormSums: bnSumsGeneric, NormBack: bnBackwardGeneric, Affine: affineGeneric,
		ReLU: reluGeneric, Gate: gateGeneric, SGD: sgdGeneric, peak: peakGeneric,
	}
}

// axpy adds a times x to y.
func axpy(y *[Lanes]float32, a float32, x []float32) {
	for l, v := range (*[Lanes]float32)(x) {
		y[l] += float32(a * v)
	}
}

func convGeneric(
	out, rect []float32, outAt int, gate, in []float32, inAt int,
	w []float32, row int, bias []float32, runs []int, outs int, add bool,
) {
	for r, rest := nextRun(runs); rest != nil; r, rest = nextRun(rest) {
		for p := range r.pixels {
			convPixel(out, rect, outAt+r.out+p*r.outStep, gate, in, inAt+r.in+p*r.inStep, w, row, bias, r.segs, outs, add)
		}
	}
}

func convPixel(
	out, rect []float32, outAt int, gate, in []float32, inAt int,
	w []float32, row int, bias []float32, segs []int, outs int, add bool,
) {
	var sums [4][Lanes]float32
	for o := range outs {
		for l := range sums[o] {
			sums[o][l] = bias[o]
		}
	}
	for s := 0; s < len(segs); s += 3 {
		src, weights := inAt+segs[s], w[row*segs[s+1]:]
		for i := range segs[s+2] {
			x := in[src+i*Lanes:][:Lanes]
			for o := range outs {
				axpy(&sums[o], weights[row*i+o], x)
			}
		}
	}
	for o := range outs {
		at := outAt + o*Lanes
		sum := sums[o][:]
		if len(gate) > 0 {
			gateGeneric(sum, sum, gate[at:][:Lanes])
		}
		if add {
			axpy(&sums[o], 1, out[at:])
		}
		if len(out) > 0 {
			copy(out[at:], sum)
		}
		if len(rect) > 0 {
			reluGeneric(rect[at:][:Lanes], sum)
		}
	}
}

func wgrad1Generic(
	dw []float32, dwAt int, dz []float32, dzAt int, x []float32, xAt int,
	rows, cols, _, dzRow, dzStep, xRow, xStep, _, _, rowStep int,
) {
	for r := range rows {
		for c := range cols {
			addProducts(dw[dwAt:], rowStep, 4, dz, dzAt+r*dzRow+c*dzStep, x, xAt+r*xRow+c*xStep)
		}
	}
}

func wgrad3Generic(
	dw []float32, dwAt int, dz []float32, dzAt int, x []float32, xAt int,
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
func addProducts(dw []float32, rowStep, ins int, dz []float32, dzAt int, x []float32, xAt int) {
	d, v := dz[dzAt:], x[xAt:]
	for i := range min(ins, len(v)/Lanes) {
		for o := range min(4, len(d)/Lanes) {
			dw[i*rowStep+o] += dot((*[Lanes]float32)(d[o*Lanes:]), (*[Lanes]float32)(v[i*Lanes:]))
		}
	}
}

func transposeGeneric(dst []float32, dstStep int, src []float32, srcStep, rows, cols int) {
	for r := range rows {
		for c, v := range src[r*srcStep:][:cols] {
			dst[c*dstStep+r] = v
		}
	}
}

func scaleGeneric(dst, src, factors []float32, step, rows, cols int) {
	for r := range rows {
		for c, v := range src[r*step:][:cols] {
			dst[r*step+c] = v * factors[c]
		}
	}
}

func dot(a, b *[Lanes]float32) float32 {
	var s float32
	for l, v := range a {
		s += float32(v * b[l])
	}
	return s
}

func gatherGeneric(out []float32, outAt int, in []float32, inAt int, offs []int, w []float32, n int, add bool) {
	for j := 0; j < n; j += Lanes {
		dst := (*[Lanes]float32)(out[outAt+j:])
		if !add {
			*dst = [Lanes]float32{}
		}
		for t, off := range offs {
			axpy(dst, w[t], in[inAt+off+j:])
		}
	}
}

func statsGeneric(x, lanes []float32, channels, pixels int, inv float32, mean, m2 []float32) {
	for c := range channels {
		var sum, squares float32
		for p := range pixels {
			for l, v := range x[(p*channels+c)*Lanes:][:Lanes] {
				sum += float32(v * lanes[l])
			}
		}
		mean[c] = sum * inv
		for p := range pixels {
			for l, v := range x[(p*channels+c)*Lanes:][:Lanes] {
				d := v - mean[c]
				squares += float32(float32(d*d) * lanes[l])
			}
		}
		m2[c] = squares
	}
}

func bnSumsGeneric(dy, z, mean []float32, channels, pixels int, s0, s1 []float32) {
	for c := range channels {
		var plain, moment float32
		for p := range pixels {
			at := (p*channels + c) * Lanes
			for l, g := range dy[at:][:Lanes] {
				plain += g
				moment += float32(g * (z[at+l] - mean[c]))
			}
		}
		s0[c], s1[c] = plain, moment
	}
}

func bnBackwardGeneric(dz, dy, z, a, b, c, lanes []float32, channels, pixels int) {
	for i := range channels * pixels {
		j := i % channels
		for l, mask := range lanes[:Lanes] {
			at := i*Lanes + l
			dz[at] = mask * (float32(a[j]*dy[at]) + float32(b[j]*z[at]) + c[j])
		}
	}
}

func affineGeneric(y, rect, x, a, b []float32, channels, pixels int, add bool) {
	var sum [Lanes]float32
	for i := range channels * pixels {
		c, at := i%channels, i*Lanes
		for l, v := range x[at:][:Lanes] {
			sum[l] = float32(a[c]*v) + b[c]
		}
		if add {
			axpy(&sum, 1, y[at:])
		}
		if len(y) > 0 {
			copy(y[at:], sum[:])
		}
		if len(rect) > 0 {
			reluGeneric(rect[at:][:Lanes], sum[:])
		}
	}
}

func reluGeneric(dst, src []float32) {
	for i := range dst {
		dst[i] = max(src[i], 0)
	}
}

func gateGeneric(dst, src, gate []float32) {
	for i, g := range gate[:len(dst)] {
		if g > 0 {
			dst[i] = src[i]
		} else {
			dst[i] = 0
		}
	}
}

func sgdGeneric(w, g, v []float32, rate, momentum, decay float32, nesterov bool) {
	for i := range w {
		grad := g[i] + float32(decay*w[i])
		v[i] = float32(momentum*v[i]) + grad
		step := v[i]
		if nesterov {
			step = grad + float32(momentum*v[i])
		}
		w[i] -= float32(rate * step)
	}
}

func peakGeneric(n int) {
	var v [12]float32
	for range n {
		for i := range v {
			v[i] += v[i] * v[i]
		}
	}
}
