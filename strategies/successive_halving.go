package strategies

import (
	"context"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// SuccessiveHalving trains many random architectures for a short time, the best of them for eta times as long, and so
// on up to the full training (Jamieson and Talwalkar, AISTATS 2016). Then it begins anew.
type SuccessiveHalving struct{ brackets }

// SuccessiveHalvingEntry describes SuccessiveHalving to a registry.
func SuccessiveHalvingEntry() search.Entry {
	return search.Entry{
		About: "short trainings of many, longer ones of the best of them, again and again",
		Source: "Jamieson and Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization, " +
			"AISTATS 2016",
		Options: append(rungOptions(), search.IntOption("first", 0, 0, 1_000_000,
			"architectures that are trained for the shortest time; 0: so many that one is trained in full")),
		Multi: true, Fidelities: true,
		New: func(p search.Problem, o search.Options) (search.Strategy, error) {
			return &SuccessiveHalving{newBrackets(p, [][]stage{halvings(p, o)})}, nil
		},
	}
}

// halvings are the stages of a bracket: each has one eta-th of the one before, but never none.
func halvings(p search.Problem, o search.Options) []stage {
	eta, steps := o.Int("eta"), rungs(p, o)
	lowest := steps[0].level
	first := o.Int("first")
	if first == 0 {
		first = enlarged(1, eta, lowest)
	}
	stages := make([]stage, len(steps))
	for i, s := range steps {
		stages[i] = stage{s.fidelity, max(1, reduced(first, eta, lowest-s.level))}
	}
	return stages
}

// Ask proposes what was promoted, or a random architecture.
func (s *SuccessiveHalving) Ask(
	_ context.Context, r *rand.Rand, pending []search.Proposal,
) (search.Proposal, error) {
	return s.next(r, pending, s.random), nil
}

// random draws from the space.
func (b *brackets) random(r *rand.Rand, fresh func(space.Arch) bool) search.Proposal {
	return sampleFresh(r, b.problem, fresh)
}
