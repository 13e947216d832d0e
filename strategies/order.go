package strategies

import (
	"cmp"
	"slices"
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
