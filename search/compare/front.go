package compare

import (
	"slices"

	"github.com/nassearch/nassearch/search"
)

// losses scales values to 0 at the ideal and 1 at the worst point.
func (p Problem) losses(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		if p.Worst[i] != p.Ideal[i] {
			out[i] = (v - p.Ideal[i]) / (p.Worst[i] - p.Ideal[i])
		}
	}
	return out
}

// hypervolume is the share of the box between the ideal and the worst point that points dominate.
func (p Problem) hypervolume(points [][]float64) float64 {
	losses, reference := make([][]float64, len(points)), make([]float64, len(p.Objective))
	for i := range points {
		losses[i] = p.losses(points[i])
	}
	for i := range reference {
		reference[i] = 1
	}
	return search.Hypervolume(losses, reference)
}

// dominates says whether a is nowhere worse than b; so it does if they are equal.
func (p Problem) dominates(a, b []float64) bool {
	for i, m := range p.Objective {
		if m.Goal.Better(b[i], a[i]) {
			return false
		}
	}
	return true
}

// front returns the points that no other dominates, once each, best in the first metric first.
func (p Problem) front(points [][]float64) [][]float64 {
	sorted := slices.Clone(points)
	slices.SortStableFunc(sorted, func(a, b []float64) int {
		for i, m := range p.Objective {
			if c := m.Goal.Compare(a[i], b[i]); c != 0 {
				return c
			}
		}
		return 0
	})
	var front [][]float64
	for _, q := range sorted { // whatever dominates a point stands before it
		if !slices.ContainsFunc(front, func(f []float64) bool { return p.dominates(f, q) }) {
			front = append(front, q)
		}
	}
	return front
}
