package ops

import (
	"fmt"

	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// cell is a cell of NAS-Bench-201: node 3, the output, is the sum over its edges of operations on earlier nodes;
// node 0 is the input.
//
// Work is done only for edges whose target reaches the output. That is not the same as dropping edges that carry
// zeros: a convolution of a node without inputs still yields batch norm's bias.
type cell struct {
	ctx   *Context
	g     grid
	edges []edge // that reach the output, by target and source
	into  [nasbench201.Nodes][]edge

	values    [nasbench201.Nodes][]float32 // of inner nodes; scratch
	rectified [nasbench201.Nodes][]float32 // of nodes that a convolution reads
	gradients [nasbench201.Nodes][]float32 // of inner nodes; scratch
}

// edge is one operation: a convolution, or a linear one that is the same for every channel.
type edge struct {
	from, to int
	conv     *convNorm
	pool     *kernel.Pool[float32]
}

// useful says which nodes reach the output.
func useful(c nasbench201.Cell) [nasbench201.Nodes]bool {
	reach := [nasbench201.Nodes]bool{nasbench201.Nodes - 1: true}
	for e := nasbench201.Edges - 1; e >= 0; e-- {
		if from, to := nasbench201.Ends(e); c[e] != nasbench201.None && reach[to] {
			reach[from] = true
		}
	}
	return reach
}

// NewCell returns the operator. Its layout has the parameters of every convolution of the cell, also of those
// whose edge does not reach the output: their gradient is zero and their statistics stay.
func NewCell(ctx *Context, prefix string, c nasbench201.Cell, channels, side int) (*Operator, error) {
	var l Layout
	n := &cell{ctx: ctx, g: ctx.grid(channels, side, side)}
	reach := useful(c)
	for i, op := range c {
		var e edge
		e.from, e.to = nasbench201.Ends(i)
		switch op {
		case nasbench201.None:
			continue
		case nasbench201.Skip:
			e.pool = kernel.Identity[float32](channels, side, side)
		case nasbench201.Pool:
			e.pool = kernel.AveragePool3[float32](channels, side, side)
		case nasbench201.Conv1x1, nasbench201.Conv3x3:
			k := 3
			if op == nasbench201.Conv1x1 {
				k = 1
			}
			name := fmt.Sprintf("%s.layers.%d.op", prefix, i)
			conv, err := newConvNorm(ctx, &l, name+".1", name+".2", n.g, channels, k, 1)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", prefix, err)
			}
			e.conv = conv
		default:
			return nil, fmt.Errorf("%s: unknown operation %s", prefix, op)
		}
		if reach[e.to] {
			n.edges = append(n.edges, e)
			n.into[e.to] = append(n.into[e.to], e)
		}
	}
	n.allocate(reach)
	return newOperator(ctx, prefix, n, l, n.g, n.g, true), nil
}

func (n *cell) allocate(reach [nasbench201.Nodes]bool) {
	for node := 1; node < nasbench201.Nodes-1; node++ {
		if reach[node] {
			n.values[node] = n.ctx.scratch(fmt.Sprint("node ", node), n.g.total())
			n.gradients[node] = n.ctx.scratch(fmt.Sprint("gradient of node ", node), n.g.total())
		}
		if n.rectifiedAlone(node) {
			n.values[node] = nil
		}
	}
	for _, e := range n.edges {
		if e.conv != nil && n.rectified[e.from] == nil {
			n.rectified[e.from] = kernel.Alloc[float32](n.g.total())
		}
	}
}

// rectifiedAlone says whether nothing but the rectified values of a node are ever read: one convolution makes it, and
// only convolutions read it.
func (n *cell) rectifiedAlone(node int) bool {
	for _, e := range n.edges {
		if e.from == node && e.conv == nil {
			return false
		}
	}
	return len(n.into[node]) == 1 && n.into[node][0].conv != nil
}

func (n *cell) forward(t tensors, y, x []float32) {
	values := n.values
	values[0], values[nasbench201.Nodes-1] = x, y
	for node := range values {
		if values[node] == nil && n.rectified[node] == nil {
			continue
		}
		for _, e := range n.into[node] {
			if e.conv != nil {
				e.conv.prepare(t, n.rectified[e.from])
			}
		}
		n.ctx.each(n.g.units(), func(worker, u int) { n.sum(worker, node, u, &values) })
	}
}

// sum writes a unit of a node: the sum over its edges, and its rectified copy.
func (n *cell) sum(worker, node, u int, values *[nasbench201.Nodes][]float32) {
	block, from, to := n.g.unit(u)
	n.g.strips(from, to, func(from, to int) {
		rectified := false
		if node > 0 {
			rectified = n.sumRows(worker, node, values, block, from, to)
		}
		if r := n.rectified[node]; r != nil && !rectified {
			n.ctx.Kernel.ReLU(n.g.rows(r, block, from, to), n.g.rows(values[node], block, from, to))
		}
	})
}

// sumRows writes rows of a node, and says whether it rectified them: what a last edge that convolves does in passing.
func (n *cell) sumRows(
	worker, node int, values *[nasbench201.Nodes][]float32, block, from, to int,
) (rectified bool) {
	out, into := values[node], n.into[node]
	for i := range into {
		e, add := &into[i], i > 0
		if e.conv == nil {
			n.ctx.Kernel.Pool(e.pool, n.g.block(out, block), n.g.block(values[e.from], block), from, to, add)
			continue
		}
		var rect []float32
		if i == len(into)-1 {
			rect = n.rectified[node]
		}
		e.conv.write(worker, out, rect, n.rectified[e.from], block, from, to, add)
		rectified = rect != nil
	}
	if len(into) == 0 {
		clear(n.g.rows(out, block, from, to))
	}
	return rectified
}

func (n *cell) backward(t tensors, dparams, dx, dy, _, _ []float32) {
	clear(dparams) // of edges that do not reach the output
	gradients := n.gradients
	gradients[0], gradients[nasbench201.Nodes-1] = dx, dy
	var begun [nasbench201.Nodes]bool
	for i := len(n.edges) - 1; i >= 0; i-- {
		e := n.edges[i]
		d, add := gradients[e.from], begun[e.from]
		if e.conv != nil {
			e.conv.backward(t, dparams, d, n.rectified[e.from], gradients[e.to], n.rectified[e.from], add)
		} else {
			n.ctx.each(n.g.units(), func(_, u int) {
				block, from, to := n.g.unit(u)
				n.ctx.Kernel.PoolBack(e.pool, n.g.block(d, block), n.g.block(gradients[e.to], block), from, to, add)
			})
		}
		begun[e.from] = true
	}
	if !begun[0] {
		clear(dx)
	}
}
