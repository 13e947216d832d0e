package strategies_test

import (
	"testing"

	"github.com/nassearch/nassearch/search"
)

// BenchmarkHundredRuns is 100 runs of 300 queries of each cheap strategy on the pgd_acc table, as a comparison
// of strategies makes them.
func BenchmarkHundredRuns(b *testing.B) {
	sp, view := released(b, "pgd_acc")
	for _, name := range []string{"random", "evolution", "local"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			trials := 0
			for b.Loop() {
				for seed := range uint64(100) {
					r := study(b, sp, view, search.Config{Strategy: name, Seed: seed, Budget: 300})
					trials += r.Queries + r.Duplicates
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(trials), "ns/trial")
		})
	}
}
