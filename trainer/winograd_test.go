package trainer

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/ops"
)

// On the weights of a trained network, too, the errors of minimal filtering are at most six times the definition's: the
// roots of their mean squares, against float64.
func TestFixtureWinogradErrors(t *testing.T) {
	file, err := readFile(sharedtest.Cases(t, "attacks", "net.safetensors")[0], openPlain)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, k := range kernel.Available() {
		if !k.Tiled() {
			continue
		}
		for _, name := range file.Names() {
			shape, values, err := file.Floats(name)
			if err != nil {
				t.Fatal(err)
			}
			if len(shape) != 4 || shape[2] != 3 || shape[0] != shape[1] {
				continue
			}
			direct, tiled := convolutionErrors(t, k, shape[0], 512/shape[0], values)
			if n++; tiled > 6*direct {
				t.Errorf("%s, %s: rms %.1e, the definition's %.1e", k.Name, name, tiled, direct)
			}
		}
	}
	if n == 0 {
		t.Error("no convolution in the network")
	}
}

// convolutionErrors convolves a block of images, as they are behind a rectifier.
func convolutionErrors(t *testing.T, k *kernel.Kernel, channels, side int, values []float32) (direct, tiled float64) {
	t.Helper()
	c, err := kernel.NewConv(channels, channels, side, side, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, uint64(channels)))
	weights, size := kernel.Alloc[float32](c.Weights()), side*side*channels*kernel.Lanes
	for i, v := range values { // (out, in, taps) to (taps, in, out)
		o, in, tap := i/(channels*9), i/9%channels, i%9
		weights[(tap*channels+in)*channels+o] = v
	}
	x, want := kernel.Alloc[float32](size), make([]float64, 0, size)
	for i := range x {
		x[i] = float32(max(r.NormFloat64(), 0))
	}
	d := k.Double()
	lanes := kernel.LanesOf[float64]()
	halves := [2][]float64{}
	wide := kernel.Alloc[float64](len(weights))
	for i, v := range weights {
		wide[i] = float64(v)
	}
	for half := range halves { // a block of float64 has half as many images
		in := kernel.Alloc[float64](size / 2)
		for i := range in {
			in[i] = float64(x[i/lanes*kernel.Lanes+half*lanes+i%lanes])
		}
		halves[half] = kernel.Alloc[float64](size / 2)
		d.Convolve(c, halves[half], nil, in, wide, nil, 0, side, false)
	}
	for i := range size {
		want = append(want, halves[i%kernel.Lanes/lanes][i/kernel.Lanes*lanes+i%lanes])
	}
	y, w := kernel.Alloc[float32](size), k.Winograd(c)
	rms := func() (sum float64) {
		for i, v := range want {
			sum += (float64(y[i]) - v) * (float64(y[i]) - v)
		}
		return math.Sqrt(sum / float64(size))
	}
	k.Convolve(c, y, nil, x, weights, nil, 0, side, false)
	direct = rms()
	work, filter := kernel.Alloc[float32](w.Work()), kernel.Alloc[float32](w.Filters())
	w.Filter(filter, weights, work)
	w.Convolve(y, nil, x, filter, nil, 0, side, false, work)
	return direct, rms()
}

// Threads change no bit where convolutions are tiled either, in bands of any height.
func TestThreadsChangeNoBitOfTiles(t *testing.T) {
	for _, k := range kernel.Available() {
		if !k.Tiled() || testing.Short() && k.Name == "winograd" {
			continue
		}
		for _, side := range []int{16, 20, 24} {
			w, err := NewWeights(Spec{
				Cell:    mustCell(t, benchmarkArch),
				Network: nasbench201.Network{Channels: 8, Depth: 1, Classes: 10, Image: side, Inputs: 3},
			}, 1)
			if err != nil {
				t.Fatal(err)
			}
			want := tiledStep(t, w, Engine{k, 1})
			for _, threads := range []int{2, 3} {
				if got := tiledStep(t, w, Engine{k, threads}); !slices.Equal(got, want) {
					t.Errorf("%s, side %d: %d threads change bits", k.Name, side, threads)
				}
			}
		}
	}
}

// tiledStep returns all gradients of a step of training on 40 images.
func tiledStep(t *testing.T, w *Weights, e Engine) []float32 {
	t.Helper()
	const images = 40
	w = w.Clone()
	r := rand.New(rand.NewPCG(1, 2))
	x, labels := make([]float32, images*w.size()), make([]int, images)
	for i := range x {
		x[i] = r.Float32()
	}
	for i := range labels {
		labels[i] = r.IntN(w.Classes)
	}
	grads := make([]float32, len(w.params))
	ctx := &ops.Context{Kernel: e.Kernel, Mode: ops.Train, Images: images, Threads: e.Threads, ByInput: true}
	g, err := newGraph(w, ctx, func(logits, grad []float32) float64 { return crossEntropy(logits, grad, labels, 0) }, grads)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.run(x); err != nil {
		t.Fatal(err)
	}
	dx := make([]float32, len(x))
	g.gradient(dx)
	return append(grads, dx...)
}
