package onnx

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// decode reads a file.
func decode(b []byte) (m model, err error) {
	m.metadata = map[string]string{}
	var graph []byte
	err = fields(b, func(f field) (err error) {
		switch f.number {
		case 2:
			m.producer = string(f.body)
		case 7:
			graph = f.body
		case 8:
			err = m.decodeSet(f.body)
		case 14:
			err = m.decodeEntry(f.body)
		}
		return err
	})
	if err == nil && graph == nil {
		err = errors.New("no ONNX file: it has no graph")
	}
	if err != nil {
		return m, err
	}
	return m, fields(graph, m.decodePart)
}

// decodeSet reads which operators are meant. Those of other domains show in the nodes.
func (m *model) decodeSet(b []byte) error {
	domain, version := "", int64(0)
	err := fields(b, func(f field) error {
		switch f.number {
		case 1:
			domain = string(f.body)
		case 2:
			version = int64(f.value)
		}
		return nil
	})
	if domain == "" || domain == "ai.onnx" {
		m.opset = version
	}
	return err
}

func (m *model) decodeEntry(b []byte) error {
	var key, text string
	err := fields(b, func(f field) error {
		switch f.number {
		case 1:
			key = string(f.body)
		case 2:
			text = string(f.body)
		}
		return nil
	})
	m.metadata[key] = text
	return err
}

// decodePart reads a field of the graph.
func (m *model) decodePart(f field) (err error) {
	switch f.number {
	case 1:
		var n node
		n, err = decodeNode(f.body)
		m.nodes = append(m.nodes, n)
	case 5:
		var t tensor
		t, err = decodeTensor(f.body)
		m.tensors = append(m.tensors, t)
	case 11, 12:
		var v value
		err = fields(f.body, func(f field) error {
			if f.number == 1 {
				v.name = string(f.body)
			}
			return nil
		})
		if f.number == 11 {
			m.inputs = append(m.inputs, v)
		} else {
			m.outputs = append(m.outputs, v)
		}
	}
	return err
}

func decodeNode(b []byte) (n node, err error) {
	err = fields(b, func(f field) (err error) {
		switch f.number {
		case 1:
			n.inputs = append(n.inputs, string(f.body))
		case 2:
			n.output = string(f.body)
		case 3:
			n.name = string(f.body)
		case 4:
			n.op += string(f.body)
		case 5:
			var a attribute
			a, err = decodeAttribute(f.body)
			n.attributes = append(n.attributes, a)
		case 7:
			if domain := string(f.body); domain != "" && domain != "ai.onnx" {
				n.op = domain + "." + n.op
			}
		}
		return err
	})
	// In whatever order a program keeps options, they mean the same.
	slices.SortFunc(n.attributes, func(a, b attribute) int { return cmp.Compare(a.name, b.name) })
	return n, err
}

func decodeAttribute(b []byte) (a attribute, err error) {
	err = fields(b, func(f field) (err error) {
		switch f.number {
		case 1:
			a.name = string(f.body)
		case 2:
			a.float = math.Float32frombits(uint32(f.value))
		case 3, 8:
			a.ints, err = f.numbers(a.ints)
		case 20:
			a.kind = int64(f.value)
		}
		return err
	})
	return a, err
}

// decodeTensor reads a constant, unless it is of another type than float32, or in another file: such are not ours.
func decodeTensor(b []byte) (t tensor, err error) {
	var shape []int64
	var raw []byte
	kind, outside := int64(0), false
	err = fields(b, func(f field) (err error) {
		switch f.number {
		case 1:
			shape, err = f.numbers(shape)
		case 2:
			kind = int64(f.value)
		case 4:
			t.values = f.floats(t.values)
		case 8:
			t.name = string(f.body)
		case 9:
			raw = f.body
		case 13:
			outside = true
		}
		return err
	})
	if err != nil {
		return t, err
	}
	if t.unread = kind != typeFloat || outside; t.unread {
		return t, nil
	}
	t.values = field{body: raw}.floats(t.values)
	return t, t.give(shape)
}

// give gives a constant the shape that its numbers are to have.
func (t *tensor) give(shape []int64) error {
	n := 1
	for _, d := range shape {
		if d < 0 || d > 0 && n > math.MaxInt32/int(min(d, math.MaxInt32)) {
			return fmt.Errorf("constant %s: shape %v", t.name, shape)
		}
		t.shape, n = append(t.shape, int(d)), n*int(d)
	}
	if n != len(t.values) {
		return fmt.Errorf("constant %s: %d numbers for shape %v", t.name, len(t.values), shape)
	}
	return nil
}
