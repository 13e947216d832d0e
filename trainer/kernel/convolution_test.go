package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// each runs a test with every kernel that the processor has, in float32 and in float64.
func each(t *testing.T, single func(*testing.T, *Kernel), double func(*testing.T, *Double)) {
	for _, k := range Available() {
		t.Run(k.Name, func(t *testing.T) { single(t, k) })
		t.Run(k.Name+" double", func(t *testing.T) { double(t, k.Double()) })
	}
}

// exact is how far a number of size 1 is off when it is rounded to T.
func exact[T Real]() float64 {
	if LanesOf[T]() == Lanes {
		return 0x1p-24
	}
	return 0x1p-53
}

func normal[T Real](r *rand.Rand, n int) []T {
	v := Alloc[T](n)
	for i := range v {
		v[i] = T(r.NormFloat64())
	}
	return v
}

// worst returns max |got - want| / max |want|.
func worst[T Real](got []T, want []float64) float64 {
	diff, scale := 0.0, 0.0
	for i, w := range want {
		diff = math.Max(diff, math.Abs(float64(got[i])-w))
		scale = math.Max(scale, math.Abs(w))
	}
	if scale == 0 {
		return diff
	}
	return diff / scale
}

// plainConv is a convolution in float64 of images [image][channel][row][column], and its gradients for dy.
func plainConv[T Real](c *Conv, images int, x, w, dy []T) (y, dx, dw []float64) {
	y = make([]float64, images*c.Out*c.OutH*c.OutW)
	dx, dw = make([]float64, len(x)), make([]float64, len(w))
	for n := range images {
		for o := range c.Out {
			for i := range c.In {
				for oy := range c.OutH {
					for ox := range c.OutW {
						out := ((n*c.Out+o)*c.OutH+oy)*c.OutW + ox
						for ky := range c.K {
							for kx := range c.K {
								iy, ix := oy*c.Stride+ky-c.K/2, ox*c.Stride+kx-c.K/2
								if iy < 0 || iy >= c.H || ix < 0 || ix >= c.W {
									continue
								}
								in, wt := ((n*c.In+i)*c.H+iy)*c.W+ix, ((ky*c.K+kx)*c.In+i)*c.Out+o
								y[out] += float64(x[in]) * float64(w[wt])
								dx[in] += float64(dy[out]) * float64(w[wt])
								dw[wt] += float64(dy[out]) * float64(x[in])
							}
						}
					}
				}
			}
		}
	}
	return y, dx, dw
}

var geometries = []struct{ in, out, h, w, k, stride, images int }{
	{3, 16, 8, 8, 3, 1, 5}, {1, 4, 8, 8, 3, 1, 32}, {4, 4, 8, 8, 3, 1, 33}, {16, 16, 2, 2, 3, 1, 32}, {8, 8, 4, 4, 1, 1, 7},
	{8, 16, 8, 8, 3, 2, 9}, {16, 32, 4, 4, 1, 1, 40}, {5, 7, 6, 10, 3, 1, 3}, {6, 13, 4, 4, 3, 2, 3}, {2, 3, 4, 4, 1, 2, 2},
	{12, 24, 4, 4, 3, 2, 1}, {9, 9, 1, 1, 3, 1, 4}, {64, 10, 1, 1, 1, 1, 65}, {17, 11, 12, 12, 3, 1, 2},
	{4, 8, 2, 2, 3, 2, 3}, {5, 4, 4, 1, 3, 1, 3},
}

func TestConvolutionIsItsDefinition(t *testing.T) {
	each(t, convolutionIsItsDefinition[float32], convolutionIsItsDefinition[float64])
}

