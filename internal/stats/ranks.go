package stats

import (
	"cmp"
	"slices"
)

// rank returns the rank of each value, 1 for the smallest; equal values share the mean of the ranks they take. The
// sizes of the groups of equal values are told smallest values first. The values must be free of NaN.
func rank(x []float64) (ranks []float64, groups []int) {
	order := order(len(x), func(i, j int) int { return cmp.Compare(x[i], x[j]) })
	ranks = make([]float64, len(x))
	for first := 0; first < len(x); {
		end := first + 1
		for end < len(x) && x[order[end]] == x[order[first]] {
			end++
		}
		for _, i := range order[first:end] {
			ranks[i] = float64(first+1+end) / 2
		}
		groups = append(groups, end-first)
		first = end
	}
	return ranks, groups
}

// order returns the positions of n values in the order of comparisons.
func order(n int, compare func(i, j int) int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, compare)
	return order
}

// tied sums f over the sizes of the groups; f is zero for a group of one wherever it is used.
func tied(groups []int, f func(t float64) float64) float64 {
	sum := 0.0
	for _, g := range groups {
		sum += f(float64(g))
	}
	return sum
}

// sign is -1, 0 or 1.
func sign(v float64) float64 { return float64(cmp.Compare(v, 0)) }

// cubic is t^3 - t, by which a group of t equal values lessens the variance of a sum of ranks.
func cubic(t float64) float64 { return t*t*t - t }
