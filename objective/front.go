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

// compare orders costs.
func compare(a, b float64) int {
	if math.IsNaN(a) || math.IsNaN(b) {
		return -cmp.Compare(a, b) // which has NaN first
	}
	return cmp.Compare(a, b)
}

// Hypervolume returns the volume of the region that the points dominate and that dominates the reference; points that
// are not better than the reference in every coordinate count nothing. It slices the region along the last coordinate,
// one after the other (HSO; While et al., IEEE TEC 2006): exact, for fronts of some hundred points in few dimensions.
func Hypervolume(points [][]float64, reference []float64) float64 {
	outside := func(p []float64) bool {
		for i := range p {
			if !(p[i] < reference[i]) {
				return true
			}
		}
		return false
	}
	return volume(slices.DeleteFunc(slices.Clone(points), outside), reference)
}

// volume is that of points inside the reference. It sorts them.
func volume(points [][]float64, reference []float64) float64 {
	last := len(reference) - 1
	if last == 0 {
		best := reference[0]
		for _, p := range points {
			best = min(best, p[0])
		}
		return reference[0] - best
	}
	slices.SortFunc(points, func(a, b []float64) int { return cmp.Compare(a[last], b[last]) })
	var front [][]float64 // of the points so far, without the last coordinate
	total, slice, known := 0.0, 0.0, false
	for i, p := range points {
		var grows bool
		front, grows = Extend(front, p[:last])
		known = known && !grows
		top := reference[last]
		if i+1 < len(points) {
			top = points[i+1][last]
		}
		depth := top - p[last]
		if !(depth > 0) { // also between two that are infinitely good
			continue
		}
		if !known {
			slice, known = volume(front, reference[:last]), true
		}
		total += depth * slice
	}
	return total
}

// Box is the region between the best and the worst value of every metric.
type Box struct{ Ideal, Worst []float64 }

// BoxOf is the box of the first metrics of a landscape; false if one has no value, the first that the box then lacks.
func BoxOf(l Landscape, metrics int) (b Box, ok bool) {
	for i := range metrics {
		best, _, known := l.Optimum(i)
		worst, alsoKnown := l.Worst(i)
		if !known || !alsoKnown {
			return b, false
		}
		b.Ideal, b.Worst = append(b.Ideal, best), append(b.Worst, worst)
	}
	return b, true
}

// Losses scales values to 0 at the ideal and 1 at the worst point. A metric that has but one value loses nothing.
func (b Box) Losses(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		if b.Worst[i] != b.Ideal[i] {
			out[i] = share(b.Ideal[i], v, b.Worst[i])
		}
	}
	return out
}

// share is how far a number is on the way from one to another, also where they are more apart than any number is large.
func share(from, v, to float64) float64 {
	if math.IsInf(to-from, 0) || math.IsInf(v-from, 0) {
		from, v, to = from/2, v/2, to/2
	}
	return (v - from) / (to - from)
}

// Hypervolume is the share of the box that points dominate, given by their values: 1 if one point is ideal.
func (b Box) Hypervolume(points [][]float64) float64 {
	losses, reference := make([][]float64, len(points)), make([]float64, len(b.Ideal))
	for i := range points {
		losses[i] = b.Losses(points[i])
	}
	for i := range reference {
		reference[i] = 1
	}
	return Hypervolume(losses, reference)
}
