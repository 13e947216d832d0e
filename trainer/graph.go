package trainer

import (
	"fmt"
	"sync"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/ops"
)

// building guards Gorgonia's construction of graphs, which may not run in two goroutines at once.
var building sync.Mutex

// graph is a network as a Gorgonia graph with its machine.
type graph struct {
	spec         Spec
	kernel       *kernel.Kernel
	images       int // capacity
	scale, shift []float32

	x, lanes []float32 // inputs, blocks of images and their mask
	dx       []float32 // gradient by x, if asked for
	machine  *machine
	logits   int // places of the machine's values
	loss     int
}

// newGraph builds the graph of a network on the given weights, which it shares. In training, gradients by the
// parameters go to grads. The criterion may be nil in Predict mode.
func newGraph(w *Weights, ctx *ops.Context, criterion ops.Criterion, grads []float32) (*graph, error) {
	building.Lock()
	defer building.Unlock()
	list, err := w.operators(ctx)
	if err != nil {
		return nil, err
	}
	g := G.NewGraph()
	r := &graph{spec: w.Spec, kernel: ctx.Kernel, images: ctx.Images}
	r.scale, r.shift = w.affine()
	blocks := kernel.Blocks(ctx.Images)
	r.x, r.lanes = kernel.Alloc[float32](blocks*w.size()*kernel.Lanes), kernel.Alloc[float32](blocks*kernel.Lanes)
	x := input(g, "images", r.x, blocks, w.Image, w.Image, w.Inputs, kernel.Lanes)
	lanes := input(g, "lanes", r.lanes, len(r.lanes))
	var params G.Nodes
	node := x
	for i, o := range list {
		p := w.places[i]
		theta := input(g, fmt.Sprintf("parameters %d", i), w.params[p.param:p.param+p.nParams], p.nParams)
		state := input(g, fmt.Sprintf("statistics %d", i), w.stats[p.stat:p.stat+p.nStats], p.nStats)
		if ctx.Mode == ops.Train {
			o.GradientsInto(grads[p.param : p.param+p.nParams])
		}
		if node, err = G.ApplyOp(o, node, theta, state, lanes); err != nil {
			return nil, fmt.Errorf("building the network's graph: %w", err)
		}
		params = append(params, theta)
	}
	logits, loss := node, (*G.Node)(nil)
	if ctx.Mode != ops.Predict {
		if loss, err = G.ApplyOp(ops.NewLoss(ctx, w.Classes, criterion), logits, lanes); err != nil {
			return nil, fmt.Errorf("building the network's graph: %w", err)
		}
		by := G.Nodes{x}
		if ctx.Mode == ops.Train && ctx.ByInput {
			by = append(params, x)
		} else if ctx.Mode == ops.Train {
			by = params
		}
		if _, err := G.Grad(loss, by...); err != nil {
			return nil, fmt.Errorf("differentiating the network's graph: %w", err)
		}
		r.dx = list[0].Gradient()
	}
	m, place, err := newMachine(g)
	if err != nil {
		return nil, err
	}
	r.machine, r.logits, r.loss = m, place[logits], place[loss]
	return r, nil
}

func input(g *G.ExprGraph, name string, values []float32, shape ...int) *G.Node {
	t := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))
	return G.NewTensor(g, tensor.Float32, len(shape), G.WithShape(shape...), G.WithName(name), G.WithValue(t))
}

// run executes the graph on images (n, channels, rows, columns) in [0,1].
func (r *graph) run(images []float32) error {
	size := r.spec.size()
	n := len(images) / size
	if n < 1 || n > r.images || len(images)%size != 0 {
		return fmt.Errorf("batch of %d values: want 1 to %d images of %d", len(images), r.images, size)
	}
	used := kernel.Blocks(n) * size * kernel.Lanes
	r.kernel.Interleave(r.x[:used], images, r.spec.Inputs, r.spec.Image*r.spec.Image, r.scale, r.shift)
	clear(r.x[used:])
	clear(r.lanes)
	for i := range n {
		r.lanes[i] = 1
	}
	if err := r.machine.run(); err != nil {
		return fmt.Errorf("running the network: %w", err)
	}
	return nil
}

// gradient writes the gradient by the pixels of the last run's images.
func (r *graph) gradient(dst []float32) {
	r.kernel.Deinterleave(dst, r.dx, r.spec.Inputs, r.spec.Image*r.spec.Image, r.scale)
}

// outputs writes the logits of the last run (images, classes).
func (r *graph) outputs(dst []float32) {
	r.kernel.Deinterleave(dst, r.machine.values[r.logits].Data().([]float32), r.spec.Classes, 1, nil)
}

// value returns the loss of the last run.
func (r *graph) value() float64 { return float64(*r.machine.values[r.loss].(*G.F32)) }
