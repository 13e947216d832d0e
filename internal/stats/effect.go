package stats

import (
	"cmp"
	"slices"
	"sort"
)

// Effect is how far one sample lies above another: the ordinal effect size of two samples that are not paired.
type Effect struct {
	Delta float64 // Cliff's delta in [-1, 1]: the share of pairs with x > y less that of pairs with x < y
}

// EffectSize is Cliff's delta (Cliff, Psychological Bulletin 1993) and with it A12 of x over y. It takes
// O((n + m) log m).
func EffectSize(x, y []float64) (Effect, error) {
	if err := cmp.Or(ordered("x", x), ordered("y", y)); err != nil {
		return Effect{}, err
	}
	sorted, net := slices.Sorted(slices.Values(y)), 0
	for _, v := range x {
		below := sort.SearchFloat64s(sorted, v)
		above := len(sorted) - sort.Search(len(sorted), func(k int) bool { return sorted[k] > v })
		net += below - above
	}
	return Effect{float64(net) / (float64(len(x)) * float64(len(y)))}, nil
}

// A12 is the probability that a value of x is above one of y, ties counting half (Vargha and Delaney, Journal of
// Educational and Behavioral Statistics 2000): (delta + 1)/2.
func (e Effect) A12() float64 { return (e.Delta + 1) / 2 }
