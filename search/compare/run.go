package compare

import (
	"math"
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// Run is what came of one study.
type Run struct {
	Problem  string `json:"problem"`  // its name in the plan
	Strategy string `json:"strategy"` // its name in the plan
	Seed     uint64 `json:"seed"`

	Stop    search.Reason `json:"stop"`
	Failure string        `json:"failure,omitempty"` // why the study broke off by no wish of the user; empty if not

	Queries    int     `json:"queries"` // what used budget
	Duplicates int     `json:"duplicates"`
	Failed     int     `json:"failed"`           // queries without values
	Causes     []Tally `json:"causes,omitempty"` // of these, in the order in which they first occurred
	Hours      float64 `json:"hours"`            // on the virtual clock

	// Steps is the run as a step function: the moments at which it became better.
	Steps []Step `json:"steps"`

	// StrategySeconds is the measured time inside the strategy, NaN if the run was cut and continued. It differs
	// from run to run, and is left out of what must not.
	StrategySeconds Number `json:"strategy_seconds"`
}

// Tally is how often a kind of failure occurred.
type Tally struct {
	Cause objective.Cause `json:"cause"`
	Count int             `json:"count"`
}

// Count adds failures to a list of tallies.
func Count(list []Tally, more ...Tally) []Tally {
	for _, t := range more {
		i := slices.IndexFunc(list, func(of Tally) bool { return of.Cause == t.Cause })
		if i < 0 {
			i, list = len(list), append(list, Tally{Cause: t.Cause})
		}
		list[i].Count += t.Count
	}
	return list
}

// Step is a moment at which a run became better.
type Step struct {
	Query   int        `json:"query"`   // from 1
	Hours   float64    `json:"hours"`   // on the virtual clock
	Quality float64    `json:"quality"` // best value so far, or hypervolume so far; 0 if the box is joint
	Arch    space.Arch `json:"arch"`
	Values  []float64  `json:"values"` // of the architecture, in the metrics' order
}

// On returns where on the axis the step is.
func (s Step) On(a Axis) float64 {
	if a == Hours {
		return s.Hours
	}
	return float64(s.Query)
}

// At returns the quality of a run at a point of the axis. Before its first value a front dominates nothing, so that a
// hypervolume is 0; a metric's value is not known then: NaN.
func (p Problem) At(r Run, a Axis, x float64) float64 {
	s, ok := r.Best(a, x)
	switch {
	case ok:
		return s.Quality
	case p.Multi():
		return 0
	}
	return math.NaN()
}

// Best returns the last step up to a point of the axis; false before the first.
func (r Run) Best(a Axis, x float64) (best Step, ok bool) {
	for _, s := range r.Steps {
		if s.On(a) > x {
			break
		}
		best, ok = s, true
	}
	return best, ok
}

// Front returns the points that no other of the run dominates, best in the first metric first.
func (r Run) Front(p Problem) [][]float64 {
	var points [][]float64
	for _, s := range r.Steps {
		points = append(points, s.Values)
	}
	return objective.Front(p.Objective, points)
}
