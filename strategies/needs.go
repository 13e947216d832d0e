package strategies

import (
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// What a search by [Bayesian] takes, as it was measured on NAS-Bench-201 (docs/performance.md): seconds, n being
// observations.
const (
	fitCube   = .45e-9 // of a fit, for n^3: decompositions
	fitSquare = 200e-9 // for n^2: covariances of pairs
	fitScore  = 22e-9  // for n^2 and each hyper-parameter, if scores make all distances different
	fitClass  = 18e-9  // for each class and n: their covariances

	askSquare = 2.5e-9 // of a proposal, for n^2: deviations of the promising, and distances
	askClass  = .28e-9 // for each class and n: means
	askRate   = 170e-9 // for each class: ratings, covariances with what is new
	classRow  = 12e-6  // for each class, once
	scoreRow  = 1e-6   // for each class and hyper-parameter, once, if there are scores

	pendingSquare = 1.5e-9 // for each that is pending, and n^2
	pendingClass  = 44e-9  // for each that is pending, and class

	guessTrial  = 66e-9 // of a candidate where classes cannot be listed, for n: covariances
	guessSquare = .3e-9 // and for n^2: its deviation

	frontClass = .9e-9 // of a proposal and one of several metrics, for each class and n: deviations of most
	frontRate  = 60e-9 // and for each class: improvements of the front
)

// And bytes, of which the process takes [collected] times as much.
const (
	pairBytes      = 41.  // for n^2 in a fit
	pairScoreBytes = 6.   // for n^2 in a fit and each hyper-parameter, if scores make all distances different
	factorBytes    = 4.   // for n^2 beyond the last fit
	classBytes     = 8.   // for each class and n
	rowBytes       = 800. // for each class
	frontBytes     = 8.   // for each class and n, of one of several metrics: deviations of most
)

// Needs tells what so many queries take: fits, which end with a number of observations, and the means of all classes.
func (b *Bayesian) Needs(queries int) search.Needs {
	classes := 0
	if l, ok := b.candidates.(*listed); ok {
		classes = len(l.classes)
	}
	bytes, seconds := b.model.needs(b.problem, b.initial, distinct(b.problem, queries), classes)
	return search.NewNeeds(bytes, seconds)
}

// Needs is that of [Bayesian] for each metric, and what it takes to look at most classes.
func (b *BayesianFront) Needs(queries int) search.Needs {
	queries = distinct(b.problem, queries)
	bytes, seconds := b.models[0].needs(b.problem, b.initial, queries, len(b.classes))
	models, n, all := float64(len(b.models)), float64(queries), float64(len(b.classes))
	bytes += collected * frontBytes * all * n
	seconds += frontClass*all*n*n/2 + frontRate*all*n
	return search.NewNeeds(models*bytes, models*seconds)
}

// needs are those of a model of so many classes, from a number of random proposals on.
func (m *surrogate) needs(p search.Problem, initial, queries, classes int) (bytes, seconds float64) {
	hyperParameters := 0.
	if len(p.Scores) > 0 {
		hyperParameters = float64(m.kernel.Size())
	}
	n, all, pending := float64(queries), float64(classes), float64(max(min(p.Window, queries)-1, 0))
	last := 0
	for k := initial; k <= min(queries, m.mostFitted); k++ {
		if due(k, last) {
			last = k
			of := float64(k)
			seconds += fitCube*of*of*of + (fitSquare+fitScore*hyperParameters)*of*of + fitClass*all*of
		}
	}
	seconds += askSquare*n*n*n/3 + askClass*all*n*n/2 + askRate*all*n + (classRow+scoreRow*hyperParameters)*all
	seconds += pending * (pendingSquare*n*n*n/3 + pendingClass*all*n)
	if classes == 0 {
		seconds += evolvedDraws * (1 + evolvedRounds) * (guessTrial*n*n/2 + guessSquare*n*n*n/3)
	}
	fitted := float64(min(queries, m.mostFitted))
	bytes = (pairBytes+pairScoreBytes*hyperParameters)*fitted*fitted + factorBytes*n*n + (classBytes*n+rowBytes)*all
	return collected * bytes, seconds
}

// distinct is the number of classes that so many proposals can be of.
func distinct(p search.Problem, proposals int) int {
	if e, ok := p.Space.(space.Enumerator); ok {
		return min(proposals, e.Classes())
	}
	return proposals
}

// anyArch is an architecture of a space.
func anyArch(p search.Problem) space.Arch { return p.Space.Sample(p.Stream("needs", 0)) }
