package corruption_test

import (
	"testing"
	"time"

	"github.com/nassearch/nassearch/robustness/corruption"
)

// BenchmarkCorruptions measures corruptions in one goroutine, beside forward passes of the fixtures' network (C=16, N=1,
// 32x32) on the same images in turn: images a second, with the mean over severities, and the share of a pass that all
// five severities of an image cost. The shortest of several times counts.
func BenchmarkCorruptions(b *testing.B) {
	net := network(b)
	x, _ := some(b, "test_1k[0:256]")
	batch := x.Batch()
	pass := func() {
		if _, err := net.Logits(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	pass()
	run := func(b *testing.B, list corruption.Catalogue) {
		corrupting, passing := time.Hour, time.Hour
		for b.Loop() {
			corrupting = min(corrupting, timed(func() {
				for _, c := range list {
					for severity := 1; severity <= corruption.Severities; severity++ {
						if _, err := corruption.Apply(b.Context(), c, severity, x, corruption.Seed, 1); err != nil {
							b.Fatal(err)
						}
					}
				}
			}))
			passing = min(passing, timed(pass))
		}
		images := float64(x.Len() * len(list) * corruption.Severities)
		b.ReportMetric(images/corrupting.Seconds(), "images/s")
		b.ReportMetric(corrupting.Seconds()/passing.Seconds(), "passes")
		b.ReportMetric(passing.Seconds()/float64(x.Len())*1e6, "µs/pass")
		b.ReportMetric(0, "ns/op") // of both together
	}
	all := corruption.Corruptions()
	for _, c := range all {
		b.Run(c.Name(), func(b *testing.B) { run(b, corruption.Catalogue{c}) })
	}
	b.Run("all", func(b *testing.B) { run(b, all) })
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}
