package kernel

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

func TestPoolsAreTheirDefinition(t *testing.T) {
	each(t, poolsAreTheirDefinition[float32], poolsAreTheirDefinition[float64])
}

func poolsAreTheirDefinition[T Real](t *testing.T, k *Arithmetic[T]) {
	const channels, h, w = 5, 6, 4
	type weights = func(oy, ox, iy, ix int) float64
	near := func(a, b int) bool { return a-b <= 1 && b-a <= 1 }
	sides := func(y, n int) float64 { return float64(min(y+2, n) - max(y-1, 0)) }
	pools := map[string]struct {
		pool *Pool[T]
		want weights
	}{
		"average 3": {AveragePool3[T](channels, h, w), func(oy, ox, iy, ix int) float64 {
			if !near(oy, iy) || !near(ox, ix) {
				return 0
			}
			return 1 / (sides(oy, h) * sides(ox, w))
		}},
		"average 2": {AveragePool2[T](channels, h, w), func(oy, ox, iy, ix int) float64 {
			if iy/2 != oy || ix/2 != ox {
				return 0
			}
			return .25
		}},
		"global": {GlobalAverage[T](channels, h, w), func(int, int, int, int) float64 { return 1.0 / (h * w) }},
		"identity": {Identity[T](channels, h, w), func(oy, ox, iy, ix int) float64 {
			if oy != iy || ox != ix {
				return 0
			}
			return 1
		}},
	}
	for name, p := range pools {
		r := rand.New(rand.NewPCG(1, 2))
		size := channels * LanesOf[T]()
		x, dy := normal[T](r, h*w*size), normal[T](r, p.pool.OutH*p.pool.OutW*size)
		y, dx := normal[T](r, len(dy)), normal[T](r, len(x))
		wantY, wantX := make([]float64, len(y)), make([]float64, len(x))
		for i := range dx {
			wantX[i] = float64(dx[i])
		}
		for o := range p.pool.OutH * p.pool.OutW {
			for i := range h * w {
				weight := p.want(o/p.pool.OutW, o%p.pool.OutW, i/w, i%w)
				for j := range size {
					wantY[o*size+j] += weight * float64(x[i*size+j])
					wantX[i*size+j] += weight * float64(dy[o*size+j])
				}
			}
		}
		k.Pool(p.pool, y, x, 0, p.pool.OutH, false)
		k.PoolBack(p.pool, dx, dy, 0, h, true)
		if e := worst(y, wantY); e > 16*exact[T]() {
			t.Errorf("%s: output off by %.1e", name, e)
		}
		if e := worst(dx, wantX); e > 16*exact[T]() {
			t.Errorf("%s: gradient off by %.1e", name, e)
		}
	}
}

func TestStatsAreMeanAndSquaredDeviations(t *testing.T) {
	each(t, statsAreMeanAndSquaredDeviations[float32], statsAreMeanAndSquaredDeviations[float64])
}

func statsAreMeanAndSquaredDeviations[T Real](t *testing.T, k *Arithmetic[T]) {
	const pixels, images = 7, 11
	n := LanesOf[T]()
	for _, channels := range []int{1, 3, 4, 9} {
		x := normal[T](rand.New(rand.NewPCG(5, 6)), pixels*channels*n)
		lanes := Alloc[T](n)
		for l := range images {
			lanes[l] = 1
		}
		for i := range x {
			x[i] += 100 // far from zero: nothing may cancel
		}
		mean, m2 := make([]T, channels), make([]T, channels)
		k.Stats(x, lanes, channels, pixels, pixels*images, mean, m2)
		for c := range channels {
			var want Moments
			for p := range pixels {
				for l := range images {
					want.Add(Moments{1, float64(x[(p*channels+c)*n+l]), 0})
				}
			}
			if math.Abs(float64(mean[c])-want.Mean) > 1600*exact[T]() || math.Abs(float64(m2[c])/want.M2-1) > 160*exact[T]() {
				t.Errorf("channel %d of %d: mean %v, squares %v; want %v, %v", c, channels, mean[c], m2[c], want.Mean, want.M2)
			}
		}
	}
}

func TestKernelsAgreeElementwise(t *testing.T) {
	each(t, agreesElementwise[float32], agreesElementwise[float64])
}

func agreesElementwise[T Real](t *testing.T, k *Arithmetic[T]) {
	const channels, pixels = 5, 6
	n := channels * pixels * LanesOf[T]()
	run := func(k *Arithmetic[T]) map[string][]T {
		r := rand.New(rand.NewPCG(7, 8))
		x, y, a, b, c := normal[T](r, n), normal[T](r, n), normal[T](r, channels), normal[T](r, channels), normal[T](r, channels)
		lanes := Alloc[T](LanesOf[T]())
		for l := range 11 {
			lanes[l] = 1
		}
		out := map[string][]T{}
		fresh := func(name string, size int) []T { out[name] = normal[T](r, size); return out[name] }
		k.Affine(fresh("affine", n), nil, x, a, b, channels, pixels, false)
		k.Affine(nil, fresh("affine, rectified alone", n), x, a, b, channels, pixels, false)
		k.Affine(fresh("affine, plain", n), fresh("affine, rectified", n), x, a, b, channels, pixels, false)
		k.Affine(fresh("affine added", n), nil, x, a, b, channels, pixels, true)
		k.Affine(fresh("affine added, plain", n), fresh("affine added, rectified", n), x, a, b, channels, pixels, true)
		k.NormBack(fresh("norm back", n), y, x, a, b, c, lanes, channels, pixels)
		k.NormSums(y, x, a, channels, pixels, fresh("sum", channels), fresh("moment", channels))
		k.ReLU(fresh("relu", n), x)
		k.Gate(fresh("gate", n), x, y)
		k.SGD(fresh("nesterov", n), x, y, .1, .9, 5e-4, true)
		out["velocity"] = append([]T(nil), y...)
		k.SGD(fresh("plain momentum", n), x, y, .1, .9, 5e-4, false)
		return out
	}
	want := run(generic[T]())
	for name, got := range run(k) {
		w := make([]float64, len(got))
		for i, v := range want[name] {
			w[i] = float64(v)
		}
		if e := worst(got, w); e > 16*exact[T]() {
			t.Errorf("%s: off by %.1e", name, e)
		}
	}
}

