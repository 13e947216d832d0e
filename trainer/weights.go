package trainer

import (
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/ops"
)

// Weights are a network's parameters and batch-norm statistics, each in one flat slice.
type Weights struct {
	Spec

	params, stats []float32
	places        []place
}

// place is where an operator's part of the flat slices lies.
type place struct {
	layout         ops.Layout
	param, nParams int
	stat, nStats   int
}

// NewWeights returns PyTorch's default initial weights: convolutions and classifier uniform in +-1/sqrt(fan in),
// batch norm 1 and 0, statistics 0 and 1.
//
// Every tensor is drawn from a stream of its own, keyed by seed and name. Networks with the same seed thus have the
// same weights wherever they have the same operation at the same place.
func NewWeights(s Spec, seed uint64) (*Weights, error) {
	w, err := newWeights(s)
	if err != nil {
		return nil, err
	}
	for _, p := range w.places {
		for _, t := range p.layout.Params {
			values := make([]float32, t.Len())
			r := stream.New(seed, "initial weights/"+t.Name)
			for i := range values {
				values[i] = t.Fill
				if t.FanIn > 0 {
					values[i] = float32((2*r.Float64() - 1) / math.Sqrt(float64(t.FanIn)))
				}
			}
			t.Store(w.params[p.param:], values)
		}
		for _, t := range p.layout.Stats {
			for i := range t.Len() {
				w.stats[p.stat+t.Offset+i] = t.Fill
			}
		}
	}
	return w, nil
}

// newWeights returns zeros.
func newWeights(s Spec) (*Weights, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	small := s
	small.Image = 4 // the layout does not depend on the image, the buffers do
	list, err := small.operators(&ops.Context{Mode: ops.Predict, Images: 1})
	if err != nil {
		return nil, err
	}
	w := &Weights{Spec: s}
	var params, stats int
	for _, o := range list {
		p := place{layout: *o.Layout(), param: params, stat: stats}
		p.nParams, p.nStats = p.layout.Sizes()
		params, stats = params+p.nParams, stats+p.nStats
		w.places = append(w.places, p)
	}
	w.params, w.stats = flat(params), flat(stats)
	return w, nil
}

// flat returns n zeros, rounded up to what kernels step at once.
func flat(n int) []float32 { return kernel.Alloc(kernel.Blocks(n) * kernel.Lanes) }

// Clone returns a copy that shares nothing that changes.
func (w *Weights) Clone() *Weights {
	c := *w
	c.params, c.stats = kernel.Alloc(len(w.params)), kernel.Alloc(len(w.stats))
	copy(c.params, w.params)
	copy(c.stats, w.stats)
	return &c
}

// Params returns the number of trainable parameters.
func (w *Weights) Params() int {
	n := 0
	for _, p := range w.places {
		for _, t := range p.layout.Params {
			n += t.Len()
		}
	}
	return n
}

// values returns the shape and the values of a named tensor.
type values func(name string) ([]int, []float32, error)

// set gives every tensor the values of its name. Its error is that of the lookup, or a [*ShapeError].
func (w *Weights) set(v values) error {
	for _, p := range w.places {
		if err := v.store(p.layout.Stats, w.stats[p.stat:]); err != nil {
			return err
		}
	}
	return w.setParams(v)
}

// setParams does the same for the parameters alone.
func (w *Weights) setParams(v values) error {
	for _, p := range w.places {
		if err := v.store(p.layout.Params, w.params[p.param:]); err != nil {
			return err
		}
	}
	return nil
}

func (v values) store(list []ops.Tensor, flat []float32) error {
	for _, t := range list {
		shape, numbers, err := v(t.Name)
		if err != nil {
			return err
		}
		if !slices.Equal(shape, t.Shape) {
			return &ShapeError{t.Name, shape, t.Shape}
		}
		t.Store(flat, numbers)
	}
	return nil
}

// Tensors calls f for every tensor in the network's order with its values in PyTorch's order: parameters, then
// statistics, of each operator.
func (w *Weights) Tensors(f func(name string, shape []int, values []float32)) {
	each(w, w.params, w.stats, f)
}

func each(w *Weights, params, stats []float32, f func(name string, shape []int, values []float32)) {
	for _, p := range w.places {
		for _, t := range p.layout.Params {
			f(t.Name, t.Shape, t.Load(params[p.param:]))
		}
		if stats == nil {
			continue
		}
		for _, t := range p.layout.Stats {
			f(t.Name, t.Shape, t.Load(stats[p.stat:]))
		}
	}
}
