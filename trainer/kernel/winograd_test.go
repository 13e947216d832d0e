package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// eachTiled runs a test with every kernel that has minimal filtering, and with its definition in float64.
func eachTiled(t *testing.T, single func(*testing.T, *Kernel), double func(*testing.T, *Double)) {
	for _, k := range Available() {
		if k.Tiled() {
			t.Run(k.Name, func(t *testing.T) { single(t, k) })
		}
	}
	t.Run("generic double", func(t *testing.T) { double(t, generic[float64]().tiled("winograd", winogradGeneric[float64]())) })
}

var tiledGeometries = []struct{ in, out, h, w, images int }{
	{8, 8, 8, 8, 33}, {16, 16, 8, 8, 5}, {16, 16, 4, 4, 1}, {9, 13, 16, 4, 3}, {10, 8, 12, 20, 2}, {33, 18, 8, 8, 2},
	{40, 70, 4, 4, 2}, {64, 64, 8, 8, 2}, {17, 8, 4, 16, 32},
}

func TestWinogradIsTheDefinition(t *testing.T) {
	eachTiled(t, winogradIsTheDefinition[float32], winogradIsTheDefinition[float64])
}

func winogradIsTheDefinition[T Real](t *testing.T, k *Arithmetic[T]) {
	for _, g := range tiledGeometries {
		t.Run(fmt.Sprint(g), func(t *testing.T) {
			c, err := NewConv(g.in, g.out, g.h, g.w, 3, 1)
			if err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewPCG(1, uint64(g.in*100+g.out)))
			x, w := normal[T](r, g.images*g.in*g.h*g.w), normal[T](r, g.out*g.in*9)
			dy := normal[T](r, g.images*g.out*g.h*g.w)
			y, dx, dw := plainConv(c, g.images, x, w, dy)
			gotY, gotX, gotW := runTiled(k, c, g.images, x, w, dy)
			for _, v := range []struct {
				name string
				got  []T
				want []float64
			}{{"output", gotY, y}, {"gradient by input", gotX, dx}, {"gradient by weights", gotW, dw}} {
				if e := worst(v.got, v.want); e > 100*exact[T]() {
					t.Errorf("%s differs by %.1e of its largest value", v.name, e)
				}
			}
		})
	}
}

// runTiled computes what plainConv does, in two bands of rows.
func runTiled[T Real](k *Arithmetic[T], c *Conv, images int, x, w, dy []T) (y, dx, dw []T) {
	lanes := LanesOf[T]()
	blocks := (images + lanes - 1) / lanes
	pixels := c.H * c.W
	inSize, outSize := pixels*c.In*lanes, pixels*c.Out*lanes
	xb, dyb, yb, dxb := Alloc[T](blocks*inSize), Alloc[T](blocks*outSize), Alloc[T](blocks*outSize), Alloc[T](blocks*inSize)
	k.Interleave(xb, x, c.In, pixels, nil, nil)
	k.Interleave(dyb, dy, c.Out, pixels, nil, nil)
	wino := k.Winograd(c)
	work := Alloc[T](wino.Work())
	for i := range work { // nobody relies on what is there
		work[i] = T(math.NaN())
	}
	turned, forward, back := Alloc[T](len(w)), Alloc[T](wino.Filters()), Alloc[T](wino.Filters())
	k.Transpose(c, turned, w)
	wino.Filter(forward, w, work)
	wino.FilterBack(back, turned, work)
	size := wino.Gradients()
	parts := Alloc[T](2 * blocks * size)
	for b := range blocks {
		for band := range 2 {
			from, to := band*(c.H/4)/2*4, (band+1)*(c.H/4)/2*4
			in, out := xb[b*inSize:(b+1)*inSize], dyb[b*outSize:(b+1)*outSize]
			wino.Convolve(yb[b*outSize:(b+1)*outSize], nil, in, forward, nil, from, to, false, work)
			first, last := c.Seen(from, to)
			row := c.W * c.Out * lanes
			part := Alloc[T](max(0, last-first) * row)
			copy(part, out[min(first*row, len(out)):])
			wino.ConvolveBack(dxb[b*inSize:(b+1)*inSize], nil, part, first, back, from, to, false, work)
			wino.ConvolveWeights(parts[(2*b+band)*size:][:size], out[from*row:], from, in, from, to, work)
		}
	}
	y, dx, dw = make([]T, len(dy)), make([]T, len(x)), make([]T, len(w))
	k.Deinterleave(y, yb, c.Out, pixels, nil)
	k.Deinterleave(dx, dxb, c.In, pixels, nil)
	wino.SumGradients(dw, parts, work)
	return y, dx, dw
}

