package search

import (
	"math"

	"github.com/nassearch/nassearch/objective"
)

// Result is what a study knows at its end.
type Result struct {
	Study      Description
	Stop       Reason
	Trials     []Trial // in the order told, duplicates included
	Queries    int     // trials that used budget, failed ones included
	Duplicates int     // proposals of a class that was known
	Failed     int     // queries without values
}

func newResult(d Description, stop Reason, trials []Trial) Result {
	r := Result{Study: d, Stop: stop, Trials: trials}
	for _, t := range trials {
		if t.Duplicate() {
			r.Duplicates++
		}
		if !r.Study.Counts(t) {
			continue
		}
		r.Queries++
		if t.Failed() {
			r.Failed++
		}
	}
	return r
}

// Best returns the trial with the best first metric, the earliest of several, and the number of the query,
// from 1, that found it. It is false if no trial has values.
func (r Result) Best() (t Trial, query int, ok bool) {
	goal := r.Study.Objective[0].Goal
	n := 0
	for _, c := range r.Trials {
		if r.Study.Counts(c) {
			n++
		}
		if c.Failed() || ok && !goal.Better(c.Values[0], t.Values[0]) {
			continue
		}
		t, query, ok = c, n, true
	}
	return t, query, ok
}

// Curve returns the best value of the first metric after each query, NaN before the first success.
func (r Result) Curve() []float64 {
	goal := r.Study.Objective[0].Goal
	curve := make([]float64, 0, r.Queries)
	best := math.NaN()
	for _, t := range r.Trials {
		if !r.Study.Counts(t) {
			continue
		}
		if !t.Failed() && (math.IsNaN(best) || goal.Better(t.Values[0], best)) {
			best = t.Values[0]
		}
		curve = append(curve, best)
	}
	return curve
}

// Front returns the trials that no other trial dominates, in the order told, one per class.
func (r Result) Front() []Trial {
	var candidates []Trial
	var points [][]float64
	for _, t := range r.Trials {
		if !t.Failed() && !t.Duplicate() {
			candidates = append(candidates, t)
			points = append(points, objective.Costs(r.Study.Objective, t.Values))
		}
	}
	var front []Trial
	for _, i := range objective.NonDominated(points) {
		front = append(front, candidates[i])
	}
	return front
}

// Hypervolume returns the share of the box between the ideal and the worst point that the front dominates:
// 1 if one architecture is best in all metrics. Ideal and worst are in the order of the metrics.
func (r Result) Hypervolume(ideal, worst []float64) float64 {
	var points [][]float64
	for _, t := range r.Front() {
		points = append(points, t.Values)
	}
	return objective.Box{Ideal: ideal, Worst: worst}.Hypervolume(points)
}
