package onnx

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// compare returns a [*ChangedError] if a file does not compute what the network that it describes does. Its weights
// have been held against their digest.
func (m model) compare(want model, constants map[string]tensor) error {
	if m.opset != want.opset {
		return &ChangedError{fmt.Sprintf("operators of opset %d, want %d", m.opset, want.opset)}
	}
	for _, t := range want.tensors {
		if got := constants[t.name]; !slices.Equal(got.shape, t.shape) || !slices.Equal(got.values, t.values) {
			return &ChangedError{fmt.Sprintf("constant %s is %v, want %v", t.name, got.values, t.values)}
		}
	}
	for i := range max(len(m.nodes), len(want.nodes)) {
		got, meant := nodeAt(m.nodes, i), nodeAt(want.nodes, i)
		if !reflect.DeepEqual(got, meant) {
			return &ChangedError{fmt.Sprintf("operator %d is %s, want %s", i+1, got, meant)}
		}
	}
	if got, meant := names(m.inputs), names(want.inputs); got != meant {
		return &ChangedError{fmt.Sprintf("its inputs are %q, want %q", got, meant)}
	}
	if got, meant := names(m.outputs), names(want.outputs); got != meant {
		return &ChangedError{fmt.Sprintf("its outputs are %q, want %q", got, meant)}
	}
	return nil
}

// nodeAt returns an operator, or none behind the last one.
func nodeAt(list []node, i int) node {
	if i < len(list) {
		return list[i]
	}
	return node{}
}

func (n node) String() string {
	if n.op == "" {
		return "missing"
	}
	text := fmt.Sprintf("%s(%s)", n.op, strings.Join(n.inputs, ", "))
	for _, a := range n.attributes {
		if a.kind == attrFloat {
			text += fmt.Sprintf(" %s=%g", a.name, a.float)
		} else {
			text += fmt.Sprintf(" %s=%v", a.name, a.ints)
		}
	}
	return text
}

func names(list []value) string {
	var all []string
	for _, v := range list {
		all = append(all, v.name)
	}
	return strings.Join(all, ", ")
}
