package onnx

import (
	"fmt"

	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
)

// Constants of the graph that are no weights.
const (
	meanName = "normalize.mean"
	stdName  = "normalize.std"
	zeroName = "zero"
)

// builder makes the operators of a network in the order in which they run. What it calls x is the name of a value.
type builder struct {
	nodes []node
	zero  bool // a node of a cell has no inputs, and is a multiple of zero
}

// build returns the operators of a network, and whether they use zeroName. Their weights have the benchmark's names.
func build(s trainer.Spec) (nodes []node, zero bool) {
	var b builder
	x := inputName
	if len(s.Mean) > 0 {
		x = b.add("Sub", "normalize.0", nil, x, meanName)
		x = b.add("Div", "normalize.1", nil, x, stdName)
	}
	x = b.norm("stem.1", b.conv("stem.0", x, 3, 1))
	count := 0
	next := func() string {
		count++
		return fmt.Sprintf("cells.%d", count-1)
	}
	for stage := range 3 {
		if stage > 0 {
			x = b.reduction(next(), x)
		}
		for range s.Depth {
			x = b.cell(next(), s.Cell, x)
		}
	}
	x = b.add("Relu", "lastact.1", nil, b.norm("lastact.0", x))
	x = b.add("GlobalAveragePool", "global_pooling", nil, x)
	x = b.add("Flatten", "flatten", []attribute{number("axis", 1)}, x)
	b.add("Gemm", "classifier", []attribute{number("transB", 1)}, x, "classifier.weight", "classifier.bias")
	b.nodes[len(b.nodes)-1].output = outputName
	return b.nodes, b.zero
}

// add adds an operator, and returns its output.
func (b *builder) add(op, name string, attributes []attribute, inputs ...string) string {
	b.nodes = append(b.nodes, node{op, name, inputs, name, attributes})
	return name
}

// conv adds a convolution of k x k pixels, without bias, whose output is as large as its input, or a stride smaller.
func (b *builder) conv(name, x string, k, stride int64) string {
	pad := k / 2
	return b.add("Conv", name, []attribute{
		ints("dilations", 1, 1), number("group", 1), ints("kernel_shape", k, k), ints("pads", pad, pad, pad, pad),
		ints("strides", stride, stride),
	}, x, name+".weight")
}

// norm adds batch norm with running statistics.
func (b *builder) norm(name, x string) string {
	return b.add("BatchNormalization", name, []attribute{float("epsilon", 1e-5), number("training_mode", 0)},
		x, name+".weight", name+".bias", name+".running_mean", name+".running_var")
}

// average adds an average pool of k x k pixels that does not count its padding.
func (b *builder) average(name, x string, k, pad, stride int64) string {
	return b.add("AveragePool", name, []attribute{
		number("count_include_pad", 0), ints("kernel_shape", k, k), ints("pads", pad, pad, pad, pad),
		ints("strides", stride, stride),
	}, x)
}

// rectified adds ReLU, convolution and batch norm.
func (b *builder) rectified(name, x string, k, stride int64) string {
	return b.norm(name+".2", b.conv(name+".1", b.add("Relu", name+".0", nil, x), k, stride))
}

// reduction adds a residual reduction block.
func (b *builder) reduction(name, x string) string {
	inner := b.rectified(name+".conv_b.op", b.rectified(name+".conv_a.op", x, 3, 2), 3, 1)
	shortcut := b.conv(name+".downsample.1", b.average(name+".downsample.0", x, 2, 0, 2), 1, 1)
	return b.add("Add", name+".sum", nil, shortcut, inner)
}

// cell adds a cell. Edges from which its output cannot be reached are there, too, as in the benchmark's network.
func (b *builder) cell(name string, c nasbench201.Cell, x string) string {
	nodes := [nasbench201.Nodes]string{x}
	var into [nasbench201.Nodes][]string
	for i, op := range c {
		from, to := nasbench201.Ends(i)
		if op == nasbench201.None {
			continue
		}
		if nodes[from] == "" {
			nodes[from] = b.sum(fmt.Sprintf("%s.node%d", name, from), into[from], x)
		}
		into[to] = append(into[to], b.edge(fmt.Sprintf("%s.layers.%d.op", name, i), op, nodes[from]))
	}
	const last = nasbench201.Nodes - 1
	return b.sum(fmt.Sprintf("%s.node%d", name, last), into[last], x)
}

// edge adds an edge's operation on a value.
func (b *builder) edge(name string, op nasbench201.Op, x string) string {
	switch op {
	case nasbench201.Conv1x1:
		return b.rectified(name, x, 1, 1)
	case nasbench201.Conv3x3:
		return b.rectified(name, x, 3, 1)
	case nasbench201.Pool:
		return b.average(name, x, 3, 1, 1)
	}
	return x // a skip connection
}

// sum adds up what goes into a node of a cell with input x.
func (b *builder) sum(name string, into []string, x string) string {
	switch len(into) {
	case 0:
		b.zero = true
		return b.add("Mul", name, nil, x, zeroName)
	case 1:
		return into[0]
	}
	return b.add("Sum", name, nil, into...)
}
