package stats_test

import (
	"fmt"

	"github.com/nassearch/nassearch/internal/stats"
)

// Two searches with the same ten seeds: is one better, and what would ten runs have shown?
func Example() {
	evolution := []float64{.684, .688, .681, .692, .685, .690, .679, .688, .686, .683}
	random := []float64{.679, .688, .676, .681, .683, .684, .680, .679, .682, .681}

	test, err := stats.Wilcoxon(evolution, random, stats.SignedRank{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("p = %.4f (%d pairs differ), rank-biserial %.2f\n", test.P, test.Pairs, test.RankBiserial())

	effect, err := stats.EffectSize(evolution, random)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("A12 = %.2f\n", effect.A12())

	n, err := stats.PairedDesign{}.Pairs(.001, .004)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("a difference of .001 at a standard deviation of .004 needs about %d pairs\n", n)
	// Output:
	// p = 0.0078 (9 pairs differ), rank-biserial 0.96
	// A12 = 0.80
	// a difference of .001 at a standard deviation of .004 needs about 134 pairs
}
