package nasbench201

import (
	"fmt"
	"math/rand/v2"

	"github.com/nassearch/nassearch/space"
)

// Space is the set of cells in one network. Methods that take a valid architecture panic on any other.
type Space struct {
	net  Network
	each bool // a cell is a class of its own
}

var (
	_ space.Space       = Space{}
	_ space.Enumerator  = Space{}
	_ space.Neighborer  = Space{}
	_ space.RateMutator = Space{}
	_ space.Crosser     = Space{}
	_ space.Encoder     = Space{}
	_ space.Viewer      = Space{}
	_ space.Sizer       = Space{}
	_ space.Drawer      = Space{}
	_ space.Indexer     = Space{}
	_ space.Parametric  = Space{}
	_ space.PathEncoder = Space{}
)

// New returns the space of cells that are stacked into the given network.
func New(n Network) (Space, error) {
	if err := n.validate(); err != nil {
		return Space{}, err
	}
	return Space{net: n}, nil
}

// Each returns the space in which every cell is a class of its own, for values that differ between the members of a
// class because they were trained apart. Classes are then numbered by native index.
func (s Space) Each() Space {
	s.each = true
	return s
}

// Name returns "nasbench201", or "nasbench201-cells" where every cell is a class.
func (s Space) Name() string {
	if s.each {
		return "nasbench201-cells"
	}
	return "nasbench201"
}

// Network returns the network that the cells are stacked into.
func (s Space) Network() Network { return s.net }

// Validate returns a [*SyntaxError] for a text that is no cell.
func (Space) Validate(a space.Arch) error {
	_, err := Parse(a)
	return err
}

// Sample draws uniformly over the 15,625 texts, as the literature does: large classes come more often.
func (Space) Sample(r *rand.Rand) space.Arch { return fromIndex(r.IntN(Cells)).Arch() }

// Mutate gives one edge, drawn uniformly, another operation, drawn uniformly.
func (Space) Mutate(r *rand.Rand, a space.Arch) space.Arch {
	c := mustParse(a)
	e := r.IntN(Edges)
	c[e] = other(c[e], r.IntN(Ops-1))
	return c.Arch()
}

// MutateEach gives every edge, with the given probability, another operation.
func (Space) MutateEach(r *rand.Rand, a space.Arch, rate float64) space.Arch {
	c := mustParse(a)
	for e := range c {
		if r.Float64() < rate {
			c[e] = other(c[e], r.IntN(Ops-1))
		}
	}
	return c.Arch()
}

// other returns the i-th of the four operations that are not op.
func other(op Op, i int) Op {
	if Op(i) >= op {
		return Op(i + 1)
	}
	return Op(i)
}

// Neighbors returns the 24 cells that differ on one edge: edge by edge, operation by operation.
func (Space) Neighbors(a space.Arch) []space.Arch {
	c := mustParse(a)
	near := make([]space.Arch, 0, Edges*(Ops-1))
	for e := range c {
		for i := range Ops - 1 {
			n := c
			n[e] = other(c[e], i)
			near = append(near, n.Arch())
		}
	}
	return near
}

// Cross takes every edge from one of the parents, with equal chances.
func (Space) Cross(r *rand.Rand, a, b space.Arch) space.Arch {
	child, from := mustParse(a), mustParse(b)
	for e := range child {
		if r.IntN(2) == 1 {
			child[e] = from[e]
		}
	}
	return child.Arch()
}

// Classes returns 6,466, or 15,625 where every cell is a class.
func (s Space) Classes() int {
	if s.each {
		return Cells
	}
	return Classes
}

// Class returns the canonical member of class i.
func (s Space) Class(i int) space.Arch {
	if s.each {
		return texts()[i]
	}
	return classes().canonical[i]
}

// Members returns the cells of class i, by ascending native index.
func (s Space) Members(i int) []space.Arch {
	if s.each {
		return []space.Arch{texts()[i]}
	}
	var archs []space.Arch
	for _, c := range Members(i) {
		archs = append(archs, c.Arch())
	}
	return archs
}

// ClassOf returns the number of a cell's class without allocating.
func (s Space) ClassOf(a space.Arch) (int, error) {
	c, err := Parse(a)
	switch {
	case err != nil:
		return 0, err
	case s.each:
		return c.Index(), nil
	}
	return c.Class(), nil
}

// Canonical returns the text of the canonical member of the cell's class.
func (s Space) Canonical(a space.Arch) space.Arch {
	if s.each {
		return mustParse(a).Arch()
	}
	return classes().canonical[mustParse(a).Class()]
}

// Index returns the native index of a valid architecture.
func (Space) Index(a space.Arch) int { return mustParse(a).Index() }

// Encode returns [Cell.OneHot].
func (Space) Encode(a space.Arch) []float64 { return mustParse(a).OneHot() }

// Params returns the number of parameters of the network with this cell.
func (s Space) Params(a space.Arch) int64 { return s.net.Params(mustParse(a)) }

// FLOPs returns the multiply-adds of one forward pass on one image.
func (s Space) FLOPs(a space.Arch) int64 { return s.net.FLOPs(mustParse(a)) }

// Draw returns [Cell.Text].
func (Space) Draw(a space.Arch) string { return mustParse(a).Text() }

// Parameters are the edges, named "1<-0" and so on in the order of the text, with the operations' names.
func (Space) Parameters() []space.Parameter {
	all := make([]space.Parameter, Edges)
	for i, e := range edges {
		all[i].Name = fmt.Sprintf("%d<-%d", e.To, e.From)
		for op := range Op(Ops) {
			all[i].Choices = append(all[i].Choices, op.String())
		}
	}
	return all
}

// Choices returns the operation on each edge.
func (Space) Choices(a space.Arch) []int {
	choices := make([]int, Edges)
	for i, op := range mustParse(a) {
		choices[i] = int(op)
	}
	return choices
}

// Compose returns the cell with an operation on each edge.
func (Space) Compose(choices []int) space.Arch {
	var c Cell
	for i, op := range choices {
		c[i] = Op(op)
	}
	return c.Arch()
}

// EncodePaths returns [Cell.PathEncoding].
func (Space) EncodePaths(a space.Arch) []float64 { return mustParse(a).PathEncoding() }

// SVG returns [Cell.SVG].
func (Space) SVG(a space.Arch) string { return mustParse(a).SVG() }

// mustParse is for architectures that were promised to be valid.
func mustParse(a space.Arch) Cell {
	c, err := Parse(a)
	if err != nil {
		panic(fmt.Sprintf("nasbench201: caller passed an invalid architecture: %v", err))
	}
	return c
}
