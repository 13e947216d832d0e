package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkWinograd measures minimal filtering, and the definition beside it, in operations of the definition.
func BenchmarkWinograd(b *testing.B) {
	for _, k := range Available() {
		if k.Tiled() {
			b.Run(k.Name, func(b *testing.B) { benchWinograd(b, k) })
		}
	}
}

func benchWinograd(b *testing.B, k *Kernel) {
	for _, g := range [][3]int{{8, 8, 8}, {8, 8, 16}, {16, 16, 4}, {16, 16, 32}, {32, 32, 16}, {64, 64, 8}} {
		c, err := NewConv(g[0], g[1], g[2], g[2], 3, 1)
		if err != nil {
			b.Fatal(err)
		}
		w := k.Winograd(c)
		r := rand.New(rand.NewPCG(1, 1))
		x, y := normal[float32](r, c.H*c.W*c.In*Lanes), normal[float32](r, c.H*c.W*c.Out*Lanes)
		weights := normal[float32](r, c.Weights())
		turned, filter, work := Alloc[float32](len(weights)), Alloc[float32](w.Filters()), Alloc[float32](w.Work())
		dw, parts := make([]float32, len(weights)), Alloc[float32](w.Gradients())
		direct := Alloc[float32](c.Gradients())
		ops := 2 * 9 * float64(c.H*c.W*c.In*c.Out*Lanes)
		w.Filter(filter, weights, work)
		const strip = 4
		rows := func(f func(from, to int)) func() {
			return func() {
				for from := 0; from < c.H; from += strip {
					f(from, from+strip)
				}
			}
		}
		for _, f := range []struct {
			name string
			do   func()
		}{
			{"forward/direct", rows(func(from, to int) { k.Convolve(c, y, nil, x, weights, nil, from, to, false) })},
			{"forward/winograd", rows(func(from, to int) { w.Convolve(y, nil, x, filter, nil, from, to, false, work) })},
			{"back/direct", rows(func(from, to int) { k.ConvolveBack(c, x, x, y, 0, weights, from, to, false) })},
			{"back/winograd", rows(func(from, to int) { w.ConvolveBack(x, x, y, 0, filter, from, to, false, work) })},
			{"weights/direct", rows(func(from, to int) { k.ConvolveWeights(c, direct, y, 0, x, from, to) })},
			{"weights/winograd", rows(func(from, to int) { w.ConvolveWeights(parts, y, 0, x, from, to, work) })},
			{"once/filter", func() { w.Filter(filter, weights, work) }},
			{"once/turned", func() { k.Transpose(c, turned, weights); w.FilterBack(filter, turned, work) }},
			{"once/sum", func() { w.SumGradients(dw, parts, work) }},
		} {
			b.Run(fmt.Sprintf("%d-%d_%dx%d/%s", c.In, c.Out, c.H, c.W, f.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f.do()
				}
				b.ReportMetric(ops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}
