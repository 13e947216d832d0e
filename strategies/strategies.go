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

// sampleFresh draws architectures until the class of one is fresh; if none of many is, it takes the last: a duplicate.
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
