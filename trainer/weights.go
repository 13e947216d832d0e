package trainer

import (
	"cmp"
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/ops"
)

// Weights are a network's parameters and batch-norm statistics, each in one flat slice.
type Weights struct {
	Spec

	// ClassNames are those of the images that the network was trained on, by label; nil: not known.
	ClassNames []string
	// Digest is that of the file that the weights were read from, which its content was held against; "" if the file
	// has none, or there is no file.
	Digest string

	params, stats []float32
	places        []place
	parts         []part // in the network's order: of each operator the parameters, then the statistics
}

// place is where an operator's part of the flat slices lies.
type place struct {
	param, nParams int
	stat, nStats   int
}

// part is a tensor of the parameters or, if it is a statistic, of the statistics.
type part struct {
	ops.Tensor
	statistic bool
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
	for _, t := range w.parts {
		values := slices.Repeat([]float32{t.Fill}, t.Len())
		if t.FanIn > 0 {
			r := stream.New(seed, "initial weights/"+t.Name)
			for i := range values {
				values[i] = float32((2*r.Float64() - 1) / math.Sqrt(float64(t.FanIn)))
			}
		}
		t.Store(w.flat(t), values)
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
		p := place{param: params, stat: stats}
		p.nParams, p.nStats = o.Layout().Sizes()
		for _, t := range o.Layout().Params {
			t.Offset += params
			w.parts = append(w.parts, part{t, false})
		}
		for _, t := range o.Layout().Stats {
			t.Offset += stats
			w.parts = append(w.parts, part{t, true})
		}
		params, stats = params+p.nParams, stats+p.nStats
		w.places = append(w.places, p)
	}
	w.params, w.stats = flat(params), flat(stats)
	return w, nil
}

// flat returns n zeros, rounded up to what kernels step at once.
func flat(n int) []float32 { return kernel.Alloc[float32](kernel.Blocks(n) * kernel.Lanes) }

// Clone returns a copy that shares nothing that changes.
func (w *Weights) Clone() *Weights {
	c := *w
	c.params, c.stats = kernel.Alloc[float32](len(w.params)), kernel.Alloc[float32](len(w.stats))
	copy(c.params, w.params)
	copy(c.stats, w.stats)
	return &c
}

// flat returns the slice that a tensor is a part of.
func (w *Weights) flat(t part) []float32 {
	if t.statistic {
		return w.stats
	}
	return w.params
}

// Params returns the number of trainable parameters.
func (w *Weights) Params() (n int) {
	for _, t := range w.parts {
		if !t.statistic {
			n += t.Len()
		}
	}
	return n
}

// values returns the shape and the values of a named tensor.
type values func(name string) ([]int, []float32, error)

// set gives every tensor the values of its name. Its error is that of the lookup, or a [*ShapeError].
func (w *Weights) set(v values) error { return cmp.Or(w.store(v, true), w.store(v, false)) }

// store does so for the statistics, or else for the parameters.
func (w *Weights) store(v values, statistics bool) error {
	for _, t := range w.parts {
		if t.statistic != statistics {
			continue
		}
		shape, numbers, err := v(t.Name)
		if err != nil {
			return err
		}
		if !slices.Equal(shape, t.Shape) {
			return &ShapeError{t.Name, shape, t.Shape}
		}
		t.Store(w.flat(t), numbers)
	}
	return nil
}

// Tensors calls f for every tensor in the network's order with its values in PyTorch's order: parameters, then
// statistics, of each operator.
func (w *Weights) Tensors(f func(name string, shape []int, values []float32)) {
	each(w, w.params, w.stats, f)
}

func each(w *Weights, params, stats []float32, f func(name string, shape []int, values []float32)) {
	for _, t := range w.parts {
		if !t.statistic {
			f(t.Name, t.Shape, t.Load(params))
		} else if stats != nil {
			f(t.Name, t.Shape, t.Load(stats))
		}
	}
}
