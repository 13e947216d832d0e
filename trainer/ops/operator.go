package ops

import (
	"cmp"
	"fmt"
	"hash"
	"hash/fnv"
	"runtime/debug"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/nassearch/nassearch/trainer/kernel"
)

// layer is what an operator computes. dparams is nil except in training; dx is nil if nobody wants it.
type layer interface {
	forward(t tensors, y, x []float32)
	backward(t tensors, dparams, dx, dy, x, y []float32)
}

// Operator is a part of a network as a Gorgonia operator of four inputs: the activation, the flat parameters, the
// flat statistics and the lane mask. It is differentiable by the first and, in training, by the second.
type Operator struct {
	op
	layer   layer
	layout  Layout
	y       *tensor.Dense
	dx      *tensor.Dense // nil if nobody wants it
	dparams *tensor.Dense // nil except in training
}

var _ G.SDOp = (*Operator)(nil)

func newOperator(ctx *Context, name string, l layer, layout Layout, in, out grid, byInput bool) *Operator {
	o := &Operator{layer: l, layout: layout, y: dense(shapeOf(out))}
	o.op = op{name: name, inputs: []int{5, 1, 1, 1}, out: shapeOf(out), do: o.forward}
	if ctx.Mode != Predict && byInput {
		o.dx = dense(shapeOf(in))
	}
	if ctx.Mode == Train {
		params, _ := layout.Sizes()
		o.dparams = dense(tensor.Shape{params})
	}
	return o
}

// Layout returns the names and places of the parameters and statistics.
func (o *Operator) Layout() *Layout { return &o.layout }

// Gradient returns the gradient by the activation that the last run computed, or nil.
func (o *Operator) Gradient() []float32 { return floats(o.dx) }

// GradientsInto makes the operator write the gradient by its parameters to a slice of the caller's.
func (o *Operator) GradientsInto(d []float32) {
	o.dparams = tensor.New(tensor.WithShape(len(d)), tensor.WithBacking(d))
}

func (o *Operator) forward(in []G.Value) G.Value {
	o.layer.forward(tensors{floats(in[1]), floats(in[2]), floats(in[3])}, floats(o.y), floats(in[0]))
	return o.y
}

// backward computes both gradients and returns that by the input, or else by the parameters. Its inputs are the
// operator's, its output and the gradient by its output.
func (o *Operator) backward(in []G.Value) G.Value {
	t := tensors{floats(in[1]), floats(in[2]), floats(in[3])}
	o.layer.backward(t, floats(o.dparams), floats(o.dx), floats(in[5]), floats(in[0]), floats(in[4]))
	return cmp.Or(o.dx, o.dparams)
}

// DiffWRT says by which inputs the operator is differentiable.
func (o *Operator) DiffWRT(int) []bool { return []bool{o.dx != nil, o.dparams != nil, false, false} }

// SymDiff adds the backward operator to the graph.
func (o *Operator) SymDiff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	b := &op{name: o.name + " backward", inputs: []int{5, 1, 1, 1, 5, 5}, do: o.backward}
	b.out = cmp.Or(o.dx, o.dparams).Shape()
	back, err := G.ApplyOp(b, append(append(G.Nodes{}, in...), out, grad)...)
	if err != nil {
		return nil, err
	}
	switch {
	case o.dx == nil:
		return G.Nodes{nil, back, nil, nil}, nil
	case o.dparams == nil:
		return G.Nodes{back, nil, nil, nil}, nil
	}
	// It hands over what the backward operator computed besides.
	p := &op{name: o.name + " parameter gradient", inputs: []int{5}, out: o.dparams.Shape()}
	p.do = func([]G.Value) G.Value { return o.dparams }
	params, err := G.ApplyOp(p, back)
	return G.Nodes{back, params, nil, nil}, err
}

// op is a Gorgonia operator but for its derivative.
type op struct {
	name   string // unique in the graph
	inputs []int  // dimensions
	out    tensor.Shape
	do     func(in []G.Value) G.Value
}

// Do computes the output. A panic is returned as a [*PanicError].
func (o *op) Do(in ...G.Value) (_ G.Value, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{o.name, p, string(debug.Stack())}
		}
	}()
	return o.do(in), nil
}

func (o *op) Arity() int { return len(o.inputs) }

// Type returns the operator's type, a function of tensors with the inputs' dimensions.
func (o *op) Type() hm.Type {
	a := hm.TypeVariable('a')
	of := func(dims int) hm.Type {
		if dims == 0 {
			return a
		}
		return G.TensorType{Dims: dims, Of: a}
	}
	var t []hm.Type
	for _, dims := range o.inputs {
		t = append(t, of(dims))
	}
	return hm.NewFnType(append(t, of(len(o.out)))...)
}

func (o *op) InferShape(...G.DimSizer) (tensor.Shape, error) { return o.out.Clone(), nil }
func (o *op) ReturnsPtr() bool                               { return true }
func (o *op) CallsExtern() bool                              { return false }
func (o *op) OverwritesInput() int                           { return -1 }
func (o *op) WriteHash(h hash.Hash)                          { fmt.Fprint(h, o.name) }
func (o *op) String() string                                 { return o.name }

func (o *op) Hashcode() uint32 {
	h := fnv.New32a()
	o.WriteHash(h)
	return h.Sum32()
}

func shapeOf(g grid) tensor.Shape { return tensor.Shape{g.blocks, g.h, g.w, g.channels, kernel.Lanes} }

// dense returns a tensor of zeros with the alignment and slack that kernels need.
func dense(s tensor.Shape) *tensor.Dense {
	return tensor.New(tensor.WithShape(s.Clone()...), tensor.WithBacking(kernel.Alloc[float32](s.TotalSize())))
}

// PanicError is a panic inside an operator. Gorgonia's machines run operators in a goroutine of their own, where nobody
// else could recover.
type PanicError struct {
	Op    string
	Value any
	Stack string
}

func (e *PanicError) Error() string { return fmt.Sprintf("%s: panic: %v", e.Op, e.Value) }

// floats returns a tensor's numbers, nil of none.
func floats(v G.Value) []float32 {
	if t := v.(*tensor.Dense); t != nil {
		return t.Float32s()
	}
	return nil
}
