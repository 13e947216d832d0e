package ops

import "github.com/nassearch/nassearch/trainer/kernel"

// Tensor is a named part of an operator's parameters or statistics.
type Tensor struct {
	Name   string // the benchmark's, for example cells.0.layers.1.op.1.weight
	Shape  []int  // PyTorch's: of a convolution (out, in, rows, columns)
	Offset int    // in the operator's flat slice
	FanIn  int    // weights that make one output; 0 where no initial value is drawn
	Fill   float32
}

// Len returns the number of values.
func (t Tensor) Len() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// Kernel reports whether the tensor is a convolution's or the classifier's weight, which are stored in the kernel's
// order (rows, columns, in, out).
func (t Tensor) Kernel() bool { return len(t.Shape) > 1 }

// Store copies values in the tensor's own order into a flat slice in the kernel's.
func (t Tensor) Store(flat, values []float32) { t.walk(func(at, i int) { flat[at] = values[i] }) }

// Load returns the tensor's values from a flat slice.
func (t Tensor) Load(flat []float32) []float32 {
	values := make([]float32, t.Len())
	t.walk(func(at, i int) { values[i] = flat[at] })
	return values
}

// walk calls f for every value with its place in the flat slice and in the tensor's own order.
func (t Tensor) walk(f func(at, i int)) {
	n := t.Len()
	if !t.Kernel() {
		for i := range n {
			f(t.Offset+i, i)
		}
		return
	}
	out, in := t.Shape[0], t.Shape[1]
	taps := n / (out * in)
	for i := range n {
		o, c, tap := i/(in*taps), i/taps%in, i%taps
		f(t.Offset+(tap*in+c)*out+o, i)
	}
}

// Layout lists what an operator's flat parameters and statistics consist of.
type Layout struct {
	Params, Stats []Tensor
	params, stats int
}

// Sizes returns the lengths of the flat slices, rounded up to cache lines; never 0, which Gorgonia cannot handle.
func (l *Layout) Sizes() (params, stats int) {
	const line = 64 / 4
	round := func(n int) int { return max(1, (n+line-1)/line) * line }
	return round(l.params), round(l.stats)
}

func (l *Layout) param(name string, fanIn int, fill float32, shape ...int) int {
	t := Tensor{Name: name, Shape: shape, Offset: l.params, FanIn: fanIn, Fill: fill}
	l.Params = append(l.Params, t)
	l.params += t.Len()
	return t.Offset
}

func (l *Layout) stat(name string, fill float32, n int) int {
	t := Tensor{Name: name, Shape: []int{n}, Offset: l.stats, Fill: fill}
	l.Stats = append(l.Stats, t)
	l.stats += n
	return t.Offset
}

func (l *Layout) conv(name string, c *kernel.Conv) int {
	return l.param(name+".weight", c.In*c.K*c.K, 0, c.Out, c.In, c.K, c.K)
}