// PyTorch's first two steps from w = 1, g = .5, with rate .1, momentum .9, decay .01: by hand.
func TestSGDFollowsPyTorch(t *testing.T) {
	each(t, sgdFollowsPyTorch[float32], sgdFollowsPyTorch[float64])
}

func sgdFollowsPyTorch[T Real](t *testing.T, k *Arithmetic[T]) {
	for _, c := range []struct {
		nesterov bool
		want     [2]float64
	}{{true, [2]float64{.9031, .76507411}}, {false, [2]float64{.949, .852151}}} {
		lanes := LanesOf[T]()
		w, g, v := Alloc[T](lanes), Alloc[T](lanes), Alloc[T](lanes)
		for i := range w {
			w[i], g[i] = 1, .5
		}
		for step, want := range c.want {
			k.SGD(w, g, v, .1, .9, .01, c.nesterov)
			if math.Abs(float64(w[lanes-1])-want) > 1e-6 {
				t.Errorf("nesterov %v, step %d: %v, want %v", c.nesterov, step+1, w[lanes-1], want)
			}
		}
	}
}

func TestReLUKeepsNotANumber(t *testing.T) {
	each(t, reluKeepsNotANumber[float32], reluKeepsNotANumber[float64])
}

func reluKeepsNotANumber[T Real](t *testing.T, k *Arithmetic[T]) {
	x := Alloc[T](LanesOf[T]())
	for i := range x {
		x[i] = T(math.Copysign(math.NaN(), float64(i%2)-.5))
	}
	k.ReLU(x, x)
	for i, v := range x {
		if v == v {
			t.Fatalf("lane %d: %v", i, v)
		}
	}
}

func TestInterleaveIsInvertible(t *testing.T) {
	each(t, interleaveIsInvertible[float32], interleaveIsInvertible[float64])
}

func interleaveIsInvertible[T Real](t *testing.T, k *Arithmetic[T]) {
	lanes := LanesOf[T]()
	for _, g := range []struct{ channels, pixels, images int }{{3, 4, 37}, {1, 16, 32}, {10, 1, 33}, {2, 9, 3}, {5, 6, 64}} {
		r := rand.New(rand.NewPCG(1, 1))
		x := normal[T](r, g.images*g.channels*g.pixels)
		scale, shift := normal[T](r, g.channels), make([]T, g.channels)
		for c := range scale { // so that no product is rounded
			scale[c] = T(int(1) << c)
		}
		blocks := normal[T](r, (g.images+lanes-1)/lanes*g.channels*g.pixels*lanes)
		k.Interleave(blocks, x, g.channels, g.pixels, scale, shift)
		for at, v := range blocks {
			lane, c, p := at%lanes, at/lanes%g.channels, at/lanes/g.channels%g.pixels
			image, want := at/lanes/g.channels/g.pixels*lanes+lane, T(0)
			if image < g.images {
				want = scale[c] * x[(image*g.channels+c)*g.pixels+p]
			}
			if v != want {
				t.Fatalf("%v: %d holds %v, want %v", g, at, v, want)
			}
		}
		for c := range scale {
			scale[c] = 1 / scale[c]
		}
		back := make([]T, len(x))
		k.Deinterleave(back, blocks, g.channels, g.pixels, scale)
		for i := range x {
			if back[i] != x[i] {
				t.Fatalf("%v: %d: %v became %v", g, i, x[i], back[i])
			}
		}
	}
}

func TestChooseNamesWhatThereIs(t *testing.T) {
	k, err := Choose("generic")
	if err != nil || k.Name != "generic" {
		t.Fatalf("%v, %v", k, err)
	}
	var unknown *UnknownError
	if _, err := Choose("sse"); !errors.As(err, &unknown) || unknown.Have[len(unknown.Have)-1] != "generic" {
		t.Errorf("error %v", err)
	}
}

func TestDoubleHasTheName(t *testing.T) {
	for _, k := range append(Available(), &Kernel{Name: "sse"}) {
		want := k.Name
		if k.Tiled() {
			want = map[string]string{"winograd512": "avx512", "winograd256": "avx2", "winograd": "generic"}[k.Name]
		}
		if want == "sse" {
			want = "generic"
		}
		if d := k.Double(); d.Name != want || d.Double().Name != want {
			t.Errorf("the double of %s is %s", k.Name, d.Name)
		}
	}
}
