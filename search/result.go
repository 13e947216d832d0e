package search

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/nassearch/nassearch/objective"
)

// Result is what a study knows at its end.
type Result struct {
	Study      Description
	Stop       Reason
	Trials     []Trial // that used budget, in the order told
	Queries    int     // how many they are, failed ones included
	Duplicates int     // proposals of a class that was known, whether they used budget or not
	Failed     int     // queries without values
}

// newResult sums up trials in the order told. Free duplicates may be among them; most are only counted by others.
func newResult(d Description, stop Reason, trials []Trial) Result {
	r := Result{Study: d, Stop: stop}
	free := 0
	for _, t := range trials {
		if free = max(free, t.Repeats); !d.Counts(t) {
			free = max(free, t.Repeats+1)
			continue
		}
		r.Trials = append(r.Trials, t)
		if t.Duplicate() {
			r.Duplicates++
		}
		if t.Failed() {
			r.Failed++
		}
	}
	r.Queries = len(r.Trials)
	r.Duplicates += free
	return r
}

// Best returns the trial with the best first metric, of those of the full training, the earliest of several, and the
// number of the query, from 1, that found it. It is false if no such trial has values.
func (r Result) Best() (t Trial, query int, ok bool) {
	goal := r.Study.Objective[0].Goal
	for i, c := range r.Trials {
		if c.Answers() && (!ok || goal.Better(c.Values[0], t.Values[0])) {
			t, query, ok = c, i+1, true
		}
	}
	return t, query, ok
}

// Curve returns the best value of the first metric after each query, of those of the full training, NaN before the
// first success.
func (r Result) Curve() []float64 {
	goal := r.Study.Objective[0].Goal
	curve := make([]float64, len(r.Trials))
	best := math.NaN()
	for i, t := range r.Trials {
		if t.Answers() && (math.IsNaN(best) || goal.Better(t.Values[0], best)) {
			best = t.Values[0]
		}
		curve[i] = best
	}
	return curve
}

// Volumes returns the share of the box that the trials dominate after each query, as [Result.Hypervolume] does at the
// end. The error is the context's.
func (r Result) Volumes(ctx context.Context, b objective.Box) ([]objective.Volume, error) {
	covered := objective.NewCoverage(r.Study.Objective, b)
	curve := make([]objective.Volume, len(r.Trials))
	var now objective.Volume
	for i, t := range r.Trials {
		if t.Answers() && covered.Add(t.Values) {
			var err error
			if now, err = covered.Volume(ctx); err != nil {
				return nil, err
			}
		}
		curve[i] = now
	}
	return curve, nil
}

// Front returns the trials that no other trial dominates, of those of the full training, in the order told, one per
// class.
func (r Result) Front() []Trial {
	var candidates []Trial
	var points [][]float64
	for _, t := range r.Trials {
		if t.Answers() && !t.Duplicate() {
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

// Fidelities returns how many queries there are of each fidelity, ascending; nil if all are of the full training.
func (r Result) Fidelities() []AtFidelity {
	var all []AtFidelity
	for _, t := range r.Trials {
		f := cmp.Or(t.Fidelity, 1)
		i, known := slices.BinarySearchFunc(all, f, func(a AtFidelity, f float64) int { return cmp.Compare(a.Fidelity, f) })
		if !known {
			all = slices.Insert(all, i, AtFidelity{Fidelity: f})
		}
		all[i].Queries++
	}
	if len(all) == 0 || len(all) == 1 && all[0].Fidelity == 1 {
		return nil
	}
	return all
}

// AtFidelity is a number of queries of one fidelity.
type AtFidelity struct {
	Fidelity float64 `json:"fidelity"`
	Queries  int     `json:"queries"`
}

// Trainings is how many full trainings the queries amount to, at least one if there are any; each query is one where
// all are of the full training.
func (r Result) Trainings() int {
	n := float64(r.Queries)
	for _, a := range r.Fidelities() {
		n -= float64(a.Queries) * (1 - a.Fidelity)
	}
	return int(math.Ceil(n - trainingsSlack))
}

// trainingsSlack is the rounding that a sum of shares may have.
const trainingsSlack = 1e-6

// Hypervolume returns the share of the box, whose sides are in the order of the metrics, that the front dominates: 1 if
// one architecture is best in all metrics. The error is the context's.
func (r Result) Hypervolume(ctx context.Context, b objective.Box) (objective.Volume, error) {
	var points [][]float64
	for _, t := range r.Front() {
		points = append(points, t.Values)
	}
	return b.Hypervolume(ctx, points)
}
