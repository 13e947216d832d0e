package search

import (
	"slices"
)

// Dominates says whether point a is nowhere larger than b and somewhere smaller.
func Dominates(a, b []float64) bool {
	smaller := false
	for i := range a {
		if a[i] > b[i] {
			return false
		}
		smaller = smaller || a[i] < b[i]
	}
	return smaller
}

// NonDominated returns the positions of the points that no other point dominates, smaller being better. Of
// equal points all are returned.
func NonDominated(points [][]float64) []int {
	var front []int
	for i, p := range points {
		if !slices.ContainsFunc(points, func(q []float64) bool { return Dominates(q, p) }) {
			front = append(front, i)
		}
	}
	return front
}

// Hypervolume returns the volume of the region that the points dominate and that dominates the reference,
// smaller being better; points beyond the reference in some coordinate count nothing. It slices the region
// along the last coordinate, one after the other (HSO; While et al., IEEE TEC 2006), and sweeps over the last two:
// exact, for fronts of some hundred points in few dimensions.
func Hypervolume(points [][]float64, reference []float64) float64 {
	var inside [][]float64
	for _, p := range points {
		within := true
		for i := range p {
			within = within && p[i] < reference[i]
		}
		if within {
			inside = append(inside, p)
		}
	}
	return volume(inside, reference)
}

func volume(points [][]float64, reference []float64) float64 {
	if len(points) == 0 {
		return 0
	}
	last := len(reference) - 1
	points = slices.Clone(points)
	slices.SortFunc(points, func(a, b []float64) int {
		switch {
		case a[last] < b[last]:
			return -1
		case a[last] > b[last]:
			return 1
		}
		return 0
	})
	switch last {
	case 0:
		return reference[0] - points[0][0]
	case 1:
		return area(points, reference)
	}
	total := 0.0
	for i, p := range points {
		top := reference[last]
		if i+1 < len(points) {
			top = points[i+1][last]
		}
		if depth := top - p[last]; depth > 0 {
			total += depth * volume(nonDominatedIn(points[:i+1], last), reference[:last])
		}
	}
	return total
}

// area is the volume for two coordinates, of points in ascending order of the second.
func area(points [][]float64, reference []float64) float64 {
	total, width := 0.0, 0.0
	for i, p := range points {
		width = max(width, reference[0]-p[0])
		top := reference[1]
		if i+1 < len(points) {
			top = points[i+1][1]
		}
		total += (top - p[1]) * width
	}
	return total
}

// nonDominatedIn drops the points that another dominates in the first dims coordinates.
func nonDominatedIn(points [][]float64, dims int) [][]float64 {
	cut := make([][]float64, len(points))
	for i, p := range points {
		cut[i] = p[:dims]
	}
	var front [][]float64
	for _, i := range NonDominated(cut) {
		front = append(front, cut[i])
	}
	return front
}
