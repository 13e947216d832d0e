package stats

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
)

// DrawTest returns the exact p-value against the hypothesis that those of a population who were chosen, such as the
// best, were drawn at random, by the sum of a whole number that everyone has. Of the population have[v] have the value
// v, and of these drawn[v] were chosen. The p-value is the probability of all sums that are no more probable than the
// one observed: with two values it is that of Fisher's exact test (hypergeometric), with more that of the permutation
// test of the means' difference over all permutations.
func DrawTest(have, drawn []int) (float64, error) {
	if len(have) != len(drawn) {
		return 0, fmt.Errorf("stats: %d values are drawn of %d", len(drawn), len(have))
	}
	left, draws, observed := 0, 0, 0
	for v := range have {
		if drawn[v] < 0 || drawn[v] > have[v] {
			return 0, fmt.Errorf("stats: %d of the %d that have the value %d are drawn", drawn[v], have[v], v)
		}
		left, draws, observed = left+have[v], draws+drawn[v], observed+v*drawn[v]
	}
	states := map[drawState]float64{{draws, 0}: 1}
	for v, n := range have {
		states = drawSome(states, v, n, left)
		left -= n
	}
	limit := states[drawState{0, observed}] * (1 + 1e-7) // what is as probable, but for rounding
	p := 0.
	for _, s := range slices.SortedFunc(maps.Keys(states), drawState.compare) {
		if states[s] <= limit {
			p += states[s]
		}
	}
	return math.Min(1, p), nil
}

// drawState is how many are still to be drawn, and the sum of those that are.
type drawState struct{ draws, sum int }

func (s drawState) compare(o drawState) int {
	return cmp.Or(cmp.Compare(s.draws, o.draws), cmp.Compare(s.sum, o.sum))
}

// drawSome draws from the n of the rest of a population that have a value.
func drawSome(states map[drawState]float64, value, n, rest int) map[drawState]float64 {
	next := map[drawState]float64{}
	for _, s := range slices.SortedFunc(maps.Keys(states), drawState.compare) {
		for k := max(0, s.draws-(rest-n)); k <= min(n, s.draws); k++ {
			p := math.Exp(logChoose(n, k) + logChoose(rest-n, s.draws-k) - logChoose(rest, s.draws))
			next[drawState{s.draws - k, s.sum + k*value}] += states[s] * p
		}
	}
	return next
}

// logChoose is the logarithm of the number of ways to choose k of n.
func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}
