package objective

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Hypervolume returns the volume of the region that the points dominate and that dominates the reference; points that
// are not better than the reference in every coordinate count nothing. It slices the region along the last coordinate,
// one after the other (HSO; While et al., IEEE TEC 2006), down to three, where a staircase is swept. It is exact, and
// takes n^2 log n steps for points in four coordinates and n times as many for each further one. The error is the
// context's.
func Hypervolume(ctx context.Context, points [][]float64, reference []float64) (float64, error) {
	outside := func(p []float64) bool {
		for i := range p {
			if !(p[i] < reference[i]) {
				return true
			}
		}
		return false
	}
	v := volume(ctx, slices.DeleteFunc(slices.Clone(points), outside), reference)
	return v, ctx.Err()
}

// volume is that of points inside the reference. It sorts them.
func volume(ctx context.Context, points [][]float64, reference []float64) float64 {
	last := len(reference) - 1
	if last == 0 {
		best := reference[0]
		for _, p := range points {
			best = min(best, p[0])
		}
		return reference[0] - best
	}
	if last == 3 && finite(points) {
		return volume4(ctx, points, reference)
	}
	slices.SortFunc(points, func(a, b []float64) int { return cmp.Compare(a[last], b[last]) })
	var front [][]float64 // of the points so far, without the last coordinate
	total, slice, known := 0.0, 0.0, false
	for i, p := range points {
		if last > 1 && ctx.Err() != nil {
			return 0
		}
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
			slice, known = volume(ctx, front, reference[:last]), true
		}
		total += depth * slice
	}
	return total
}

func finite(points [][]float64) bool {
	return !slices.ContainsFunc(points, func(p []float64) bool {
		return slices.ContainsFunc(p, func(x float64) bool { return math.IsInf(x, 0) })
	})
}

// volume4 is that of points in four coordinates inside the reference. It sorts them.
func volume4(ctx context.Context, points [][]float64, reference []float64) float64 {
	slices.SortFunc(points, func(a, b []float64) int { return cmp.Compare(a[3], b[3]) })
	var front [][]float64 // of the points so far, without the last coordinate; by the one before it
	total, slice, known := 0.0, 0.0, false
	for i, p := range points {
		if ctx.Err() != nil {
			return 0
		}
		if !slices.ContainsFunc(front, func(f []float64) bool { return Attains(f, p[:3]) }) {
			front = slices.DeleteFunc(front, func(f []float64) bool { return Attains(p[:3], f) })
			at, _ := slices.BinarySearchFunc(front, p[2], func(f []float64, z float64) int { return cmp.Compare(f[2], z) })
			front, known = slices.Insert(front, at, p[:3]), false
		}
		top := reference[3]
		if i+1 < len(points) {
			top = points[i+1][3]
		}
		if depth := top - p[3]; depth > 0 {
			if !known {
				slice, known = swept(front, reference), true
			}
			total += depth * slice
		}
	}
	return total
}

// swept is the volume of points in three coordinates, of which the last ascends.
func swept(points [][]float64, reference []float64) float64 {
	var s staircase
	total, area := 0.0, 0.0
	for i, p := range points {
		area += s.add(step{p[0], p[1]}, step{reference[0], reference[1]})
		top := reference[2]
		if i+1 < len(points) {
			top = points[i+1][2]
		}
		total += (top - p[2]) * area
	}
	return total
}

// step is a corner of a staircase.
type step struct{ x, y float64 }

// staircase are points of which none dominates another: x ascends, y descends.
type staircase []step

// add adds a point and returns by how much the area grows that the points dominate up to the corner.
func (s *staircase) add(p, corner step) (gain float64) {
	at, _ := slices.BinarySearchFunc(*s, p, func(a, b step) int { return cmp.Or(cmp.Compare(a.x, b.x), 1) })
	top := corner.y
	if at > 0 {
		top = (*s)[at-1].y
	}
	if top <= p.y {
		return 0
	}
	x, end := p.x, at
	for ; end < len(*s) && (*s)[end].y >= p.y; end++ {
		gain += ((*s)[end].x - x) * (top - p.y)
		x, top = (*s)[end].x, (*s)[end].y
	}
	right := corner.x
	if end < len(*s) {
		right = (*s)[end].x
	}
	gain += (right - x) * (top - p.y)
	*s = slices.Replace(*s, at, end, p)
	return gain
}
