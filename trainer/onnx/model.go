package onnx

import (
	"encoding/binary"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// What is written (github.com/onnx/onnx, docs/IR.md): operators of this set, in this version of the format, which came
// with it.
const (
	opset     = 17
	irVersion = 8
)

// Numbers that the format gives types of tensors and attributes.
const (
	typeFloat = 1
	attrFloat = 1
	attrInt   = 2
	attrInts  = 7
)

// Names that files of ours have.
const (
	producer   = "nassearch"
	batch      = "batch" // the dimension that is open
	inputName  = "images"
	outputName = "logits"
)

const bytesOfFloat = 4

// model is what a file says of a network.
type model struct {
	producer string
	opset    int64
	metadata map[string]string
	title    string // of the graph
	nodes    []node
	tensors  []tensor
	inputs   []value
	outputs  []value
}

// node is an operator; its output has its name, but for the last.
type node struct {
	op, name   string
	inputs     []string
	output     string
	attributes []attribute
}

// attribute is an option of an operator.
type attribute struct {
	name  string
	kind  int64
	float float32
	ints  []int64 // one of attrInt
}

func ints(name string, values ...int64) attribute {
	return attribute{name: name, kind: attrInts, ints: values}
}
func number(name string, v int64) attribute {
	return attribute{name: name, kind: attrInt, ints: []int64{v}}
}
func float(name string, v float32) attribute { return attribute{name: name, kind: attrFloat, float: v} }

// tensor is a constant of the graph.
type tensor struct {
	name   string
	shape  []int
	values []float32
	unread bool // it is of another type, or in another file
}

// value is an input or output of the graph, of float32. The first dimension is open.
type value struct {
	name  string
	shape []int64 // behind the open dimension
}

// encode returns the file.
func (m model) encode() []byte {
	var b, set message
	b.number(1, irVersion)
	b.text(2, m.producer)
	b.bytes(7, m.graph())
	set.text(1, "")
	set.number(2, m.opset)
	b.bytes(8, set)
	keys := make([]string, 0, len(m.metadata))
	for key := range m.metadata {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		var entry message
		entry.text(1, key)
		entry.text(2, m.metadata[key])
		b.bytes(14, entry)
	}
	return b
}

func (m model) graph() message {
	var g message
	for _, n := range m.nodes {
		g.bytes(1, n.encode())
	}
	g.text(2, m.title)
	for _, t := range m.tensors {
		t.encode(&g, 5)
	}
	for _, v := range m.inputs {
		g.bytes(11, v.encode())
	}
	for _, v := range m.outputs {
		g.bytes(12, v.encode())
	}
	return g
}

func (n node) encode() message {
	var b message
	for _, name := range n.inputs {
		b.text(1, name)
	}
	b.text(2, n.output)
	b.text(3, n.name)
	b.text(4, n.op)
	for _, a := range n.attributes {
		var m message
		m.text(1, a.name)
		switch a.kind {
		case attrFloat:
			m.float(2, a.float)
		case attrInt:
			m.number(3, a.ints[0])
		default:
			for _, v := range a.ints {
				m.number(8, v)
			}
		}
		m.number(20, a.kind)
		b.bytes(5, m)
	}
	return b
}

// encode appends the tensor, whose numbers are copied but once.
func (t tensor) encode(to *message, as protowire.Number) {
	var head message
	for _, d := range t.shape {
		head.number(1, int64(d))
	}
	head.number(2, typeFloat)
	head.text(8, t.name)
	head = protowire.AppendTag(head, 9, protowire.BytesType)
	head = protowire.AppendVarint(head, uint64(bytesOfFloat*len(t.values)))
	out := protowire.AppendTag(*to, as, protowire.BytesType)
	out = protowire.AppendVarint(out, uint64(len(head)+bytesOfFloat*len(t.values)))
	out = slices.Grow(append(out, head...), bytesOfFloat*len(t.values))
	for _, v := range t.values {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
	}
	*to = out
}

func (v value) encode() message {
	var shape, tensorType, valueType, b message
	var open message
	open.text(2, batch)
	shape.bytes(1, open)
	for _, d := range v.shape {
		var dim message
		dim.number(1, d)
		shape.bytes(1, dim)
	}
	tensorType.number(1, typeFloat)
	tensorType.bytes(2, shape)
	valueType.bytes(1, tensorType)
	b.text(1, v.name)
	b.bytes(2, valueType)
	return b
}
