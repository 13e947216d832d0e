// Package nasbench201 is the cell space of NAS-Bench-201 (Dong and Yang, ICLR 2020).
//
// A cell has four nodes; each of its six edges carries one of five operations, so there are 5^6 = 15,625
// cells. Many compute the same function: they fall into 6,466 isomorphism classes.
package nasbench201

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/nassearch/nassearch/space"
)

// Op is an operation on an edge.
type Op uint8

// The operations, in the order of the native index.
const (
	None    Op = iota // no edge
	Skip              // identity
	Conv1x1           // ReLU, 1x1 convolution, batch norm
	Conv3x3           // ReLU, 3x3 convolution, batch norm
	Pool              // 3x3 average pool, stride 1
)

const (
	// Ops is the number of operations.
	Ops = 5
	// Edges is the number of edges of a cell.
	Edges = 6
	// Nodes is the number of nodes of a cell; node 0 is its input, node 3 its output.
	Nodes = 4
	// Cells is the number of cells, 5^6.
	Cells = 15625
)

var opNames = [Ops]string{"none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"}

// String returns the operation's name in the benchmark.
func (o Op) String() string {
	if o >= Ops {
		return fmt.Sprintf("Op(%d)", uint8(o))
	}
	return opNames[o]
}

// convolves says whether the operation is a convolution.
func (o Op) convolves() bool { return o == Conv1x1 || o == Conv3x3 }

// spatial says whether the operation looks beyond one pixel.
func (o Op) spatial() bool { return o == Conv3x3 || o == Pool }

// edges lists the nodes that edges join, in the order of a Cell.
var edges = [Edges]struct{ From, To int }{{0, 1}, {0, 2}, {1, 2}, {0, 3}, {1, 3}, {2, 3}}

// Ends returns the nodes that an edge joins, by its place in a [Cell].
func Ends(edge int) (from, to int) { return edges[edge].From, edges[edge].To }

// Cell holds the operations on the edges 1<-0, 2<-0, 2<-1, 3<-0, 3<-1, 3<-2.
type Cell [Edges]Op

// FromIndex returns the cell with a native index, 0 to 15,624: its six operations as base-5 digits, the
// first edge's the most significant.
func FromIndex(i int) (Cell, error) {
	if i < 0 || i >= Cells {
		return Cell{}, fmt.Errorf("cell index %d: want 0 to %d", i, Cells-1)
	}
	return fromIndex(i), nil
}

func fromIndex(i int) Cell {
	var c Cell
	for e := Edges - 1; e >= 0; e-- {
		c[e] = Op(i % Ops)
		i /= Ops
	}
	return c
}

// Index returns the cell's native index; FromIndex is its inverse.
func (c Cell) Index() int {
	i := 0
	for _, op := range c {
		i = i*Ops + int(op)
	}
	return i
}

// Arch returns the cell's text, for example
//
//	|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|
func (c Cell) Arch() space.Arch { return texts()[c.Index()] }

// texts holds the texts of all cells: searches ask for them all the time. It takes about 2 ms and 1.5 MB.
var texts = sync.OnceValue(func() *[Cells]space.Arch {
	t := new([Cells]space.Arch)
	for i := range t {
		t[i] = fromIndex(i).text()
	}
	return t
})

func (c Cell) text() space.Arch {
	var b strings.Builder
	b.Grow(96)
	for i, e := range edges {
		if i > 0 && edges[i-1].To != e.To {
			b.WriteString("|+")
		}
		b.WriteByte('|')
		b.WriteString(c[i].String())
		b.WriteByte('~')
		b.WriteByte('0' + byte(e.From))
	}
	b.WriteByte('|')
	return space.Arch(b.String())
}

// SyntaxError says where a text stops being a cell.
type SyntaxError struct {
	Text string
	Pos  int    // byte offset
	Want string // what should stand there
}

func (e *SyntaxError) Error() string {
	got := "the end"
	if e.Pos < len(e.Text) {
		got = fmt.Sprintf("%.16q", e.Text[e.Pos:])
	}
	return fmt.Sprintf("not a NAS-Bench-201 cell: at position %d: want %s, got %s", e.Pos, e.Want, got)
}

// Parse reads a cell's text. Its error is a [*SyntaxError].
func Parse(a space.Arch) (Cell, error) {
	s, at := string(a), 0
	var c Cell
	for e := range c {
		op := guess(s[at:], len(separators[e]))
		if !strings.HasPrefix(s[at:], pieces[e][op]) {
			return Cell{}, explain(s, at, e)
		}
		at += len(pieces[e][op])
		c[e] = op
	}
	if s[at:] != "|" {
		return Cell{}, explain(s, at, Edges)
	}
	return c, nil
}

// MarshalText returns the cell's text.
func (c Cell) MarshalText() ([]byte, error) { return []byte(c.Arch()), nil }

// UnmarshalText reads a cell's text. Its error is a [*SyntaxError].
func (c *Cell) UnmarshalText(text []byte) (err error) {
	*c, err = Parse(space.Arch(text))
	return err
}

// Find reads a cell's text or its native index, as users name cells.
func Find(name string) (Cell, error) {
	if i, err := strconv.Atoi(name); err == nil {
		return FromIndex(i)
	}
	return Parse(space.Arch(name))
}

// separators holds what stands before each edge's operation.
var separators = [Edges]string{"|", "|+|", "|", "|+|", "|", "|"}

// pieces holds the text of each edge with each operation.
var pieces = func() (p [Edges][Ops]string) {
	for e, edge := range edges {
		for op, name := range opNames {
			p[e][op] = fmt.Sprintf("%s%s~%d", separators[e], name, edge.From)
		}
	}
	return p
}()

// guess returns the only operation that may stand at position at, by the letters in which their names differ.
func guess(s string, at int) Op {
	if len(s) < at+len("none") {
		return None
	}
	switch {
	case s[at] == 's':
		return Skip
	case s[at] == 'a':
		return Pool
	case s[at+2] != 'r':
		return None
	case len(s) > at+9 && s[at+9] == '3':
		return Conv3x3
	}
	return Conv1x1
}

// explain says why s has no edge e at position at, or, after the last edge, no end.
func explain(s string, at, e int) error {
	if e == Edges {
		if strings.HasPrefix(s[at:], "|") {
			return &SyntaxError{s, at + 1, "nothing more"}
		}
		return &SyntaxError{s, at, `"|"`}
	}
	if err := mismatch(s, at, separators[e]); err != nil {
		return err
	}
	at += len(separators[e])
	for _, name := range opNames {
		if strings.HasPrefix(s[at:], name) {
			return mismatch(s, at+len(name), fmt.Sprintf("~%d", edges[e].From))
		}
	}
	return &SyntaxError{s, at, "one of " + strings.Join(opNames[:], ", ")}
}

// mismatch points at the first byte that differs from the wanted text.
func mismatch(s string, at int, want string) error {
	for i := range len(want) {
		if at+i >= len(s) || s[at+i] != want[i] {
			return &SyntaxError{s, at + i, fmt.Sprintf("%q", want[i:])}
		}
	}
	return nil
}
