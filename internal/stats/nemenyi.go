package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Nemenyi returns the p-values of the differences of all pairs of mean ranks over n problems (Nemenyi, 1963;
// Demšar, JMLR 2006): |R_i - R_j| / sqrt(k (k + 1) / (12 n)) is distributed as the studentized range of k normal
// variables. They need no further adjustment for the number of pairs.
func Nemenyi(meanRanks []float64, problems int) ([][]float64, error) {
	k := len(meanRanks)
	if k < 2 || problems < 1 {
		return nil, fmt.Errorf("stats: %d methods on %d problems, want at least 2 on 1", k, problems)
	}
	if err := finite("meanRanks", meanRanks); err != nil {
		return nil, err
	}
	unit := math.Sqrt(float64(k*(k+1)) / float64(12*problems))
	p := make([][]float64, k)
	for i := range p {
		p[i] = make([]float64, k)
		for j := range p[i] {
			p[i][j] = rangeTail(math.Abs(meanRanks[i]-meanRanks[j])/unit, k)
		}
	}
	return p, nil
}

// CriticalDifference returns how far the mean ranks of two of k methods over n problems must be apart for
// Nemenyi's test at the level alpha: q sqrt(k (k + 1) / (6 n)), q being the upper quantile of the studentized
// range, divided by sqrt 2.
func CriticalDifference(methods, problems int, alpha float64) (float64, error) {
	q, err := NemenyiQuantile(methods, alpha)
	if err != nil {
		return 0, err
	}
	if problems < 1 {
		return 0, fmt.Errorf("stats: %d problems, want at least 1", problems)
	}
	k := float64(methods)
	return q * math.Sqrt(k*(k+1)/(6*float64(problems))), nil
}

// NemenyiQuantile returns the q of CriticalDifference.
func NemenyiQuantile(methods int, alpha float64) (float64, error) {
	if methods < 2 {
		return 0, fmt.Errorf("stats: %d methods, want at least 2", methods)
	}
	if err := share("alpha", alpha); err != nil {
		return 0, err
	}
	low, high := 0.0, 1.0
	for rangeTail(high, methods) > alpha {
		low, high = high, 2*high
	}
	for range 60 {
		middle := (low + high) / 2
		if rangeTail(middle, methods) > alpha {
			low = middle
		} else {
			high = middle
		}
	}
	return high / math.Sqrt2, nil
}

// Cliques returns the groups of methods between which no difference is shown, the bars of a critical-difference
// diagram: all maximal runs of neighbours in the order of mean ranks that lie within the critical difference.
// A clique lists positions in meanRanks, best rank first; one method alone is none.
func Cliques(meanRanks []float64, criticalDifference float64) ([][]int, error) {
	if err := finite("meanRanks", meanRanks); err != nil {
		return nil, err
	}
	if !(criticalDifference >= 0) {
		return nil, fmt.Errorf("stats: the critical difference is %v, want a number that is not negative", criticalDifference)
	}
	order := order(len(meanRanks), func(i, j int) int {
		return cmp.Or(cmp.Compare(meanRanks[i], meanRanks[j]), cmp.Compare(i, j))
	})
	var cliques [][]int
	covered := 0
	for first := range order {
		end := first + 1
		for end < len(order) && meanRanks[order[end]]-meanRanks[order[first]] <= criticalDifference {
			end++
		}
		if end-first > 1 && end > covered {
			cliques = append(cliques, slices.Clone(order[first:end]))
			covered = end
		}
	}
	return cliques, nil
}

// rangeTail is the probability that the range of k standard normal variables is above q,
//
//	k integral phi(z) (Phi(z)^(k-1) - (Phi(z) - Phi(z-q))^(k-1)) dz,
//
// z being the largest of them, by the trapezoidal rule, which for such smooth functions converges faster than
// any power of the step. The difference is formed without cancellation, so that a small tail is precise.
func rangeTail(q float64, k int) float64 {
	if q <= 0 {
		return 1
	}
	if q > 60 { // below the smallest positive number for any k that fits into memory
		return 0
	}
	const reach, step = 9., 1. / 32 // the normal density beyond is below 1e-18
	n, total := float64(k-1), 0.0
	for z := -reach; z <= reach+q/2; z += step { // far tails have their weight about z = q/2
		at, below := normalCDF(z), normalCDF(z-q)
		rest := -math.Expm1(n * math.Log1p(-below/at))
		total += math.Exp(-z*z/2) * math.Pow(at, n) * rest
	}
	return math.Min(1, float64(k)*total*step/math.Sqrt(2*math.Pi))
}
