// Package strategies holds the search algorithms, one a file.
package strategies

import "github.com/nassearch/nassearch/search"

// All returns a new registry with every strategy of this package.
func All() search.Registry {
	return search.Registry{
		"random":    RandomEntry(),
		"evolution": EvolutionEntry(),
		"local":     LocalEntry(),
		"bo":        BayesianEntry(),
	}
}
