package strategies

import (
	"time"

	"github.com/nassearch/nassearch/search"
)

// What a search by [Bayesian] takes, as it was measured on NAS-Bench-201 (docs/performance.md): bytes and seconds.
const (
	needsBase      = 150e6 // of any search
	needsFit       = 14.   // for every pair of observations and hyper-parameter
	needsFitCube   = 8.75e-9
	needsFitSquare = 16e-6
	needsAsk       = 8e-6 // for every pair beyond the last fit
)

// Needs tells what so many queries take: mostly the distances of all pairs for a fit, which is bounded, and the
// covariances of all classes with all observations.
func (b *Bayesian) Needs(queries int) search.Needs {
	classes := 0
	if l, ok := b.candidates.(*listed); ok {
		classes = len(l.classes)
	}
	return needs(queries, classes, b.model)
}

// Needs is that of [Bayesian] for each metric.
func (b *BayesianFront) Needs(queries int) search.Needs {
	one := needs(queries, len(b.classes), b.models[0])
	n := len(b.models)
	return search.Needs{Memory: needsBase + int64(n)*(one.Memory-needsBase), Time: time.Duration(n) * one.Time}
}

func needs(queries, classes int, m *surrogate) search.Needs {
	n, fitted := float64(queries), float64(min(queries, m.mostFitted))
	memory := needsBase + needsFit*float64(m.kernel.Size())*fitted*fitted + 4*n*n + 2*8*float64(classes)*n
	seconds := needsFitCube*fitted*fitted*fitted + needsFitSquare*fitted*fitted + needsAsk*(n*n-fitted*fitted)
	return search.Needs{Memory: int64(memory), Time: time.Duration(seconds * float64(time.Second))}
}
