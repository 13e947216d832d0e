// Package strategies holds the search algorithms, one a file.
package strategies

import (
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// All returns a new registry with every strategy of this package.
func All() search.Registry {
	return search.Registry{
		"random":    RandomEntry(),
		"evolution": EvolutionEntry(),
		"local":     LocalEntry(),
		"bo":        BayesianEntry(),
		"nsga2":     NSGA2Entry(),
		"tpe":       TPEEntry(),
		"reinforce": ReinforceEntry(),
		"bananas":   BananasEntry(),
		"npenas":    NPENASEntry(),
		"forest":    ForestEntry(),

		"successive_halving": SuccessiveHalvingEntry(),
		"hyperband":          HyperbandEntry(),
		"asha":               ASHAEntry(),
		"bohb":               BOHBEntry(),
	}
}

// freshDraws is how often an architecture is drawn again that nobody should ask for.
const freshDraws = 100

// unseen says which classes are neither known nor pending.
func unseen(p search.Problem, known map[space.Arch]bool, pending []search.Proposal) func(class space.Arch) bool {
	asked := make(map[space.Arch]bool, len(pending))
	for _, q := range pending {
		asked[p.Class(q.Arch)] = true
	}
	return func(class space.Arch) bool { return !known[class] && !asked[class] }
}

// sampleFresh draws architectures from the space until the class of one is fresh; if none of many is, it takes the
// last: a duplicate.
func sampleFresh(r *rand.Rand, p search.Problem, fresh func(class space.Arch) bool) search.Proposal {
	a := p.Space.Sample(r)
	for range freshDraws {
		if fresh(p.Class(a)) {
			break
		}
		a = p.Space.Sample(r)
	}
	return search.Proposal{Arch: a}
}

// drawFresh draws architectures, of which some may be outside the space, until the class of one is fresh; if none of
// many is, it takes any.
func drawFresh(
	r *rand.Rand, p search.Problem, fresh func(class space.Arch) bool, draw func() space.Arch,
) search.Proposal {
	for range freshDraws {
		if a := draw(); p.Space.Validate(a) == nil && fresh(p.Class(a)) {
			return search.Proposal{Arch: a}
		}
	}
	return sampleFresh(r, p, fresh)
}

// parametric returns a space whose architectures are choices.
func parametric(s space.Space) (space.Parametric, error) {
	if p, ok := space.Whole(s).(space.Parametric); ok {
		return p, nil
	}
	return nil, &search.SpaceError{Space: s.Name(), Lacks: "does not tell the parameters of its architectures"}
}
