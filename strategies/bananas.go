package strategies

import (
	"context"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// Bananas is BANANAS (White, Neiswanger, Savani, AAAI 2021) with the settings of its authors' naszilla, but half the
// layers and a third of the epochs, which takes a fifth of the time: Bayesian optimisation with an ensemble of small
// networks on the path encoding. Candidates are mutants of the best; those are proposed whose draw from the ensemble's
// normal distribution is the largest (independent Thompson sampling).
type Bananas struct {
	guided
	candidates int
}

// BananasEntry describes Bananas to a registry.
func BananasEntry() search.Entry {
	return search.Entry{
		About:  "BANANAS: an ensemble of networks on paths, Thompson sampling among mutants of the best",
		Source: "White, Neiswanger, Savani, BANANAS, AAAI 2021; settings of naszilla",
		Options: guidedOptions("ensemble", 30, networkOptions(5, 5, 20, 50), []search.Option{
			search.IntOption("candidates", 100, 1, 1_000_000, "mutants of the best that the ensemble rates"),
		}),
		New: newBananas,
	}
}

func newBananas(p search.Problem, o search.Options) (search.Strategy, error) {
	g, err := newGuided(p, o)
	if err != nil {
		return nil, err
	}
	return &Bananas{g, o.Int("candidates")}, nil
}

// Ask proposes the next of the batch.
func (b *Bananas) Ask(ctx context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	return b.next(ctx, r, pending, b.rank)
}

// Needs is mostly what its networks take to learn.
func (b *Bananas) Needs(queries int) search.Needs { return b.needs(queries, mutated*b.candidates) }

// mutated is how many of the best have mutants, if those before have too few.
const mutated = 5

// rank orders candidates by draws from what an ensemble says of them.
func (b *Bananas) rank(_ context.Context, r *rand.Rand, trials []observed) ([]space.Arch, error) {
	e := b.fit(r, trials)
	all := b.mutants(r, fittest(trials, mutated), b.candidates, b.candidates, b.mutate)
	costs := make([]float64, len(all))
	for i, a := range all {
		mean, sd := e.predict(a)
		costs[i] = -(mean + sd*r.NormFloat64())
	}
	return inOrder(all, costs), nil
}