func convolutionIsItsDefinition[T Real](t *testing.T, k *Arithmetic[T]) {
	for _, g := range geometries {
		t.Run(fmt.Sprint(g), func(t *testing.T) {
			c, err := NewConv(g.in, g.out, g.h, g.w, g.k, g.stride)
			if err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewPCG(1, uint64(g.in*100+g.out)))
			x, w := normal[T](r, g.images*g.in*g.h*g.w), normal[T](r, g.out*g.in*g.k*g.k)
			dy := normal[T](r, g.images*g.out*c.OutH*c.OutW)
			y, dx, dw := plainConv(c, g.images, x, w, dy)
			gotY, gotX, gotW := runConv(k, c, g.images, x, w, dy)
			for _, v := range []struct {
				name string
				got  []T
				want []float64
			}{{"output", gotY, y}, {"gradient by input", gotX, dx}, {"gradient by weights", gotW, dw}} {
				// A sum of n products is off by about sqrt(n) roundings of its terms.
				if e := worst(v.got, v.want); e > 40*exact[T]() {
					t.Errorf("%s differs by %.1e of its largest value", v.name, e)
				}
			}
		})
	}
}

// For any geometry, <conv(x), dy> = <x, back(dy)> = <w, weights(x, dy)>: the three are one trilinear form.
func TestGradientsAreAdjoint(t *testing.T) {
	each(t, gradientsAreAdjoint[float32], gradientsAreAdjoint[float64])
}

func gradientsAreAdjoint[T Real](t *testing.T, k *Arithmetic[T]) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 11)
		stride := rapid.IntRange(1, 2).Draw(t, "stride")
		h, w := stride*rapid.IntRange(1, 4).Draw(t, "h"), stride*rapid.IntRange(1, 4).Draw(t, "w")
		c, err := NewConv(size.Draw(t, "in"), size.Draw(t, "out"), h, w, rapid.SampledFrom([]int{1, 3}).Draw(t, "k"), stride)
		if err != nil {
			t.Fatal(err)
		}
		images := rapid.IntRange(1, 40).Draw(t, "images")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		x, weights, dy := normal[T](r, images*c.In*h*w), normal[T](r, c.Weights()), normal[T](r, images*c.Out*c.OutH*c.OutW)
		y, dx, dw := runConv(k, c, images, x, weights, dy)
		form, scale := inner(y, dy)
		for name, pair := range map[string][2][]T{"input": {x, dx}, "weights": {weights, dw}} {
			if got, _ := inner(pair[0], pair[1]); math.Abs(got-form) > 40*exact[T]()*scale {
				t.Fatalf("gradient by the %s: the form is %v, want %v", name, got, form)
			}
		}
	})
}

// inner returns the inner product and the norm of its terms. The sum is as exact as if of twice the precision (Ogita,
// Rump and Oishi 2005, Dot2), or it would be further off than the convolution that it judges.
func inner[T Real](a, b []T) (sum, scale float64) {
	lost := 0.0
	for i := range a {
		v := float64(a[i]) * float64(b[i])
		scale += v * v
		next := sum + v
		seen := next - sum
		lost += math.FMA(float64(a[i]), float64(b[i]), -v) + (sum - (next - seen)) + (v - seen)
		sum = next
	}
	return sum + lost, math.Sqrt(scale) + 1
}

