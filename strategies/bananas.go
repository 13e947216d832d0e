package strategies

import (
	"context"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/strategies/mlp"
)

// Bananas is BANANAS (White, Neiswanger, Savani, AAAI 2021) with the settings of its authors' naszilla, but half the
// layers and a third of the epochs, which takes a fifth of the time: Bayesian optimisation with an ensemble of small
// networks on the path encoding. Candidates are mutants of the best; those are proposed whose draw from the ensemble's
// normal distribution is the largest (independent Thompson sampling).
type Bananas struct {
	batches
	encode     func(space.Arch) []float64
	mutate     mutation
	candidates int
	members    int // of the ensemble
	network    mlp.Config
}

// BananasEntry describes Bananas to a registry.
func BananasEntry() search.Entry {
	return search.Entry{
		About:  "BANANAS: an ensemble of networks on paths, Thompson sampling among mutants of the best",
		Source: "White, Neiswanger, Savani, BANANAS, AAAI 2021; settings of naszilla",
		Options: append([]search.Option{
			search.IntOption("initial", 10, 1, 100_000, "random proposals before the ensemble is asked"),
			search.IntOption("batch", 10, 1, 100_000, "proposals before the ensemble learns anew"),
			search.IntOption("candidates", 100, 1, 1_000_000, "mutants of the best that the ensemble rates"),
			search.FloatOption("mutation", 0.25, 0, 1, "probability with which each part of a parent mutates, where a space "+
				"has parts; 0 mutates exactly one"),
			search.IntOption("columns", 30, 1, 1_000_000, "of the path encoding, the shortest paths first"),
		}, networkOptions(5, 5, 20, 50)...),
		New: newBananas,
	}
}

func newBananas(p search.Problem, o search.Options) (search.Strategy, error) {
	encode, err := pathEncoding(p.Space, o.Int("columns"))
	if err != nil {
		return nil, err
	}
	return &Bananas{
		batches: newBatches(p, o), encode: encode, mutate: newMutation(p.Space, o.Float("mutation")),
		candidates: o.Int("candidates"), members: o.Int("networks"), network: networkConfig(o),
	}, nil
}

// Ask proposes the next of the batch.
func (b *Bananas) Ask(ctx context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	return b.next(ctx, r, pending, b.rank)
}

// mutated is how many of the best have mutants, if those before have too few.
const mutated = 5

// rank orders candidates by draws from what an ensemble says of them.
func (b *Bananas) rank(_ context.Context, r *rand.Rand, trials []observed) ([]space.Arch, error) {
	e := newEnsemble(r, b.members, b.network, b.encode, trials)
	all := b.mutants(r, fittest(trials, mutated), b.candidates, b.candidates, b.mutate)
	costs := make([]float64, len(all))
	for i, a := range all {
		mean, sd := e.predict(a)
		costs[i] = -(mean + sd*r.NormFloat64())
	}
	return inOrder(all, costs), nil
}
