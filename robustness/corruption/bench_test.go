package corruption_test

import (
	"testing"
	"time"

	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/trainertest"
)

// BenchmarkCorruptions measures corruptions in one goroutine, in turn with forward passes of the fixtures' network
// (C=16, N=1, 32x32) on the same images: images a second, with the mean over severities, by the shortest of several
// times; and how many passes all five severities of an image cost, by all times together, since whatever else the
// machine does takes its share of both: passes by direct convolution, and by the fastest kernel there is.
func BenchmarkCorruptions(b *testing.B) {
	x := some(b, "test_1k[0:256]")
	direct, fastest := pass(b, x, (*kernel.Kernel).Tiled), pass(b, x, nil)
	run := func(b *testing.B, list corruption.Catalogue) {
		passing, quickly, corrupting := time.Duration(0), time.Duration(0), time.Duration(0)
		shortest := make([]time.Duration, len(list)*corruption.Severities)
		for b.Loop() {
			for i, least := range shortest {
				c, severity := list[i/corruption.Severities], i%corruption.Severities+1
				took := timed(func() {
					if _, err := corruption.Apply(b.Context(), c, severity, x, corruption.Seed, 1); err != nil {
						b.Fatal(err)
					}
				})
				if corrupting += took; least == 0 || took < least {
					shortest[i] = took
				}
			}
			passing += timed(direct)
			quickly += timed(fastest)
		}
		least := time.Duration(0)
		for _, t := range shortest {
			least += t
		}
		b.ReportMetric(float64(x.Len()*len(shortest))/least.Seconds(), "images/s")
		b.ReportMetric(corrupting.Seconds()/passing.Seconds(), "passes")
		b.ReportMetric(corrupting.Seconds()/quickly.Seconds(), "fastest-passes")
		b.ReportMetric(0, "ns/op") // of both together
	}
	all := corruption.Corruptions()
	for _, c := range all {
		b.Run(c.Name(), func(b *testing.B) { run(b, corruption.Catalogue{c}) })
	}
	b.Run("all", func(b *testing.B) { run(b, all) })
}

// pass returns a forward pass of the fixtures' network on images, after a first one, by the fastest kernel that is not
// of a kind which is left out.
func pass(b *testing.B, x corruption.Images, leftOut func(*kernel.Kernel) bool) func() {
	for _, k := range kernel.Available() {
		if leftOut != nil && leftOut(k) {
			continue
		}
		net, batch := network(b, k), x.Batch()
		once := func() {
			if _, err := net.Logits(b.Context(), batch); err != nil {
				b.Fatal(err)
			}
		}
		once()
		return once
	}
	b.Fatal("no kernel is left")
	return nil
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// network returns the fixtures' trained network, C=16 and N=1 for 32x32.
func network(t testing.TB, k *kernel.Kernel) *trainer.Network {
	t.Helper()
	net, err := trainer.NewNetwork(trainertest.Weights(t), kernel.Lanes, trainer.Engine{Kernel: k, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	return net
}
