package probe

import (
	"fmt"

	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// builder makes a network's nodes and edges, in the order of the state dict.
type builder struct {
	net      *Network
	norms    measure.Norms
	tensors  map[string][]float32 // the weights', in PyTorch's order
	geometry map[shape]*kernel.Conv
	averages map[average]*kernel.Pool[float64]
	err      error // the first
}

// shape is all that the geometry of a convolution depends on.
type shape struct{ in, out, side, k, stride int }

// average is all that the geometry of a pool depends on: its input and what is averaged there.
type average struct {
	grid
	over area
}

// area is what a pool averages.
type area int

const (
	itself area = iota // a skip connection
	around             // 3x3 pixels
	halves             // 2x2 pixels, with stride 2
	all
)

// pool returns the geometry.
func (a average) pool() *kernel.Pool[float64] {
	of := [...]func(channels, h, w int) *kernel.Pool[float64]{
		itself: kernel.Identity[float64], around: kernel.AveragePool3[float64], halves: kernel.AveragePool2[float64],
		all: kernel.GlobalAverage[float64],
	}
	return of[a.over](a.channels, a.h, a.w)
}

// build builds the benchmark's network: stem, three stages of cells with reduction blocks between them, and batch
// norm, rectifier, average and classifier.
func (b *builder) build(s trainer.Spec) error {
	n := b.net
	n.input = b.node(s.Inputs, s.Image)
	n.input.images = true
	at := b.node(s.Channels, s.Image)
	norm := "stem.1"
	if b.norms != measure.AllNorms {
		norm = ""
	}
	b.conv(n.input, at, "stem.0", norm, 3, 1, false)
	b.see(measure.Features, "stem", at, false)
	count := 0
	name := func() string {
		count++
		return fmt.Sprintf("cells.%d", count-1)
	}
	for stage := range 3 {
		if stage > 0 {
			at = b.reduction(at, name())
		}
		for range s.Depth {
			at = b.cell(at, s.Cell, name())
		}
	}
	b.head(at, s.Classes)
	n.logits.plain = true
	b.enliven(n.logits)
	return b.err
}

// node adds a node.
func (b *builder) node(channels, side int) *node {
	n := &node{grid: grid{channels: channels, h: side, w: side}}
	b.net.nodes = append(b.net.nodes, n)
	return n
}

// see adds a place.
func (b *builder) see(kind measure.Place, name string, n *node, rectified bool) {
	b.net.places[kind] = append(b.net.places[kind], place{name: name, node: n, rectified: rectified})
	if kind == measure.Features && !rectified {
		n.shown = true
	}
}

// conv adds a convolution from a node to another, and the norm behind it if it has a name.
func (b *builder) conv(from, to *node, name, norm string, k, stride int, rectified bool) *conv {
	e := &conv{from: from, to: to, rectified: rectified, norm: newNorm(to.grid)}
	key := shape{from.channels, to.channels, from.h, k, stride}
	e.geometry = b.geometry[key]
	if e.geometry == nil {
		var err error
		if e.geometry, err = kernel.NewConv(from.channels, to.channels, from.h, from.w, k, stride); err != nil {
			b.err = fmt.Errorf("%s: %w", name, err)
			return e
		}
		b.geometry[key] = e.geometry
	}
	e.weight = b.parameter(name+".weight", measure.Weight, to.channels, from.channels, k, k)
	b.learn(e.norm, norm)
	from.rectified, from.plain = from.rectified || rectified, from.plain || !rectified
	from.halved = from.halved || stride == 2
	b.join(e)
	b.net.places[measure.Convolved] = append(b.net.places[measure.Convolved], place{name: name, conv: e})
	return e
}

// join hangs an edge between its nodes.
func (b *builder) join(e edge) {
	e.source().fresh = append(e.source().fresh, e)
	e.target().into = append(e.target().into, e)
}

// learn gives a norm its parameters, if the network has it.
func (b *builder) learn(n *norm, name string) {
	if name == "" {
		return
	}
	n.gamma = b.parameter(name+".weight", measure.NormWeight, n.channels)
	n.beta = b.parameter(name+".bias", measure.NormBias, n.channels)
	for _, s := range []struct {
		name string
		to   *[]float64
	}{{".running_mean", &n.runningMean}, {".running_var", &n.runningVar}} {
		*s.to = wide(b.tensors[name+s.name])
	}
	b.net.norms = append(b.net.norms, n)
}

func (b *builder) parameter(name string, kind measure.Kind, shape ...int) *parameter {
	t := newParameter(name, kind, b.tensors[name], shape...)
	b.net.parameters = append(b.net.parameters, t)
	return t
}

// pool adds an average of a node to another.
func (b *builder) pool(from, to *node, over area, rectified bool) {
	from.rectified, from.plain = from.rectified || rectified, from.plain || !rectified
	key := average{from.grid, over}
	g := b.averages[key]
	if g == nil {
		g = key.pool()
		b.averages[key] = g
	}
	b.join(&pool{from: from, to: to, geometry: g, rectified: rectified})
	from.halved = from.halved || g.OutH == g.H/2
}

// cell adds a cell, with the edges too that do not reach its output.
func (b *builder) cell(from *node, c nasbench201.Cell, name string) *node {
	nodes := [nasbench201.Nodes]*node{from}
	for i := range nodes[1:] {
		nodes[i+1] = b.node(from.channels, from.h)
	}
	for i, op := range c {
		source, target := nasbench201.Ends(i)
		from, to := nodes[source], nodes[target]
		layer := fmt.Sprintf("%s.layers.%d.op", name, i)
		switch op {
		case nasbench201.None:
		case nasbench201.Skip:
			b.pool(from, to, itself, false)
		case nasbench201.Pool:
			b.pool(from, to, around, false)
		case nasbench201.Conv1x1:
			b.rectified(from, to, layer, 1, 1, b.norms == measure.AllNorms)
		case nasbench201.Conv3x3:
			b.rectified(from, to, layer, 3, 1, b.norms == measure.AllNorms)
		default:
			b.err = fmt.Errorf("%s: unknown operation %s", name, op)
		}
	}
	return nodes[len(nodes)-1]
}

// rectified adds a rectifier, a convolution and, if it is to have one, batch norm.
func (b *builder) rectified(from, to *node, name string, k, stride int, norm bool) {
	b.see(measure.Rectified, name+".0", from, false)
	normName := ""
	if norm {
		normName = name + ".2"
	}
	b.conv(from, to, name+".1", normName, k, stride, true)
}

// reduction adds a reduction block.
func (b *builder) reduction(from *node, name string) *node {
	channels, side := 2*from.channels, from.h/2
	middle, pooled, to := b.node(channels, side), b.node(from.channels, side), b.node(channels, side)
	norm := b.norms != measure.NoNorms
	b.rectified(from, middle, name+".conv_a.op", 3, 2, norm)
	b.rectified(middle, to, name+".conv_b.op", 3, 1, norm)
	b.pool(from, pooled, halves, false)
	b.conv(pooled, to, name+".downsample.1", "", 1, 1, false)
	b.see(measure.Features, name, to, false)
	return to
}

// head adds the network's end.
func (b *builder) head(from *node, classes int) {
	last := from
	if b.norms == measure.AllNorms {
		last = b.node(from.channels, from.h)
		e := &normed{from: from, to: last, norm: newNorm(from.grid)}
		b.learn(e.norm, "lastact.0")
		from.plain = true
		b.join(e)
	}
	b.see(measure.Rectified, "lastact.1", last, false)
	pooled, logits := b.node(from.channels, 1), b.node(classes, 1)
	b.see(measure.Features, "lastact", last, true)
	b.pool(last, pooled, all, true)
	b.see(measure.Features, "pool", pooled, false)
	e := b.conv(pooled, logits, "classifier", "", 1, 1, false)
	if b.err != nil {
		return
	}
	e.weight.Shape = []int{classes, from.channels}
	e.bias = b.parameter("classifier.bias", measure.Bias, classes)
	b.net.logits = logits
}

// enliven marks a node that the logits depend on, and all that it depends on.
func (b *builder) enliven(n *node) {
	if n.live {
		return
	}
	n.live = true
	for _, e := range n.into {
		e.source().out = append(e.source().out, e)
		b.enliven(e.source())
	}
}
