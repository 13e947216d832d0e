//go:build unix

package trainer

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/ops"
)

// benchmarkNets are the networks whose figures docs/training.md quotes.
var benchmarkNets = []struct {
	channels, depth, side, batch, threads int
}{
	{4, 1, 8, 32, 1},
	{8, 1, 16, 64, 1},
	{16, 1, 32, 64, 1},
	{16, 5, 32, 128, 2},
}

// BenchmarkStep measures a training step (forward, backward, gradient descent), the gradient step of an attack and a
// prediction: core time, operations a second, and their share of what the threads could do at most, measured in the same run. On
// a machine that does other things, look at the share of the peak of core time.
//
// NASSEARCH_KERNEL chooses the kernel: processes with different ones, in turn, compare them.
func BenchmarkStep(b *testing.B) {
	k, err := kernel.Choose(os.Getenv("NASSEARCH_KERNEL"))
	if err != nil {
		b.Fatal(err)
	}
	cell, err := nasbench201.Parse(benchmarkArch)
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range benchmarkNets {
		s := Spec{Cell: cell, Network: nasbench201.Network{Channels: n.channels, Depth: n.depth, Classes: 10, Image: n.side, Inputs: 3}}
		for mode, name := range []string{ops.Train: "train", ops.Attack: "attack", ops.Predict: "predict"} {
			b.Run(fmt.Sprintf("%s/C=%d_N=%d_%dx%d_batch=%d_threads=%d", name, n.channels, n.depth, n.side, n.side, n.batch, n.threads), func(b *testing.B) {
				benchmarkStep(b, s, &ops.Context{Kernel: k, Mode: ops.Mode(mode), Images: n.batch, Threads: n.threads})
			})
		}
	}
}

func benchmarkStep(b *testing.B, s Spec, ctx *ops.Context) {
	w, err := NewWeights(s, 1)
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	x, labels := make([]float32, ctx.Images*s.size()), make([]int, ctx.Images)
	for i := range x {
		x[i] = r.Float32()
	}
	for i := range labels {
		labels[i] = r.IntN(s.Classes)
	}
	grads, velocity := flat(len(w.params)), flat(len(w.params))
	g, err := newGraph(w, ctx, func(logits, grad []float32) float64 { return crossEntropy(logits, grad, labels, 0) }, grads)
	if err != nil {
		b.Fatal(err)
	}
	step := func() {
		if err := g.run(x); err != nil {
			b.Fatal(err)
		}
		if ctx.Mode == ops.Train {
			ctx.Kernel.SGD(w.params, grads, velocity, 1e-3, .9, 5e-4, true)
		}
	}
	step()
	corePeak, peak := bestPeak(ctx.Kernel, ctx.Threads)
	b.ReportAllocs()
	before := coreTime()
	for b.Loop() {
		step()
	}
	seconds := b.Elapsed().Seconds() / float64(b.N)
	core := (coreTime() - before).Seconds() / float64(b.N)
	passes := map[ops.Mode]float64{ops.Train: 3, ops.Attack: 2, ops.Predict: 1}[ctx.Mode]
	rate := 2 * passes * float64(s.FLOPs(s.Cell)) * float64(ctx.Images) / seconds
	b.ReportMetric(1e3*core, "core-ms/op")
	b.ReportMetric(rate/1e9, "GFLOP/s")
	b.ReportMetric(100*rate/peak, "%peak")
	b.ReportMetric(100*rate*seconds/core/corePeak, "%peak-of-core-time") // what other programs take does not count
	b.ReportMetric(float64(maxRSS())/(1<<30), "GiB-max")
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(1e3*seconds, "ms/op")
}

// bestPeak measures the operations that a second of one core can do at most, and what the threads manage together;
// both are the best of a few bursts.
func bestPeak(k *kernel.Kernel, threads int) (core, together float64) {
	for range 5 {
		done := make(chan float64)
		start, before := time.Now(), coreTime()
		for range threads {
			go func() { done <- k.Peak(2e6) }()
		}
		work := 0.0
		for range threads {
			work += <-done
		}
		together = max(together, work/time.Since(start).Seconds())
		core = max(core, work/(coreTime()-before).Seconds())
	}
	return core, together
}

func coreTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// maxRSS is the most memory that the process has held, in bytes.
func maxRSS() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil || runtime.GOOS != "linux" {
		return 0
	}
	return int64(u.Maxrss) << 10
}
