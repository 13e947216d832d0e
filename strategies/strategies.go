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
	}
}

// freshDraws is how often sampleFresh tries.
const freshDraws = 100

// sampleFresh draws architectures until one is fresh. If none of many is, it returns the last: a duplicate.
func sampleFresh(r *rand.Rand, s space.Space, fresh func(space.Arch) bool) space.Arch {
	a := s.Sample(r)
	for range freshDraws {
		if fresh(a) {
			break
		}
		a = s.Sample(r)
	}
	return a
}
