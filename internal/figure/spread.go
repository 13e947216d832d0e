package figure

import "math"

// Spread moves labels apart until each has its height, keeping their order and staying between top and bottom where
// there is room. It returns the new places, in the order of the given ones.
func Spread(at []float64, height, top, bottom float64) []float64 {
	order := make([]int, len(at))
	for i := range order {
		order[i] = i
		for j := i; j > 0 && at[order[j]] < at[order[j-1]]; j-- {
			order[j], order[j-1] = order[j-1], order[j]
		}
	}
	out := make([]float64, len(at))
	copy(out, at)
	for k, i := range order { // down
		low := top
		if k > 0 {
			low = out[order[k-1]] + height
		}
		out[i] = math.Max(out[i], low)
	}
	for k := len(order) - 1; k >= 0; k-- { // and back up
		high := bottom
		if k+1 < len(order) {
			high = out[order[k+1]] - height
		}
		out[order[k]] = math.Min(out[order[k]], high)
	}
	return out
}