// For any geometry, <conv(x), dy> = <x, back(dy)> = <w, weights(x, dy)>, and all are what the definition gives.
func TestWinogradGradientsAreAdjoint(t *testing.T) {
	eachTiled(t, winogradGradientsAreAdjoint[float32], winogradGradientsAreAdjoint[float64])
}

func winogradGradientsAreAdjoint[T Real](t *testing.T, k *Arithmetic[T]) {
	rapid.Check(t, func(t *rapid.T) {
		size, side := rapid.IntRange(8, 21), rapid.IntRange(1, 3)
		c, err := NewConv(size.Draw(t, "in"), size.Draw(t, "out"), 8*side.Draw(t, "h"), 4+4*side.Draw(t, "w"), 3, 1)
		if err != nil {
			t.Fatal(err)
		}
		images := rapid.IntRange(1, 40).Draw(t, "images")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		x, weights, dy := normal[T](r, images*c.In*c.H*c.W), normal[T](r, c.Weights()), normal[T](r, images*c.Out*c.H*c.W)
		y, dx, dw := runTiled(k, c, images, x, weights, dy)
		form, scale := inner(y, dy)
		for name, pair := range map[string][2][]T{"input": {x, dx}, "weights": {weights, dw}} {
			if got, _ := inner(pair[0], pair[1]); math.Abs(got-form) > 160*exact[T]()*scale {
				t.Fatalf("gradient by the %s: the form is %v, want %v", name, got, form)
			}
		}
	})
}

func TestWinogradAddsGatesAndRectifies(t *testing.T) {
	eachTiled(t, winogradAddsGatesAndRectifies[float32], winogradAddsGatesAndRectifies[float64])
}

