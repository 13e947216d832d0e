package probe

import (
	"fmt"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// Engine opens networks, one at a time, in memory that they share: that of the largest, which is about 1.6 GB for the
// benchmark's largest network with a batch of 64 and second derivatives. It is for one goroutine at a time.
type Engine struct {
	kernel *kernel.Double
	memory memory
	user   *Network      // of the memory; nil: nobody
	of     *measure.Case // whose networks were opened last
}

// NewEngine returns an engine that computes with a kernel.
func NewEngine(k *kernel.Double) *Engine { return &Engine{kernel: k} }

// New returns the network of weights, with the given batch norms, computed with a kernel. It shares nothing with the
// weights. Its input is what the weights' normalisation makes of pixels, which is the caller's.
func New(w *trainer.Weights, norms measure.Norms, k *kernel.Double) (*Network, error) {
	return NewEngine(k).open(w, norms)
}

// open returns a network as [New] does. With its first pass it closes the one that was open.
func (e *Engine) open(w *trainer.Weights, norms measure.Norms) (*Network, error) {
	n := &Network{spec: w.Spec}
	n.pass = newPass(e, max(4*w.Channels, w.Classes))
	b := &builder{net: n, norms: norms, tensors: map[string][]float32{}, geometry: map[shape]*kernel.Conv{},
		averages: map[average]*kernel.Pool[float64]{}}
	w.Tensors(func(name string, _ []int, values []float32) { b.tensors[name] = values })
	if err := b.build(w.Spec); err != nil {
		return nil, fmt.Errorf("laying the network open: %w", err)
	}
	return n, nil
}

// use closes the network that is open, unless it is the one that is to be used now.
func (e *Engine) use(n *Network) {
	if e.user != nil && e.user != n {
		e.user.Close()
	}
	e.user = n
}

// Case returns a case on an engine of its own, see [Engine.Case].
func Case(w *trainer.Weights, x robustness.Batch, labels []int, seed uint64, k *kernel.Double) *measure.Case {
	return NewEngine(k).Case(w, x, labels, seed)
}

// Case returns the network of weights, and images with pixels in [0,1] to measure it on. Labels may be nil. The seed is
// that of what is drawn: by measures, and the initial weights of a cell of another width. The weights may not change
// while the case is used. An engine may have several cases, in turn: one that opens a network has the others open
// theirs again.
func (e *Engine) Case(w *trainer.Weights, x robustness.Batch, labels []int, seed uint64) *measure.Case {
	c := &measure.Case{
		Channels: w.Inputs, Side: w.Image, Pixels: wide(x.Pixels), Labels: labels,
		Mean: wide(w.Mean), Std: wide(w.Std), Seed: seed,
	}
	c.Open = func(v measure.Variant) (measure.Network, error) {
		if e.of != nil && e.of != c {
			e.of.Close()
		}
		e.of = c
		if v.Channels == 0 {
			return e.open(w, v.Norms)
		}
		small := w.Spec
		small.Channels, small.Depth, small.Image = v.Channels, 1, v.Side
		initial, err := trainer.NewWeights(small, seed)
		if err != nil {
			return nil, err
		}
		return e.open(initial, v.Norms)
	}
	return c
}

// wide returns numbers in float64; nil of none.
func wide(list []float32) []float64 {
	if list == nil {
		return nil
	}
	out := make([]float64, len(list))
	for i, v := range list {
		out[i] = float64(v)
	}
	return out
}
