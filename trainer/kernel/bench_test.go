package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// peak measures how many floating-point operations a second one core can do with this kernel's vectors: the best of
// five bursts.
func peak[T Real](k *Arithmetic[T]) float64 {
	best := 0.0
	for range 5 {
		start := time.Now()
		ops := k.Peak(3e6)
		best = max(best, ops/time.Since(start).Seconds())
	}
	return best
}

// benchEach runs a benchmark with every kernel, in float32 and in float64.
func benchEach(b *testing.B, single func(*testing.B, *Kernel), double func(*testing.B, *Double)) {
	for _, k := range Available() {
		b.Run(k.Name, func(b *testing.B) { single(b, k) })
		b.Run(k.Name+"-double", func(b *testing.B) { double(b, k.Double()) })
	}
}

func BenchmarkPeak(b *testing.B) { benchEach(b, benchPeak[float32], benchPeak[float64]) }

func benchPeak[T Real](b *testing.B, k *Arithmetic[T]) {
	for b.Loop() {
		b.ReportMetric(peak(k)/1e9, "GFLOP/s")
	}
}

func BenchmarkConvolution(b *testing.B) {
	benchEach(b, benchConvolution[float32], benchConvolution[float64])
}

func benchConvolution[T Real](b *testing.B, k *Arithmetic[T]) {
	best, lanes := peak(k), LanesOf[T]()
	for _, g := range [][5]int{
		{4, 4, 8, 3, 1}, {8, 8, 4, 3, 1}, {16, 16, 2, 3, 1}, {16, 16, 32, 3, 1}, {32, 32, 16, 3, 1}, {64, 64, 8, 3, 1},
		{16, 32, 32, 3, 2}, {16, 16, 32, 1, 1},
	} {
		c, err := NewConv(g[0], g[1], g[2], g[2], g[3], g[4])
		if err != nil {
			b.Fatal(err)
		}
		r := rand.New(rand.NewPCG(1, 1))
		x, y := normal[T](r, c.H*c.W*c.In*lanes), normal[T](r, c.OutH*c.OutW*c.Out*lanes)
		w := normal[T](r, c.In*c.Out*c.K*c.K)
		wb := Alloc[T](len(w))
		dw, parts := make([]T, len(w)), make([]T, c.Gradients())
		var taps int
		for run, rest := nextRun(c.forward.runs); rest != nil; run, rest = nextRun(rest) {
			for i := 2; i < len(run.segs); i += 3 {
				taps += run.segs[i] * run.pixels
			}
		}
		work := 2 * float64(taps*c.Out*lanes)
		for name, f := range map[string]func(){
			"forward": func() { k.Convolve(c, y, nil, x, w, nil, 0, c.OutH, false) },
			"back":    func() { k.Transpose(c, wb, w); k.ConvolveBack(c, x, x, y, 0, wb, 0, c.H, false) },
			"weights": func() { clear(parts); k.ConvolveWeights(c, parts, y, 0, x, 0, c.OutH); k.SumGradients(c, dw, parts) },
		} {
			b.Run(fmt.Sprintf("%d-%d_%dx%d_k%d_s%d/%s", c.In, c.Out, c.H, c.W, c.K, c.Stride, name), func(b *testing.B) {
				for b.Loop() {
					f()
				}
				rate := work * float64(b.N) / b.Elapsed().Seconds()
				b.ReportMetric(rate/1e9, "GFLOP/s")
				b.ReportMetric(100*rate/best, "%peak")
			})
		}
	}
}

func BenchmarkPool(b *testing.B) { benchEach(b, benchPool[float32], benchPool[float64]) }

func benchPool[T Real](b *testing.B, k *Arithmetic[T]) {
	const channels, side = 16, 32
	r := rand.New(rand.NewPCG(1, 1))
	x := normal[T](r, channels*side*side*LanesOf[T]())
	y := Alloc[T](len(x))
	for name, p := range map[string]*Pool[T]{
		"average": AveragePool3[T](channels, side, side), "identity": Identity[T](channels, side, side),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(3 * blockBytes * channels * side * side)
			for b.Loop() {
				k.Pool(p, y, x, 0, side, true)
			}
		})
	}
}