// runConv computes what plainConv does, in two bands of rows.
func runConv[T Real](k *Arithmetic[T], c *Conv, images int, x, w, dy []T) (y, dx, dw []T) {
	lanes := LanesOf[T]()
	blocks := (images + lanes - 1) / lanes
	inPixels, outPixels := c.H*c.W, c.OutH*c.OutW
	inSize, outSize := inPixels*c.In*lanes, outPixels*c.Out*lanes
	xb, dyb, yb, dxb := Alloc[T](blocks*inSize), Alloc[T](blocks*outSize), Alloc[T](blocks*outSize), Alloc[T](blocks*inSize)
	k.Interleave(xb, x, c.In, inPixels, nil, nil)
	k.Interleave(dyb, dy, c.Out, outPixels, nil, nil)
	wb := Alloc[T](len(w))
	k.Transpose(c, wb, w)
	size := c.Gradients()
	parts := make([]T, 2*blocks*size)
	for b := range blocks {
		for band := range 2 {
			from, to := band*c.OutH/2, (band+1)*c.OutH/2
			in, out := xb[b*inSize:(b+1)*inSize], dyb[b*outSize:(b+1)*outSize]
			k.Convolve(c, yb[b*outSize:(b+1)*outSize], nil, in, w, nil, from, to, false)
			first, last := c.Seen(band*c.H/2, (band+1)*c.H/2)
			row := c.OutW * c.Out * lanes
			part := Alloc[T](max(0, last-first) * row)
			copy(part, out[first*row:])
			k.ConvolveBack(c, dxb[b*inSize:(b+1)*inSize], nil, part, first, wb, band*c.H/2, (band+1)*c.H/2, false)
			k.ConvolveWeights(c, parts[(2*b+band)*size:][:size], out[from*row:], from, in, from, to)
		}
	}
	y, dx, dw = make([]T, len(dy)), make([]T, len(x)), make([]T, len(w))
	k.Deinterleave(y, yb, c.Out, outPixels, nil)
	k.Deinterleave(dx, dxb, c.In, inPixels, nil)
	k.SumGradients(c, dw, parts)
	return y, dx, dw
}

func TestConvolutionAddsAndGates(t *testing.T) {
	each(t, convolutionAddsAndGates[float32], convolutionAddsAndGates[float64])
}

func convolutionAddsAndGates[T Real](t *testing.T, k *Arithmetic[T]) {
	c, err := NewConv(7, 13, 4, 4, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	lanes := LanesOf[T]()
	r := rand.New(rand.NewPCG(3, 4))
	x, w := normal[T](r, c.H*c.W*c.In*lanes), normal[T](r, 9*c.In*c.Out)
	dy := normal[T](r, c.H*c.W*c.Out*lanes)
	scale := normal[T](r, c.Out)
	scaled := Alloc[T](len(w))
	for i := range w {
		scaled[i] = w[i] * scale[i%c.Out]
	}
	wf, wb := Alloc[T](len(w)), Alloc[T](len(w))
	k.Scale(c, wf, w, scale)
	k.Transpose(c, wb, w)

	y, plain := normal[T](r, len(dy)), make([]T, len(dy))
	want := make([]float64, len(dy))
	k.Convolve(c, plain, nil, x, scaled, nil, 0, c.OutH, false)
	for i := range want {
		want[i] = float64(y[i]) + float64(plain[i]) + float64(scale[i/lanes%c.Out])
	}
	k.Convolve(c, y, nil, x, wf, scale, 0, c.OutH, true)
	if e := worst(y, want); e > 16*exact[T]() {
		t.Errorf("adding, with a bias: off by %.1e", e)
	}

	dx, back := normal[T](r, len(x)), make([]T, len(x))
	want = make([]float64, len(x))
	k.ConvolveBack(c, back, nil, dy, 0, wb, 0, c.H, false)
	for i := range want {
		want[i] = float64(dx[i])
		if x[i] > 0 {
			want[i] += float64(back[i])
		}
	}
	k.ConvolveBack(c, dx, x, dy, 0, wb, 0, c.H, true)
	if e := worst(dx, want); e > 16*exact[T]() {
		t.Errorf("gated: off by %.1e", e)
	}
}

func TestConvolutionRefusesBadGeometry(t *testing.T) {
	for _, g := range [][6]int{{0, 4, 8, 8, 3, 1}, {4, 4, 8, 8, 2, 1}, {4, 4, 8, 8, 3, 3}, {4, 4, 7, 8, 3, 2}, {4, 4, 8, 0, 3, 1}} {
		if _, err := NewConv(g[0], g[1], g[2], g[3], g[4], g[5]); err == nil {
			t.Errorf("%v: no error", g)
		}
	}
}
