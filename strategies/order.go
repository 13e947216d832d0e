package strategies

import (
	"cmp"
	"slices"

	"github.com/nassearch/nassearch/space"
)

// ascending returns the positions of values, that of the smallest first; of equal ones the first comes first.
func ascending(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	return order
}

// inOrder returns architectures by their costs, that of the least first.
func inOrder(archs []space.Arch, costs []float64) []space.Arch {
	sorted := make([]space.Arch, len(archs))
	for i, at := range ascending(costs) {
		sorted[i] = archs[at]
	}
	return sorted
}
