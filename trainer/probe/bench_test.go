//go:build unix

package probe

import (
	"context"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// BenchmarkPasses measures a forward pass in training mode, the gradients by parameters, by images and by both, and a
// product of the Hessian by the parameters with a direction: core time, operations a second, and their share of the
// float64 peak of one core, measured in the same run.
func BenchmarkPasses(b *testing.B) {
	k := fastest(b)
	peak := bestPeak(k)
	for _, net := range []struct{ channels, depth, side, batch int }{{4, 1, 8, 32}, {16, 1, 32, 64}, {16, 5, 32, 64}, {16, 5, 32, 16}} {
		for name, arch := range map[string]space.Arch{
			"heavy": "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|",
			"mixed": "|nor_conv_3x3~0|+|avg_pool_3x3~0|skip_connect~1|+|nor_conv_1x1~0|none~1|nor_conv_3x3~2|",
			"light": "|nor_conv_1x1~0|+|nor_conv_1x1~0|nor_conv_1x1~1|+|skip_connect~0|none~1|avg_pool_3x3~2|",
		} {
			cell, err := nasbench201.Parse(arch)
			if err != nil {
				b.Fatal(err)
			}
			s := trainer.Spec{Cell: cell, Network: nasbench201.Network{
				Channels: net.channels, Depth: net.depth, Classes: 10, Image: net.side, Inputs: 3,
			}}
			b.Run(fmt.Sprintf("C=%d_N=%d_%dx%d_batch=%d/%s", net.channels, net.depth, net.side, net.side, net.batch, name),
				func(b *testing.B) { benchmarkPasses(b, s, net.batch, peak, k) })
		}
	}
}

func benchmarkPasses(b *testing.B, s trainer.Spec, batch int, peak float64, k *kernel.Double) {
	w, err := trainer.NewWeights(s, 1)
	if err != nil {
		b.Fatal(err)
	}
	n, err := New(w, measure.AllNorms, k)
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	x, d := make([]float64, batch*3*s.Image*s.Image), make([]float64, batch*s.Classes)
	for _, list := range [][]float64{x, d} {
		for i := range list {
			list[i] = r.NormFloat64()
		}
	}
	ctx, weights := context.Background(), n.Values()
	normal := n.Values()
	for _, list := range normal {
		for i := range list {
			list[i] = r.NormFloat64()
		}
	}
	forward := func() error { _, err := n.Forward(ctx, x, measure.Training); return err }
	backward := func(w measure.Wants) func() error {
		return func() error { _, err := n.Backward(ctx, d, w); return err }
	}
	along := func(direction [][]float64) func() error {
		return func() error {
			moved, err := n.Along(ctx, measure.Gradients{Parameters: direction})
			if err == nil {
				_, err = n.BackwardAlong(ctx, d, moved, measure.Wants{Parameters: true})
			}
			return err
		}
	}
	if err := forward(); err != nil {
		b.Fatal(err)
	}
	for _, step := range []struct {
		name   string
		passes float64
		do     func() error
	}{
		{"forward", 1, forward},
		{"images", 1, backward(measure.Wants{Images: true})},
		{"parameters", 2, backward(measure.Wants{Parameters: true})},
		{"hessian", 7, along(normal)},
		{"hessian-weights", 5, along(weights)}, // in whose direction convolutions need no second pass
	} {
		b.Run(step.name, func(b *testing.B) {
			b.ReportAllocs()
			before := coreTime()
			for b.Loop() {
				if err := step.do(); err != nil {
					b.Fatal(err)
				}
			}
			core := (coreTime() - before).Seconds() / float64(b.N)
			rate := 2 * step.passes * float64(s.FLOPs(s.Cell)) * float64(batch) / core
			b.ReportMetric(1e3*core, "core-ms/op")
			b.ReportMetric(rate/1e9, "GFLOP/s")
			b.ReportMetric(100*rate/peak, "%peak")
			b.ReportMetric(float64(maxRSS())/(1<<30), "GiB-max")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// bestPeak measures how many operations a second of one core can do at most: the best of a few bursts.
func bestPeak(k *kernel.Double) (best float64) {
	for range 5 {
		before := coreTime()
		work := k.Peak(3e6)
		best = max(best, work/(coreTime()-before).Seconds())
	}
	return best
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
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return int64(u.Maxrss) << 10
}
