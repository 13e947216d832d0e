// Package probe lays the networks of NAS-Bench-201 open: all activations, the gradients of any function of the logits
// by parameters and images, and exact derivatives of both along any direction, in float64. It implements
// [measure.Network].
//
// A network is a list of activations, nodes, each the sum over the edges into it: convolutions with batch norm,
// pools, batch norm alone. Every edge of every cell is computed, as PyTorch does it; gradients are zero where an edge
// does not reach the logits. Derivatives along a direction follow Pearlmutter, "Fast exact multiplication by the
// Hessian", Neural Computation 1994: every step of the pass and of its gradient is differentiated itself. All that is
// not linear is batch norm and the rectifier, which is taken as linear where it is: as PyTorch does.
//
// Numbers are kept in blocks of images, see [kernel]; a block of float64 has half as many images as one of float32.
package probe

import (
	"context"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// lanes is the number of images in a block.
const lanes = kernel.Lanes / 2

// Network implements [measure.Network]. It keeps all activations of the last batch, in its engine's memory.
type Network struct {
	spec       trainer.Spec
	input      *node
	logits     *node
	nodes      []*node // in the order of computation, the input first
	parameters []*parameter
	norms      []*norm // that have parameters
	places     [measure.Features + 1][]place

	pass pass
}

var _ measure.Network = (*Network)(nil)

// Close gives the network's memory back to its engine. A later pass takes some again; until then there is nothing to
// differentiate or to see.
func (n *Network) Close() error {
	p := &n.pass
	for _, node := range n.nodes {
		node.release(p)
		p.memory.give(&node.value, &node.rect, &node.moved, &node.movedRect)
	}
	for _, at := range n.places[measure.Convolved] {
		p.memory.give(&at.conv.z, &at.conv.beside)
	}
	p.memory.give(&p.part)
	p.done, p.kept = nothing, false
	return nil
}

// Classes implements [measure.Network].
func (n *Network) Classes() int { return n.spec.Classes }

// Forward implements [measure.Network].
func (n *Network) Forward(ctx context.Context, x []float64, m measure.Mode) ([]float64, error) {
	size := n.spec.Inputs * n.spec.Image * n.spec.Image
	if len(x) == 0 || len(x)%size != 0 {
		return nil, fmt.Errorf("batch of %d values: want images of %d", len(x), size)
	}
	p := &n.pass
	n.begin(len(x)/size, m)
	p.kernel.Interleave(n.input.value, x, n.spec.Inputs, n.spec.Image*n.spec.Image, nil, nil)
	for _, node := range n.nodes {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		node.forward(p)
	}
	p.done = forwarded
	return n.answers(n.logits.value), nil
}

// begin prepares for a batch.
func (n *Network) begin(images int, m measure.Mode) {
	p := &n.pass
	p.engine.use(n)
	p.begin(images, m)
	strip := 0
	for _, node := range n.nodes {
		node.fit(p)
		strip = max(strip, (node.step()+1)*node.row())
	}
	p.memory.fit(&p.part, strip)
}

// answers returns an activation of the logits' shape as (images, classes).
func (n *Network) answers(v []float64) []float64 {
	out := make([]float64, n.pass.images*n.spec.Classes)
	n.pass.kernel.Deinterleave(out, v, n.spec.Classes, 1, nil)
	return out
}

// Backward implements [measure.Network].
func (n *Network) Backward(ctx context.Context, dlogits []float64, w measure.Wants) (measure.Gradients, error) {
	if err := n.ready(forwarded, dlogits, "gradients by the logits"); err != nil {
		return measure.Gradients{}, err
	}
	n.pass.wants, n.pass.along = w, false
	return n.back(ctx, dlogits, nil)
}

// BackwardAlong implements [measure.Network].
func (n *Network) BackwardAlong(
	ctx context.Context, dlogits, moved []float64, w measure.Wants,
) (measure.Gradients, error) {
	err := n.ready(movedAlong, dlogits, "gradients by the logits")
	if err == nil {
		err = n.ready(movedAlong, moved, "derivatives of the gradients by the logits")
	}
	if err != nil {
		return measure.Gradients{}, err
	}
	w.Activations = false
	n.pass.wants, n.pass.along = w, true
	return n.back(ctx, dlogits, moved)
}

// ready returns an error unless the last pass came so far, and values are by image and class.
func (n *Network) ready(want progress, values []float64, what string) error {
	if n.pass.done < want {
		return fmt.Errorf("%s without %s before", what, want)
	}
	if k := n.pass.images * n.spec.Classes; len(values) != k {
		return fmt.Errorf("%d %s: want %d, one an image and class", len(values), what, k)
	}
	return nil
}

// back goes through the network from its end to its beginning.
func (n *Network) back(ctx context.Context, dlogits, moved []float64) (measure.Gradients, error) {
	p := &n.pass
	defer n.release()
	n.logits.open(p)
	p.kernel.Interleave(n.logits.d, dlogits, n.spec.Classes, 1, nil, nil)
	if p.along {
		p.kernel.Interleave(n.logits.dMoved, moved, n.spec.Classes, 1, nil, nil)
	}
	n.logits.strips(p.blocks, func(b band) { n.logits.sum(p, b) })
	n.logits.settleBack(p)
	for i := len(n.nodes) - 2; i >= 0; i-- { // the logits are the last
		if err := context.Cause(ctx); err != nil {
			return measure.Gradients{}, err
		}
		n.nodes[i].backward(p)
	}
	if p.wants.Activations {
		n.keep()
	}
	return n.gradients(), nil
}

// keep completes the gradients that convolutions keep, by those that the logits do not depend on, and says that they
// are kept now.
func (n *Network) keep() {
	p := &n.pass
	for _, at := range n.places[measure.Convolved] {
		if !at.conv.to.live {
			at.conv.keep(p)
			clear(at.conv.beside)
		}
	}
	p.kept, p.done = true, forwarded
}

// release gives all gradients' buffers back.
func (n *Network) release() {
	for _, node := range n.nodes {
		node.release(&n.pass)
	}
}

// gradients collects what is asked for.
func (n *Network) gradients() (g measure.Gradients) {
	if n.pass.wants.Parameters {
		g.Parameters = make([][]float64, len(n.parameters))
		for i, t := range n.parameters {
			g.Parameters[i] = t.load(t.gradient)
		}
	}
	if n.pass.wants.Images {
		pixels := n.spec.Image * n.spec.Image
		g.Images = make([]float64, n.pass.images*n.spec.Inputs*pixels)
		d := n.input.d
		if n.pass.along {
			d = n.input.dMoved
		}
		if d != nil { // else no image matters
			n.pass.kernel.Deinterleave(g.Images, d, n.spec.Inputs, pixels, nil)
		}
	}
	return g
}

// Along implements [measure.Network].
func (n *Network) Along(ctx context.Context, direction measure.Gradients) ([]float64, error) {
	p := &n.pass
	size := p.images * n.spec.Inputs * n.spec.Image * n.spec.Image
	switch {
	case p.done < forwarded:
		return nil, fmt.Errorf("derivative along a direction without %s before", forwarded)
	case direction.Parameters != nil && len(direction.Parameters) != len(n.parameters):
		return nil, fmt.Errorf("direction of %d parameters: want %d", len(direction.Parameters), len(n.parameters))
	case direction.Images != nil && len(direction.Images) != size:
		return nil, fmt.Errorf("direction of %d values of images: want %d", len(direction.Images), size)
	}
	p.done, p.kept = forwarded, false
	if err := n.turn(direction.Parameters); err != nil {
		return nil, err
	}
	n.input.moves = direction.Images != nil
	if n.input.moves {
		p.memory.fit(&n.input.moved, p.blocks*n.input.size())
		p.kernel.Interleave(n.input.moved, direction.Images, n.spec.Inputs, n.spec.Image*n.spec.Image, nil, nil)
	}
	for _, node := range n.nodes {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		node.along(p)
	}
	p.done = movedAlong
	return n.answers(n.logits.moved), nil
}

// turn takes the direction of the parameters.
func (n *Network) turn(direction [][]float64) error {
	for i, t := range n.parameters {
		t.still = direction == nil || direction[i] == nil
		if t.still {
			continue
		}
		if len(direction[i]) != t.len() {
			return fmt.Errorf("direction of %d values of %s: want %d", len(direction[i]), t.Name, t.len())
		}
		if t.moved == nil {
			t.moved = kernel.Alloc[float64](t.len())
		}
		t.store(t.moved, direction[i])
		t.radial = slices.Equal(t.moved, t.values)
	}
	return nil
}
