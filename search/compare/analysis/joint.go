package analysis

import (
	"context"
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
)

// Settle gives problems of which nobody knows the true front the box and the front of all runs together, and these runs
// their hypervolumes in it.
func Settle(p compare.Plan, runs []compare.Run) (compare.Plan, []compare.Run) {
	p.Problems, runs = slices.Clone(p.Problems), slices.Clone(runs)
	for i := range p.Problems {
		problem := &p.Problems[i]
		if !problem.Joint {
			continue
		}
		span(problem, runs)
		for k := range runs {
			if runs[k].Problem == problem.Name {
				runs[k].Steps = volumes(*problem, runs[k].Steps)
			}
		}
	}
	return p, runs
}

// span sets the box and the front of a problem to those of the runs: both of nothing if none has a value.
func span(p *compare.Problem, runs []compare.Run) {
	var points [][]float64
	for _, r := range runs {
		for _, s := range r.Steps {
			if r.Problem == p.Name {
				points = append(points, s.Values)
			}
		}
	}
	p.Front = objective.Front(p.Objective, points)
	box := objective.BoxAround(p.Objective, points)
	p.Ideal, p.Worst = box.Ideal, box.Worst
}

// volumes returns the steps of a run with the hypervolumes of its front at each.
func volumes(p compare.Problem, steps []compare.Step) []compare.Step {
	steps = slices.Clone(steps)
	covered := objective.NewCoverage(p.Objective, p.Box())
	for i, s := range steps {
		covered.Add(s.Values)
		share, _ := covered.Volume(context.Background()) // which takes a second at most, and has no other error
		steps[i].Quality = share.Value
	}
	return steps
}