func winogradAddsGatesAndRectifies[T Real](t *testing.T, k *Arithmetic[T]) {
	c, err := NewConv(9, 13, 8, 8, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	lanes := LanesOf[T]()
	r := rand.New(rand.NewPCG(3, 4))
	x, dy := normal[T](r, c.H*c.W*c.In*lanes), normal[T](r, c.H*c.W*c.Out*lanes)
	w, bias := normal[T](r, c.Weights()), normal[T](r, c.Out)
	wino := k.Winograd(c)
	turned, forward, back := Alloc[T](len(w)), Alloc[T](wino.Filters()), Alloc[T](wino.Filters())
	work := Alloc[T](wino.Work())
	k.Transpose(c, turned, w)
	wino.Filter(forward, w, work)
	wino.FilterBack(back, turned, work)

	plain, y, rect := make([]T, len(dy)), normal[T](r, len(dy)), make([]T, len(dy))
	wino.Convolve(plain, nil, x, forward, nil, 0, c.H, false, work)
	want, wantRect := make([]float64, len(dy)), make([]float64, len(dy))
	for i := range want {
		want[i] = float64(y[i]) + float64(plain[i]) + float64(bias[i/lanes%c.Out])
		wantRect[i] = max(want[i], 0)
	}
	wino.Convolve(y, rect, x, forward, bias, 0, c.H, true, work)
	if e := max(worst(y, want), worst(rect, wantRect)); e > 16*exact[T]() {
		t.Errorf("adding, with a bias: off by %.1e", e)
	}
	clear(rect)
	for i := range wantRect {
		wantRect[i] = max(float64(plain[i]), 0)
	}
	wino.Convolve(nil, rect, x, forward, nil, 0, c.H, false, work)
	if e := worst(rect, wantRect); e > 0 {
		t.Errorf("rectified alone: off by %.1e", e)
	}

	dx, dxPlain := normal[T](r, len(x)), make([]T, len(x))
	wantX := make([]float64, len(x))
	wino.ConvolveBack(dxPlain, nil, dy, 0, back, 0, c.H, false, work)
	for i := range wantX {
		wantX[i] = float64(dx[i])
		if x[i] > 0 {
			wantX[i] += float64(dxPlain[i])
		}
	}
	wino.ConvolveBack(dx, x, dy, 0, back, 0, c.H, true, work)
	if e := worst(dx, wantX); e > 16*exact[T]() {
		t.Errorf("gated: off by %.1e", e)
	}
}

// Where minimal filtering does not apply, there is none.
func TestWinogradKnowsItsGeometries(t *testing.T) {
	for _, k := range Available() {
		if tiled := strings.HasPrefix(k.Name, "winograd"); tiled != k.Tiled() {
			t.Fatalf("%s: tiled is %t", k.Name, k.Tiled())
		}
		for g, want := range map[[6]int]bool{
			{8, 8, 8, 8, 3, 1}: true, {8, 8, 4, 4, 3, 1}: false, {16, 16, 4, 4, 3, 1}: true, {7, 8, 8, 8, 3, 1}: false,
			{8, 7, 8, 8, 3, 1}: false, {8, 8, 10, 8, 3, 1}: false, {8, 8, 8, 10, 3, 1}: false, {8, 8, 8, 8, 1, 1}: false,
			{8, 8, 8, 8, 3, 2}: false, {16, 32, 8, 4, 3, 1}: true,
		} {
			c, err := NewConv(g[0], g[1], g[2], g[3], g[4], g[5])
			if err != nil {
				t.Fatal(err)
			}
			if got := k.Winograd(c) != nil; got != (want && k.Tiled()) {
				t.Errorf("%s, %v: minimal filtering %t", k.Name, g, got)
			}
		}
	}
}

// Errors are at most six times the definition's: the root of the mean square, against float64.
func TestWinogradIsNearlyAsExact(t *testing.T) {
	for _, g := range []struct{ channels, side int }{{8, 16}, {16, 32}, {32, 16}, {64, 8}} {
		c, err := NewConv(g.channels, g.channels, g.side, g.side, 3, 1)
		if err != nil {
			t.Fatal(err)
		}
		const images = 1
		r := rand.New(rand.NewPCG(8, uint64(g.channels)))
		x, w := normal[float32](r, images*c.In*c.H*c.W), normal[float32](r, c.Weights())
		dy := normal[float32](r, images*c.Out*c.H*c.W)
		for i := range x { // as behind a rectifier
			x[i] = max(x[i], 0)
		}
		y, dx, dw := plainConv(c, images, x, w, dy)
		for _, k := range Available() {
			if !k.Tiled() {
				continue
			}
			directY, directX, directW := runConv(k, c, images, x, w, dy)
			tiledY, tiledX, tiledW := runTiled(k, c, images, x, w, dy)
			for _, v := range []struct {
				name          string
				direct, tiled []float32
				want          []float64
			}{
				{"output", directY, tiledY, y}, {"gradient by input", directX, tiledX, dx},
				{"gradient by weights", directW, tiledW, dw},
			} {
				direct, tiled := rms(v.direct, v.want), rms(v.tiled, v.want)
				t.Logf("%s, C=%d %dx%d, %s: rms %.2e, the definition's %.2e, ratio %.1f", k.Name, g.channels, g.side, g.side, v.name, tiled, direct, tiled/direct)
				if tiled > 6*direct {
					t.Errorf("%s, C=%d, %s: rms %.2e, the definition's %.2e", k.Name, g.channels, v.name, tiled, direct)
				}
			}
		}
	}
}

// rms returns the error's root of the mean square over that of the values.
func rms(got []float32, want []float64) float64 {
	var diff, scale float64
	for i, w := range want {
		d := float64(got[i]) - w
		diff += d * d
		scale += w * w
	}
	return math.Sqrt(diff / scale)
}

func TestWinogradAllocatesNothing(t *testing.T) {
	k := Available()[0]
	c, err := NewConv(16, 16, 8, 8, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	w := k.Winograd(c)
	x, y := Alloc[float32](64*16*Lanes), Alloc[float32](64*16*Lanes)
	weights, turned := Alloc[float32](c.Weights()), Alloc[float32](c.Weights())
	forward, back, work := Alloc[float32](w.Filters()), Alloc[float32](w.Filters()), Alloc[float32](w.Work())
	parts := Alloc[float32](2 * w.Gradients())
	n := testing.AllocsPerRun(10, func() {
		w.Filter(forward, weights, work)
		w.Convolve(y, nil, x, forward, nil, 0, 8, false, work)
		w.FilterBack(back, turned, work)
		w.ConvolveBack(x, x, y, 0, back, 0, 8, true, work)
		w.ConvolveWeights(parts[:w.Gradients()], y, 0, x, 0, 8, work)
		w.SumGradients(weights, parts, work)
	})
	if n > 0 {
		t.Errorf("%v allocations", n)
	}
}
