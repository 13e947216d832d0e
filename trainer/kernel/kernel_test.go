package kernel

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

func TestPoolsAreTheirDefinition(t *testing.T) {
	const channels, h, w = 5, 6, 4
	type weights = func(oy, ox, iy, ix int) float64
	near := func(a, b int) bool { return a-b <= 1 && b-a <= 1 }
	sides := func(y, n int) float64 { return float64(min(y+2, n) - max(y-1, 0)) }
	pools := map[string]struct {
		pool *Pool[float32]
		want weights
	}{
		"average 3": {AveragePool3[float32](channels, h, w), func(oy, ox, iy, ix int) float64 {
			if !near(oy, iy) || !near(ox, ix) {
				return 0
			}
			return 1 / (sides(oy, h) * sides(ox, w))
		}},
		"average 2": {AveragePool2[float32](channels, h, w), func(oy, ox, iy, ix int) float64 {
			if iy/2 != oy || ix/2 != ox {
				return 0
			}
			return .25
		}},
		"global": {GlobalAverage[float32](channels, h, w), func(int, int, int, int) float64 { return 1.0 / (h * w) }},
		"identity": {Identity[float32](channels, h, w), func(oy, ox, iy, ix int) float64 {
			if oy != iy || ox != ix {
				return 0
			}
			return 1
		}},
	}
	each(t, func(t *testing.T, k *Kernel) {
		for name, p := range pools {
			r := rand.New(rand.NewPCG(1, 2))
			const size = channels * Lanes
			x, dy := normal(r, h*w*size), normal(r, p.pool.OutH*p.pool.OutW*size)
			y, dx := normal(r, len(dy)), normal(r, len(x))
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
			if e := worst(y, wantY); e > 1e-6 {
				t.Errorf("%s: output off by %.1e", name, e)
			}
			if e := worst(dx, wantX); e > 1e-6 {
				t.Errorf("%s: gradient off by %.1e", name, e)
			}
		}
	})
}

func TestStatsAreMeanAndSquaredDeviations(t *testing.T) {
	const pixels, images = 7, 20
	for _, channels := range []int{1, 3, 4, 9} {
		each(t, func(t *testing.T, k *Kernel) {
			x := normal(rand.New(rand.NewPCG(5, 6)), pixels*channels*Lanes)
			lanes := Alloc[float32](Lanes)
			for l := range images {
				lanes[l] = 1
			}
			for i := range x {
				x[i] += 100 // far from zero: nothing may cancel
			}
			mean, m2 := make([]float32, channels), make([]float32, channels)
			k.Stats(x, lanes, channels, pixels, pixels*images, mean, m2)
			for c := range channels {
				var want Moments
				for p := range pixels {
					for l := range images {
						want.Add(Moments{1, float64(x[(p*channels+c)*Lanes+l]), 0})
					}
				}
				if math.Abs(float64(mean[c])-want.Mean) > 1e-4 || math.Abs(float64(m2[c])/want.M2-1) > 1e-5 {
					t.Errorf("channel %d of %d: mean %v, squares %v; want %v, %v", c, channels, mean[c], m2[c], want.Mean, want.M2)
				}
			}
		})
	}
}

func TestKernelsAgreeElementwise(t *testing.T) {
	const channels, pixels, n = 5, 6, 5 * 6 * Lanes
	run := func(k *Kernel) map[string][]float32 {
		r := rand.New(rand.NewPCG(7, 8))
		x, y, a, b, c := normal(r, n), normal(r, n), normal(r, channels), normal(r, channels), normal(r, channels)
		lanes := Alloc[float32](Lanes)
		for l := range 11 {
			lanes[l] = 1
		}
		out := map[string][]float32{}
		fresh := func(name string, size int) []float32 { out[name] = normal(r, size); return out[name] }
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
		out["velocity"] = append([]float32(nil), y...)
		k.SGD(fresh("plain momentum", n), x, y, .1, .9, 5e-4, false)
		return out
	}
	want := run(generic[float32]())
	each(t, func(t *testing.T, k *Kernel) {
		for name, got := range run(k) {
			w := make([]float64, len(got))
			for i, v := range want[name] {
				w[i] = float64(v)
			}
			if e := worst(got, w); e > 1e-6 {
				t.Errorf("%s: off by %.1e", name, e)
			}
		}
	})
}

// PyTorch's first two steps from w = 1, g = .5, with rate .1, momentum .9, decay .01: by hand.
func TestSGDFollowsPyTorch(t *testing.T) {
	each(t, func(t *testing.T, k *Kernel) {
		for _, c := range []struct {
			nesterov bool
			want     [2]float64
		}{{true, [2]float64{.9031, .76507411}}, {false, [2]float64{.949, .852151}}} {
			w, g, v := Alloc[float32](Lanes), Alloc[float32](Lanes), Alloc[float32](Lanes)
			for i := range w {
				w[i], g[i] = 1, .5
			}
			for step, want := range c.want {
				k.SGD(w, g, v, .1, .9, .01, c.nesterov)
				if math.Abs(float64(w[Lanes-1])-want) > 1e-6 {
					t.Errorf("nesterov %v, step %d: %v, want %v", c.nesterov, step+1, w[Lanes-1], want)
				}
			}
		}
	})
}

func TestReLUKeepsNotANumber(t *testing.T) {
	each(t, func(t *testing.T, k *Kernel) {
		x := Alloc[float32](Lanes)
		for i := range x {
			x[i] = float32(math.Copysign(math.NaN(), float64(i%2)-.5))
		}
		k.ReLU(x, x)
		for i, v := range x {
			if v == v {
				t.Fatalf("lane %d: %v", i, v)
			}
		}
	})
}

func TestInterleaveIsInvertible(t *testing.T) {
	for _, g := range []struct{ channels, pixels, images int }{{3, 4, 37}, {1, 16, 32}, {10, 1, 33}, {2, 9, 3}, {5, 6, 64}} {
		each(t, func(t *testing.T, k *Kernel) {
			r := rand.New(rand.NewPCG(1, 1))
			x := normal(r, g.images*g.channels*g.pixels)
			scale, shift := normal(r, g.channels), make([]float32, g.channels)
			for c := range scale { // so that no product is rounded
				scale[c] = float32(int(1) << c)
			}
			blocks := normal(r, Blocks(g.images)*g.channels*g.pixels*Lanes)
			k.Interleave(blocks, x, g.channels, g.pixels, scale, shift)
			for at, v := range blocks {
				lane, c, p := at%Lanes, at/Lanes%g.channels, at/Lanes/g.channels%g.pixels
				image, want := at/Lanes/g.channels/g.pixels*Lanes+lane, float32(0)
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
			back := make([]float32, len(x))
			k.Deinterleave(back, blocks, g.channels, g.pixels, scale)
			for i := range x {
				if back[i] != x[i] {
					t.Fatalf("%v: %d: %v became %v", g, i, x[i], back[i])
				}
			}
		})
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
	each(t, func(t *testing.T, k *Kernel) {
		if d := k.Double(); d.Name != k.Name && d.Name != "generic" {
			t.Errorf("the double of %s is %s", k.Name, d.Name)
		}
	})
}
