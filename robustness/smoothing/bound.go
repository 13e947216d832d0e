package smoothing

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/mathext"
)

// Lower is the one-sided lower confidence bound of Clopper and Pearson (Biometrika 1934) for the probability of an
// event that happened k times of n: the p at which k or more happen with probability alpha,
//
//	I_p(k, n-k+1) = alpha
//
// with I the regularised incomplete beta function; SciPy has it as beta.ppf(alpha, k, n-k+1). The true probability is
// lower in at most a share alpha of all samples. It is 0 for k = 0, and alpha^(1/n) for k = n.
//
// 0 <= k <= n, 0 < n, 0 < alpha < 1.
func Lower(k, n int, alpha float64) float64 {
	switch k {
	case 0:
		return 0
	case n:
		return math.Exp(math.Log(alpha) / float64(n))
	}
	// Halving to the last bit: gonum's own inverse stops early, some 1e-6 too high, for alpha below 1e-10. What is
	// returned is the lower end.
	low, high := 0., 1.
	for {
		p := low + (high-low)/2
		switch {
		case p == low || p == high:
			return low
		case mathext.RegIncBeta(float64(k), float64(n-k+1), p) <= alpha:
			low = p
		default:
			high = p
		}
	}
}

// majority is the least number of the votes for a class that certifies an image.
func (c Config) majority() int {
	return sort.Search(c.Votes, func(k int) bool { return c.radius(k) > 0 })
}
