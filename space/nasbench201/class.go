package nasbench201

import (
	"slices"
	"strings"
	"sync"

	"github.com/nassearch/nassearch/space"
)

// Classes is the number of isomorphism classes.
const Classes = 6466

// dead is the label of an edge without an operation, and of node 1 without an input.
const dead = "#"

// Label names the cell's isomorphism class. Node 0 is labelled "0". An edge contributes "#" if it has no operation or
// its source's label is exactly "#", its source's label if it is a skip, else "(label)@op"; a node's label is its
// contributions, sorted and joined by "+"; node 3's label names the class.
//
// It is the rule by which the robustness dataset was deduplicated. "#+#" is not dead, and it does not tell one
// operation whose result is used twice from two such operations side by side.
func (c Cell) Label() string {
	labels := [Nodes]string{0: "0"}
	for to := 1; to < Nodes; to++ {
		var in []string
		for i, e := range edges {
			if e.To == to {
				in = append(in, contribution(labels[e.From], c[i]))
			}
		}
		labels[to] = join(in)
	}
	return labels[Nodes-1]
}

func contribution(label string, op Op) string {
	switch {
	case op == None || label == dead:
		return dead
	case op == Skip:
		return label
	default:
		return "(" + label + ")@" + op.String()
	}
}

// join sorts its argument.
func join(in []string) string {
	slices.Sort(in)
	return strings.Join(in, "+")
}

// partition holds the classes. They are numbered in the order of their smallest native index.
type partition struct {
	class     [Cells]uint16       // by native index
	canonical [Classes]space.Arch // text of a class's canonical member
	members   [Classes][]uint16   // native indices, ascending
}

// classes builds the partition on first use, in about 10 ms.
var classes = sync.OnceValue(partitionCells)

func partitionCells() *partition {
	p := new(partition)
	number := make(map[string]uint16, Classes)
	var ops [Ops * Ops * Ops][3]Op
	for i := range ops {
		ops[i] = [3]Op{Op(i / 25), Op(i / 5 % 5), Op(i % 5)}
	}
	index := 0
	buf := make([]byte, 0, 256)
	for _, first := range ops { // edges into nodes 1 and 2
		one := contribution("0", first[0])
		two := join([]string{contribution("0", first[1]), contribution(one, first[2])})
		var in [3][Ops]string
		for op := range Op(Ops) {
			in[0][op], in[1][op], in[2][op] = contribution("0", op), contribution(one, op), contribution(two, op)
		}
		for _, last := range ops { // edges into node 3
			labels := [3]string{in[0][last[0]], in[1][last[1]], in[2][last[2]]}
			slices.Sort(labels[:])
			buf = append(append(append(append(append(buf[:0], labels[0]...), '+'), labels[1]...), '+'), labels[2]...)
			n, ok := number[string(buf)]
			if !ok {
				n = uint16(len(number))
				number[string(buf)] = n
			}
			p.class[index] = n
			p.members[n] = append(p.members[n], uint16(index))
			index++
		}
	}
	for n, members := range p.members {
		p.canonical[n] = smallest(members).text()
	}
	return p
}

// smallest returns the cell with the fewest parameters, in any network; of several, the first.
func smallest(members []uint16) Cell {
	best, size := Cell{}, Edges*Edges+1
	for _, index := range members {
		c, n := fromIndex(int(index)), 0
		for _, op := range c {
			switch op {
			case Conv1x1:
				n++
			case Conv3x3:
				n += Edges // never fewer parameters than all edges with a 1x1 convolution would have
			}
		}
		if n < size {
			best, size = c, n
		}
	}
	return best
}

// Class returns the number of the cell's class, 0 to 6,465.
func (c Cell) Class() int { return int(classes().class[c.Index()]) }

// Canonical returns the member of the cell's class with the fewest parameters; of several, the one with the
// smallest native index.
func (c Cell) Canonical() Cell { return mustParse(classes().canonical[c.Class()]) }

// Members returns the cells of class i, 0 <= i < Classes, by ascending native index.
func Members(i int) []Cell {
	m := classes().members[i]
	cells := make([]Cell, len(m))
	for j, index := range m {
		cells[j] = fromIndex(int(index))
	}
	return cells
}
