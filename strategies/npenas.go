package strategies

import (
	"context"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/strategies/mlp"
)

// NPENAS is evolution that a predictor guides (Wei et al., IEEE TNNLS 2023, algorithm 1): the best trials have many
// children, a predictor that has learnt from all trials chooses among them, and only the chosen ones are measured. The
// predictor here is a few networks on the path encoding, whose mean counts, in place of the paper's graph network.
type NPENAS struct {
	batches
	encode   func(space.Arch) []float64
	mutate   mutation
	parents  int
	children int // of each parent
	members  int // of the predictor
	network  mlp.Config
}

// NPENASEntry describes NPENAS to a registry.
func NPENASEntry() search.Entry {
	return search.Entry{
		About:  "evolution guided by a predictor: networks choose among the children of the best",
		Source: "Wei, Niu, Tang, Wang, Hu, Liang, NPENAS: Neural Predictor Guided Evolution for NAS, TNNLS 2023",
		Options: append([]search.Option{
			search.IntOption("initial", 10, 1, 100_000, "random proposals before the predictor is asked"),
			search.IntOption("batch", 10, 1, 100_000, "proposals before the predictor learns anew"),
			search.IntOption("parents", 10, 1, 100_000, "best trials that have children"),
			search.IntOption("children", 10, 1, 100_000, "of each parent, which the predictor rates"),
			search.FloatOption("mutation", 0.25, 0, 1, "probability with which each part of a parent mutates, where a space "+
				"has parts; 0 mutates exactly one"),
			search.IntOption("columns", 1000, 1, 1_000_000, "of the path encoding, the shortest paths first"),
		}, networkOptions(3, 3, 20, 50)...),
		New: newNPENAS,
	}
}

func newNPENAS(p search.Problem, o search.Options) (search.Strategy, error) {
	encode, err := pathEncoding(p.Space, o.Int("columns"))
	if err != nil {
		return nil, err
	}
	return &NPENAS{
		batches: newBatches(p, o), encode: encode, mutate: newMutation(p.Space, o.Float("mutation")),
		parents: o.Int("parents"), children: o.Int("children"), members: o.Int("networks"), network: networkConfig(o),
	}, nil
}

// Ask proposes the next of the batch.
func (n *NPENAS) Ask(ctx context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	return n.next(ctx, r, pending, n.rank)
}

// rank orders the children of the best by what the predictor says of them.
func (n *NPENAS) rank(_ context.Context, r *rand.Rand, trials []observed) ([]space.Arch, error) {
	e := newEnsemble(r, n.members, n.network, n.encode, trials)
	all := n.mutants(r, fittest(trials, n.parents), n.children, n.parents*n.children, n.mutate)
	costs := make([]float64, len(all))
	for i, a := range all {
		mean, _ := e.predict(a)
		costs[i] = -mean
	}
	return inOrder(all, costs), nil
}
