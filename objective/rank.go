package objective

import (
	"cmp"
	"math"
	"slices"
)

// Ranks returns for each point, given by its costs, the number of the front that it is on: 0 if no point dominates it,
// 1 if none does but those of front 0, and so on (non-dominated sorting; Deb et al., IEEE TEC 2002). Equal points have
// the same.
func Ranks(points [][]float64) []int {
	ranks := make([]int, len(points))
	left := make([]int, len(points))
	for i := range left {
		left[i] = i
	}
	for rank := 0; len(left) > 0; rank++ {
		among := make([][]float64, len(left))
		for k, i := range left {
			among[k] = points[i]
		}
		front := NonDominated(among)
		for _, k := range front {
			ranks[left[k]] = rank
		}
		for _, k := range slices.Backward(front) {
			left = slices.Delete(left, k, k+1)
		}
	}
	return ranks
}

// Crowding returns for each point how far the points beside it on its front are apart (Deb et al., 2002): the distance
// between the next smaller and the next larger in each coordinate, for the range of the front in it, as a mean
// over the coordinates. It is infinite for the smallest and the largest in any coordinate. Of equal points those
// between their likes have no room at all.
func Crowding(points [][]float64, ranks []int) []float64 {
	crowding := make([]float64, len(points))
	fronts := map[int][]int{}
	for i, rank := range ranks {
		fronts[rank] = append(fronts[rank], i)
	}
	for _, front := range fronts { // in any order: they have nothing in common
		for k := range points[front[0]] {
			crowd(crowding, points, slices.Clone(front), k)
		}
	}
	return crowding
}

// crowd adds what coordinate k says of the points of a front, which it sorts.
func crowd(crowding []float64, points [][]float64, front []int, k int) {
	slices.SortStableFunc(front, func(a, b int) int { return compare(points[a][k], points[b][k]) })
	at := func(i int) float64 { return points[front[i]][k] }
	last := len(front) - 1
	crowding[front[0]], crowding[front[last]] = math.Inf(1), math.Inf(1)
	whole, dims := at(last)-at(0), float64(len(points[front[0]]))
	if !(whole > 0) || math.IsInf(whole, 0) {
		return
	}
	for i := 1; i < last; i++ {
		crowding[front[i]] += (at(i+1) - at(i-1)) / whole / dims
	}
}

// BestFirst returns the positions of points in the order of their ranks; of one rank the less crowded before the more,
// of equally crowded ones the first before the later.
func BestFirst(points [][]float64) []int {
	ranks := Ranks(points)
	crowding := Crowding(points, ranks)
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(ranks[a], ranks[b]), cmp.Compare(crowding[b], crowding[a]))
	})
	return order
}
