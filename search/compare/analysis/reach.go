package analysis

import (
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
)

// curve returns a run's quality as a function of the plan's axis.
func (a *analysis) curve(r compare.Run) stats.Curve {
	var c stats.Curve
	for _, s := range r.Steps {
		c.At, c.Value = append(c.At, s.On(a.plan.Axis)), append(c.Value, s.Quality)
	}
	return c
}

// area is the mean of the regret over the axis, NaN if the optimum is not known, or a regret beyond all numbers. Before
// its first value a run is as bad as the worst class.
func (a *analysis) area(r compare.Run) float64 {
	if !a.problem.Optimum.Known() {
		return math.NaN()
	}
	from := 0.0
	if a.plan.Axis == compare.Queries {
		from = 1 // each query's value holds until the next
	}
	c := a.curve(r)
	if len(c.At) == 0 || c.At[0] > from {
		c.At, c.Value = append([]float64{from}, c.At...), append([]float64{a.worst()}, c.Value...)
	}
	regret, err := c.Regret(float64(a.problem.Optimum))
	a.keep(err)
	if math.IsInf(slices.Max(regret.Value), 1) {
		return math.NaN()
	}
	area, err := regret.Average(from, from+a.plan.End())
	a.keep(err)
	return area
}

// worst is the quality of the worst class alone.
func (a *analysis) worst() float64 {
	if a.problem.Multi() {
		return 0 // hypervolume
	}
	return a.problem.Worst[0]
}

// observation says when a run came within a distance of the optimum. A run that broke off before was watched until
// then; any other run that did not would not have done so by the end.
func (a *analysis) observation(r compare.Run, within float64) stats.Observation {
	end := a.plan.End()
	if r.Failure != "" {
		at := r.Hours
		if a.plan.Axis == compare.Queries {
			at = float64(r.Queries)
		}
		end = min(end, at)
	}
	if len(r.Steps) == 0 {
		return stats.Observation{At: end}
	}
	o, err := a.curve(r).Reach(float64(a.problem.Optimum), within, end)
	a.keep(err)
	return o
}

// reach says how many runs came within each tolerance, and when; nothing if the optimum is not known.
func (a *analysis) reach(s sample) []Reach {
	all := []Reach{}
	for _, goal := range a.goals() {
		r := Reach{Goal: goal, Share: unknown(), Median: compare.Unknown(), Events: []Event{}}
		if len(s.runs) > 0 {
			a.survive(&r, s)
		}
		all = append(all, r)
	}
	return all
}

// goals are the tolerances and 0, the optimum itself; none if that is not known. Of a metric that is no share, such as
// seconds or percent, they are parts of the distance between its best and its worst value.
func (a *analysis) goals() (all []Goal) {
	if !a.problem.Optimum.Known() {
		return nil
	}
	for _, within := range a.plan.Tolerances {
		g := Goal{Within: within}
		if p := a.problem; !p.Multi() && p.Objective[0].Unit() != objective.Share && len(p.Ideal) == 1 && len(p.Worst) == 1 {
			g = Goal{math.Abs(within*p.Ideal[0] - within*p.Worst[0]), within}
		}
		all = append(all, g)
	}
	return append(all, Goal{})
}

func (a *analysis) survive(r *Reach, s sample) {
	var seen []stats.Observation
	for _, run := range s.runs {
		seen = append(seen, a.observation(run, r.Within))
	}
	km, err := stats.KaplanMeier(seen)
	a.keep(err)
	never, err := km.Interval(a.plan.End(), a.plan.Confidence)
	a.keep(err)
	r.Share = Estimate{compare.Number(1 - km.Never()), compare.Number(1 - never.High), compare.Number(1 - never.Low)}
	if at, ok := km.Median(); ok {
		r.Median = compare.Number(at)
	}
	for _, step := range km.Steps {
		r.Events = append(r.Events, Event{step.At, 1 - step.Share})
	}
}
