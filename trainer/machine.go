package trainer

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// machine runs the operators of a Gorgonia graph one after another, in the caller's goroutine. Our operators own
// their outputs, so that there is nothing to allocate and nothing to look up between them. Gorgonia's tape machine
// computes the same; but it locks a thread, hands every run to another goroutine and back, and builds the list of
// inputs anew for every operator: a tenth of a small network's training step. Its finalizer also keeps a graph that
// nobody uses any more in memory until the garbage collector's second round.
type machine struct {
	values []G.Value // by place of the node in the order of computation
	calls  []call
}

// call is an operator with the places of its inputs and of its output.
type call struct {
	op   G.Op
	in   []int
	args []G.Value // the inputs' values
	out  int
}

// newMachine compiles a graph. Nodes that have a value keep it: their contents may change between runs, not the
// tensors that hold them.
func newMachine(g *G.ExprGraph) (*machine, map[*G.Node]int, error) {
	sorted, err := G.Sort(g)
	if err != nil {
		return nil, nil, fmt.Errorf("sorting the network's graph: %w", err)
	}
	m := &machine{}
	place := map[*G.Node]int{}
	for i := len(sorted) - 1; i >= 0; i-- { // Gorgonia sorts results before what they are computed from
		n := sorted[i]
		out := len(m.values)
		place[n] = out
		m.values = append(m.values, n.Value())
		if n.Value() != nil {
			continue
		}
		c := call{op: n.Op(), out: out}
		for children := g.From(n.ID()); children.Next(); {
			c.in = append(c.in, place[children.Node().(*G.Node)])
		}
		c.args = make([]G.Value, len(c.in))
		m.calls = append(m.calls, c)
	}
	return m, place, nil
}

// run computes every value.
func (m *machine) run() error {
	for i := range m.calls {
		c := &m.calls[i]
		for j, at := range c.in {
			c.args[j] = m.values[at]
		}
		v, err := c.op.Do(c.args...)
		if err != nil {
			return err
		}
		m.values[c.out] = v
	}
	return nil
}
