package strategies

import (
	"time"

	"github.com/nassearch/nassearch/search"
)

// What a search by [Bayesian] takes, as it was measured on NAS-Bench-201 (docs/performance.md): bytes and seconds.
const (
	needsBase      = 100e6 // of any search
	needsFit       = 40.   // for every pair of observations
	needsFitScore  = 12.   // for every pair of observations and hyper-parameter, if scores make all distances different
	needsFitCube   = 4e-9
	needsFitSquare = 6e-6
	needsScore     = 10e-6 // for every pair of observations, if there are scores
	needsAsk       = 8e-6  // for every pair beyond the last fit
)

// Needs tells what so many queries take: mostly the matrices of a fit, which is bounded, with scores the distances of
// all pairs, and the covariances of all classes with all observations.
func (b *Bayesian) Needs(queries int) search.Needs {
	classes := 0
	if l, ok := b.candidates.(*listed); ok {
		classes = len(l.classes)
	}
	return needs(queries, classes, len(b.problem.Scores) > 0, b.model)
}

// Needs is that of [Bayesian] for each metric.
func (b *BayesianFront) Needs(queries int) search.Needs {
	one := needs(queries, len(b.classes), len(b.problem.Scores) > 0, b.models[0])
	n := len(b.models)
	return search.Needs{Memory: needsBase + int64(n)*(one.Memory-needsBase), Time: time.Duration(n) * one.Time}
}

// needs are those of a model of so many classes, with scores or without.
func needs(queries, classes int, scored bool, m *surrogate) search.Needs {
	n, fitted := float64(queries), float64(min(queries, m.mostFitted))
	pair, square := needsFit, needsFitSquare
	if scored {
		pair += needsFitScore * float64(m.kernel.Size())
		square += needsScore
	}
	memory := needsBase + pair*fitted*fitted + 4*n*n + 2*8*float64(classes)*n
	seconds := needsFitCube*fitted*fitted*fitted + square*fitted*fitted + needsAsk*(n*n-fitted*fitted)
	return search.Needs{Memory: int64(memory), Time: time.Duration(seconds * float64(time.Second))}
}
