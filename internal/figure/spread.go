package figure

import (
	"cmp"
	"slices"
)

// Spread moves labels apart until each has its height, keeping their order and staying between top and bottom where
// there is room. It returns the new places, in the order of the given ones.
func Spread(at []float64, height, top, bottom float64) []float64 {
	order := make([]int, len(at))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(at[i], at[j]) })
	out := slices.Clone(at)
	for k, i := range order { // down
		low := top
		if k > 0 {
			low = out[order[k-1]] + height
		}
		out[i] = max(out[i], low)
	}
	for k := len(order) - 1; k >= 0; k-- { // and back up
		high := bottom
		if k+1 < len(order) {
			high = out[order[k+1]] - height
		}
		out[order[k]] = min(out[order[k]], high)
	}
	return out
}
