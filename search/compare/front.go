package compare

import (
	"slices"

	"github.com/nassearch/nassearch/objective"
)

// Box is what hypervolumes are counted in.
func (p Problem) Box() objective.Box { return objective.Box{Ideal: p.Ideal, Worst: p.Worst} }

// front returns the points that no other dominates, once each, best in the first metric first.
func (p Problem) front(points [][]float64) [][]float64 {
	costs := p.Costs(points)
	best := objective.NonDominated(costs)
	slices.SortStableFunc(best, func(a, b int) int { return slices.Compare(costs[a], costs[b]) })
	best = slices.CompactFunc(best, func(a, b int) bool { return slices.Equal(costs[a], costs[b]) })
	var front [][]float64
	for _, i := range best {
		front = append(front, points[i])
	}
	return front
}

// Costs gives points the sign that makes smaller better, and takes it away again.
func (p Problem) Costs(points [][]float64) [][]float64 {
	out := make([][]float64, len(points))
	for i, v := range points {
		out[i] = objective.Costs(p.Objective, v)
	}
	return out
}
