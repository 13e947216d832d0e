package stats

import (
	"cmp"
	"slices"
)

// Ranks returns the rank of each value, 1 for the smallest; equal values share the mean of the ranks they take. The
// values must be free of NaN.
func Ranks(x []float64) []float64 {
	ranks, _ := rank(x)
	return ranks
}

// rank returns the rank of each value, 1 for the smallest; equal values share the mean of the ranks they take. The
// sizes of the groups of equal values are told smallest values first. The values must be free of NaN.
func rank(x []float64) (ranks []float64, groups []int) {
	order := order(len(x), func(i, j int) int { return cmp.Compare(x[i], x[j]) })
	groups = runs(len(x), func(i, j int) bool { return x[order[i]] == x[order[j]] })
	ranks = make([]float64, len(x))
	first := 0
	for _, n := range groups {
		for _, i := range order[first : first+n] {
			ranks[i] = float64(2*first+1+n) / 2
		}
		first += n
	}
	return ranks, groups
}

// runs returns the lengths of the runs of equal neighbours.
func runs(n int, equal func(i, j int) bool) []int {
	var lengths []int
	for first := 0; first < n; {
		end := first + 1
		for end < n && equal(first, end) {
			end++
		}
		lengths = append(lengths, end-first)
		first = end
	}
	return lengths
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
