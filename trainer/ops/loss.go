package ops

import (
	"github.com/nassearch/nassearch/trainer/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Criterion is a loss: of logits (images, classes) it returns the value, and writes its gradient by them to grad.
// It may keep the logits no longer than the call.
type Criterion func(logits, grad []float32) float64

// Loss is the last operator of a graph that is to be differentiated. Its inputs are the logits (blocks, 1, 1,
// classes, lanes) and the lane mask; its value is a scalar. The criterion is called once a run, with the images that
// the mask selects.
type Loss struct {
	op
	kernel       *kernel.Kernel
	criterion    Criterion
	classes      int
	logits, grad []float32 // (images, classes)
	dlogits      *tensor.Dense
	value        G.F32
}

var _ G.SDOp = (*Loss)(nil)

// NewLoss returns the operator for a network's context.
func NewLoss(ctx *Context, classes int, c Criterion) *Loss {
	l := &Loss{kernel: ctx.Kernel, criterion: c, classes: classes, dlogits: dense(shapeOf(ctx.grid(classes, 1, 1)))}
	l.op = op{name: "loss", inputs: []int{5, 1}, do: l.forward}
	l.logits, l.grad = make([]float32, ctx.Images*classes), make([]float32, ctx.Images*classes)
	return l
}

// forward computes the loss and its gradient.
func (l *Loss) forward(in []G.Value) G.Value {
	n := count(floats(in[1])) * l.classes
	logits, grad := l.logits[:n], l.grad[:n]
	l.kernel.Deinterleave(logits, floats(in[0]), l.classes, 1, nil)
	l.value = G.F32(l.criterion(logits, grad))
	d := floats(l.dlogits)
	clear(d)
	l.kernel.Interleave(d, grad, l.classes, 1, nil, nil)
	return &l.value
}

// backward hands over the gradient by the logits, times the gradient by the loss. Its inputs are the two scalars.
func (l *Loss) backward(in []G.Value) G.Value {
	if s := float32(*in[1].(*G.F32)); s != 1 {
		d := floats(l.dlogits)
		for i := range d {
			d[i] *= s
		}
	}
	return l.dlogits
}

// DiffWRT says that the loss is differentiable by the logits.
func (l *Loss) DiffWRT(int) []bool { return []bool{true, false} }

// SymDiff adds the operator that hands over the gradient by the logits.
func (l *Loss) SymDiff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	b := &op{name: "loss gradient", inputs: []int{0, 0}, out: l.dlogits.Shape(), do: l.backward}
	d, err := G.ApplyOp(b, out, grad)
	return G.Nodes{d, nil}, err
}
