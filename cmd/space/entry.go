package space

import (
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// lister tells of cells what the table that the flags name knows of them.
type lister struct {
	names space.Names
	info  table.Info
}

func newLister(tables *backends.Tables) (lister, error) {
	t, err := tables.Open()
	if err != nil {
		return lister{}, err
	}
	return lister{space.Names{Space: table.Benchmark(""), ID: t.Names().ID}, t.Info()}, nil
}

// network says which network the sizes are of.
func (l lister) network() string {
	if l.info.Network == nil {
		return "(not known)"
	}
	return l.info.NetworkText()
}

// about is the line above a list.
func (l lister) about(n int) string {
	return numeral.Thousands(n) + " cells · sizes in the network " + l.network() +
		" · -o csv and -o json have encodings\n\n"
}

// entry is a cell with all that the space says of it.
type entry struct {
	Arch space.Arch `json:"arch"`
	space.Named
	Number    int    `json:"class_number"`
	Members   int    `json:"members"` // of the class
	Params    *int64 `json:"params"`  // null if nobody knows the network
	FLOPs     *int64 `json:"flops"`
	Depth     int    `json:"depth"`
	LiveEdges int    `json:"live_edges"`

	Operations []string  `json:"operations"` // by edge, in the order of the text
	OneHot     []float64 `json:"one_hot"`    // of 30 columns, five an edge
	Paths      []int     `json:"paths"`      // of the 155 columns of the path encoding, those that are 1
}

func (l lister) entry(c nasbench201.Cell) entry {
	e := entry{
		Arch: c.Arch(), Named: l.names.Of(c.Arch()), Number: c.Class(), Members: len(nasbench201.Members(c.Class())),
		Depth: c.Depth(), LiveEdges: c.LiveEdges(), OneHot: c.OneHot(), Paths: []int{},
	}
	if n := l.info.Network; n != nil {
		e.Params, e.FLOPs = new(n.Params(c)), new(n.FLOPs(c))
	}
	for _, op := range c {
		e.Operations = append(e.Operations, op.String())
	}
	for i, x := range c.PathEncoding() {
		if x != 0 {
			e.Paths = append(e.Paths, i)
		}
	}
	return e
}

// columns are the titles of [entry.cells].
func columns() []string {
	all := append(space.NameColumns(), "class_number", "members", "params", "flops", "depth", "live_edges")
	for _, p := range table.Benchmark("").Parameters() {
		all = append(all, p.Name)
	}
	return append(all, "one_hot", "paths")
}

// cells are an entry's: encodings as text, the one-hot's digits in groups of an edge.
func (e entry) cells() []sheet.Cell {
	row := append([]sheet.Cell{sheet.Text(string(e.Arch)), sheet.Text(string(e.Class))}, integer(e.Index), integer(e.ID),
		sheet.Int(e.Number), sheet.Int(e.Members), integer(e.Params), integer(e.FLOPs), sheet.Int(e.Depth),
		sheet.Int(e.LiveEdges))
	row = append(row, sheet.Texts(e.Operations...)...)
	var hot, paths []string
	for edge := range nasbench201.Edges {
		var digits strings.Builder
		for _, x := range e.OneHot[edge*nasbench201.Ops : (edge+1)*nasbench201.Ops] {
			digits.WriteString(strconv.Itoa(int(x)))
		}
		hot = append(hot, digits.String())
	}
	for _, p := range e.Paths {
		paths = append(paths, strconv.Itoa(p))
	}
	return append(row, sheet.Text(strings.Join(hot, " ")), sheet.Text(strings.Join(paths, " ")))
}

// integer is a cell of a number that need not be known.
func integer[T int | int64](n *T) sheet.Cell {
	if n == nil {
		return sheet.Cell{}
	}
	return sheet.Int(int(*n))
}
