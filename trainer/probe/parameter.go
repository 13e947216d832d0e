package probe

import (
	"slices"

	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// parameter is a tensor of the network. Weights of convolutions and of the classifier are kept in the kernel's order,
// (rows, columns, in, out).
type parameter struct {
	measure.Parameter
	values   []float64
	gradient []float64 // or its derivative along the direction, of the last backward pass
	moved    []float64 // direction
	still    bool      // there is no direction
	radial   bool      // it is the values themselves
}

func newParameter(name string, kind measure.Kind, values []float32, shape ...int) *parameter {
	t := &parameter{Parameter: measure.Parameter{Name: name, Kind: kind, Shape: shape}, still: true}
	t.values, t.gradient = kernel.Alloc[float64](t.len()), kernel.Alloc[float64](t.len())
	t.store(t.values, wide(values))
	return t
}

func (t *parameter) len() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// direction returns where a value goes.
func (t *parameter) direction(i int) float64 {
	if t.still {
		return 0
	}
	return t.moved[i]
}

// store writes values in PyTorch's order to dst in the kernel's, load returns them.
func (t *parameter) store(dst, values []float64) { t.walk(func(at, i int) { dst[at] = values[i] }) }

func (t *parameter) load(src []float64) []float64 {
	values := make([]float64, t.len())
	t.walk(func(at, i int) { values[i] = src[at] })
	return values
}

// walk calls f for every value with its places in the kernel's and in PyTorch's order.
func (t *parameter) walk(f func(at, i int)) {
	if len(t.Shape) == 1 {
		for i := range t.len() {
			f(i, i)
		}
		return
	}
	out, in := t.Shape[0], t.Shape[1]
	taps, i := t.len()/(out*in), 0
	for o := range out {
		for c := range in {
			for tap := range taps {
				f((tap*in+c)*out+o, i)
				i++
			}
		}
	}
}

// Parameters implements [measure.Network].
func (n *Network) Parameters() []measure.Parameter {
	list := make([]measure.Parameter, len(n.parameters))
	for i, t := range n.parameters {
		list[i] = t.Parameter
		list[i].Shape = slices.Clone(t.Shape)
	}
	return list
}

// Values implements [measure.Network].
func (n *Network) Values() [][]float64 {
	list := make([][]float64, len(n.parameters))
	for i, t := range n.parameters {
		list[i] = t.load(t.values)
	}
	return list
}

// SetValues implements [measure.Network]. There must be as many as [Network.Values] returns.
func (n *Network) SetValues(values [][]float64) {
	for i, t := range n.parameters {
		t.store(t.values, values[i])
	}
	n.pass.done = nothing
}

// Variances implements [measure.Network].
func (n *Network) Variances() [][]float64 {
	list := make([][]float64, len(n.norms))
	for i, m := range n.norms {
		list[i] = slices.Clone(m.runningVar)
	}
	return list
}
