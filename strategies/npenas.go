package strategies

import (
	"context"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// NPENAS is evolution that a predictor guides (Wei et al., IEEE TNNLS 2023, algorithm 1): the best trials have many
// children, a predictor that has learnt from all trials chooses among them, and only the chosen ones are measured. The
// predictor here is a few networks on the path encoding, whose mean counts, in place of the paper's graph network.
type NPENAS struct {
	guided
	parents  int
	children int // of each parent
}

// NPENASEntry describes NPENAS to a registry.
func NPENASEntry() search.Entry {
	return search.Entry{
		About:  "evolution guided by a predictor: networks choose among the children of the best",
		Source: "Wei, Niu, Tang, Wang, Hu, Liang, NPENAS: Neural Predictor Guided Evolution for NAS, TNNLS 2023",
		Options: guidedOptions("predictor", 1000, networkOptions(3, 3, 20, 50), []search.Option{
			search.IntOption("parents", 10, 1, 100_000, "best trials that have children"),
			search.IntOption("children", 10, 1, 100_000, "of each parent, which the predictor rates"),
		}),
		New: newNPENAS,
	}
}

func newNPENAS(p search.Problem, o search.Options) (search.Strategy, error) {
	g, err := newGuided(p, o)
	if err != nil {
		return nil, err
	}
	return &NPENAS{g, o.Int("parents"), o.Int("children")}, nil
}

// Ask proposes the next of the batch.
func (n *NPENAS) Ask(ctx context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	return n.next(ctx, r, pending, n.rank)
}

// Needs is mostly what its networks take to learn.
func (n *NPENAS) Needs(queries int) search.Needs { return n.needs(queries, n.parents*n.children) }

// rank orders the children of the best by what the predictor says of them.
func (n *NPENAS) rank(_ context.Context, r *rand.Rand, trials []observed) ([]space.Arch, error) {
	e := n.fit(r, trials)
	all := n.mutants(r, fittest(trials, n.parents), n.children, n.parents*n.children, n.mutate)
	costs := make([]float64, len(all))
	for i, a := range all {
		mean, _ := e.predict(a)
		costs[i] = -mean
	}
	return inOrder(all, costs), nil
}
