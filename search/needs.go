package search

import (
	"time"

	"github.com/nassearch/nassearch/space"
)

// Needs is what a strategy takes itself, roughly, beside what it asks for.
type Needs struct {
	Memory int64 // bytes at most
	Time   time.Duration
}

// Demanding is a strategy that knows what it takes for a number of queries: an optional capability.
type Demanding interface{ Needs(queries int) Needs }

// Needs is what the strategy will take for the whole budget, nothing if it does not say.
func (s *Study) Needs() Needs {
	d, ok := As[Demanding](s.strategy)
	if !ok {
		return Needs{}
	}
	queries := s.config.Budget
	if e, ok := s.config.Space.(space.Enumerator); ok {
		queries = min(queries, e.Classes())
	}
	return d.Needs(queries)
}
