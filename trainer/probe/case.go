package probe

import (
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// Case returns the network of weights, and images with pixels in [0,1] to measure it on. Labels may be nil. The seed is
// that of what is drawn: by measures, and the initial weights of a cell of another width. The weights may not change
// while the case is used.
func Case(w *trainer.Weights, x robustness.Batch, labels []int, seed uint64, k *kernel.Double) *measure.Case {
	c := &measure.Case{
		Channels: w.Inputs, Side: w.Image, Pixels: wide(x.Pixels), Labels: labels,
		Mean: wide(w.Mean), Std: wide(w.Std), Seed: seed,
	}
	c.Open = func(v measure.Variant) (measure.Network, error) {
		if v.Channels == 0 {
			return New(w, v.Norms, k)
		}
		small := w.Spec
		small.Channels, small.Depth, small.Image = v.Channels, 1, v.Side
		initial, err := trainer.NewWeights(small, seed)
		if err != nil {
			return nil, err
		}
		return New(initial, v.Norms, k)
	}
	return c
}

// wide returns numbers in float64; nil of none.
func wide(list []float32) []float64 {
	var out []float64
	for _, v := range list {
		out = append(out, float64(v))
	}
	return out
}
