package objective

import (
	"cmp"
	"math"
	"slices"
)

// Points of several metrics are compared as costs, of which smaller ones are better: see [Costs]. A cost may be
// infinite. NaN, of which nobody knows what it is, is larger than any number.

// Costs gives the values of metrics the sign that makes smaller better, and takes it away again.
func Costs(metrics []Metric, values []float64) []float64 {
	c := make([]float64, len(values))
	for i, v := range values {
		c[i] = metrics[i].Goal.Cost(v)
	}
	return c
}

// Attains says whether point a is nowhere larger than b; so it is if they are equal.
func Attains(a, b []float64) bool {
	for i := range a {
		if a[i] > b[i] || math.IsNaN(a[i]) && !math.IsNaN(b[i]) {
			return false
		}
	}
	return true
}

// Dominates says whether point a is nowhere larger than b and somewhere smaller.
func Dominates(a, b []float64) bool { return Attains(a, b) && !Attains(b, a) }

// Extend adds a point to a front, unless a point of the front attains it; those that it attains leave. It says whether
// the point was added. The front is changed in place.
func Extend(front [][]float64, point []float64) ([][]float64, bool) {
	if slices.ContainsFunc(front, func(f []float64) bool { return Attains(f, point) }) {
		return front, false
	}
	front = slices.DeleteFunc(front, func(f []float64) bool { return Attains(point, f) })
	return append(front, point), true
}

// NonDominated returns the positions of the points that no other point dominates, in ascending order. Of equal points
// all are returned. It takes n log n steps for points in two coordinates, and n times the front's size for more.
func NonDominated(points [][]float64) []int {
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return slices.CompareFunc(points[a], points[b], compare) })
	var front []int
	for _, i := range order { // what dominates a point stands before it
		rivals := front
		if len(points[i]) <= 2 && len(front) > 0 {
			rivals = front[len(front)-1:] // the smallest so far in the second coordinate
		}
		if !slices.ContainsFunc(rivals, func(r int) bool { return Dominates(points[r], points[i]) }) {
			front = append(front, i)
		}
	}
	slices.Sort(front)
	return front
}

// Front returns the points, given by their values, that no other point dominates, once each, best in the first metric
// first.
func Front(metrics []Metric, points [][]float64) [][]float64 {
	costs := make([][]float64, len(points))
	for i, p := range points {
		costs[i] = Costs(metrics, p)
	}
	best := NonDominated(costs)
	slices.SortStableFunc(best, func(a, b int) int { return slices.Compare(costs[a], costs[b]) })
	best = slices.CompactFunc(best, func(a, b int) bool { return slices.Equal(costs[a], costs[b]) })
	var front [][]float64
	for _, i := range best {
		front = append(front, points[i])
	}
	return front
}

// compare orders costs.
func compare(a, b float64) int {
	if math.IsNaN(a) || math.IsNaN(b) {
		return -cmp.Compare(a, b) // which has NaN first
	}
	return cmp.Compare(a, b)
}
