//go:build unix

package probe

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// benchmarkCells are a class with one 3x3 convolution, of which most classes have one or two, that with the most, and one
// with many pools and other convolutions.
var benchmarkCells = map[string]space.Arch{
	"usual":   "|nor_conv_3x3~0|+|avg_pool_3x3~0|nor_conv_1x1~1|+|skip_connect~0|none~1|nor_conv_1x1~2|",
	"largest": "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|",
	"pools":   "|avg_pool_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|avg_pool_3x3~0|nor_conv_1x1~1|avg_pool_3x3~2|",
}

// BenchmarkMeasures tells what measures of initial networks cost: together, that of the whole catalogue but for trained
// networks', and each alone, in core time and as a multiple of a training step of the same batch in the same run. Of all
// classes, in the order of their FLOPs, those in the middle of 16 equal parts are among them: their mean is that of all.
func BenchmarkMeasures(b *testing.B) {
	cells := maps.Clone(benchmarkCells)
	var all []nasbench201.Cell
	for class := range (nasbench201.Space{}).Classes() {
		all = append(all, parse(b, nasbench201.Space{}.Class(class)))
	}
	net := nasbench201.Network{Channels: 16, Depth: 5, Classes: 10, Image: 32, Inputs: 3}
	slices.SortStableFunc(all, func(p, q nasbench201.Cell) int { return cmp.Compare(net.FLOPs(p), net.FLOPs(q)) })
	for i := range 16 {
		cell := all[(2*i+1)*len(all)/32]
		cells[fmt.Sprintf("part-%02d-%d", i+1, cell.Index())] = cell.Arch()
	}
	for _, name := range slices.Sorted(maps.Keys(cells)) {
		cell := parse(b, cells[name])
		for _, n := range []struct{ channels, depth, side int }{{16, 5, 32}, {4, 1, 8}} {
			s := trainer.Spec{Cell: cell, Network: nasbench201.Network{
				Channels: n.channels, Depth: n.depth, Classes: 10, Image: n.side, Inputs: 3,
			}}
			b.Run(fmt.Sprintf("%s/C=%d_N=%d_%dx%d", name, n.channels, n.depth, n.side, n.side), func(b *testing.B) {
				benchmarkMeasures(b, s)
			})
		}
	}
}

func parse(b *testing.B, arch space.Arch) nasbench201.Cell {
	cell, err := nasbench201.Parse(arch)
	if err != nil {
		b.Fatal(err)
	}
	return cell
}

func benchmarkMeasures(b *testing.B, s trainer.Spec) {
	k, err := kernel.Choose("")
	if err != nil {
		b.Fatal(err)
	}
	const batch = 64
	r := rand.New(rand.NewPCG(1, 2))
	x := robustness.Batch{Shape: robustness.Shape{Channels: s.Inputs, Height: s.Image, Width: s.Image}}
	x.Pixels = make([]float32, 1000*x.Size()) // linear_regions takes so many
	for i := range x.Pixels {
		x.Pixels[i] = float32(r.IntN(256)) / 255
	}
	labels := make([]int, x.Len())
	for i := range labels {
		labels[i] = r.IntN(s.Classes)
	}
	step := trainingStep(b, s, k, batch)
	var some measure.Catalogue
	for _, m := range measure.Measures() {
		if !m.Needs.Trained {
			some = append(some, m)
		}
	}
	sets := map[string]measure.Catalogue{"all": some}
	for _, m := range some {
		sets[m.Name] = measure.Catalogue{m}
	}
	for name, measures := range sets {
		b.Run(name, func(b *testing.B) {
			e := NewEngine(k.Double()) // for one network after the other, as in a survey
			before := coreTime()
			for b.Loop() {
				w, err := trainer.NewWeights(s, 1)
				if err != nil {
					b.Fatal(err)
				}
				c := e.Case(w, x, labels, 1)
				c.Batch = batch
				for _, m := range measures {
					_, err := m.Of(b.Context(), c)
					if undefined := (*measure.UndefinedError)(nil); err != nil && !errors.As(err, &undefined) {
						b.Fatal(err)
					}
				}
			}
			core := (coreTime() - before).Seconds() / float64(b.N)
			b.ReportMetric(core, "core-s/op")
			b.ReportMetric(core/step, "training-steps")
		})
	}
}

// trainingStep returns the core seconds of a training step.
func trainingStep(b *testing.B, s trainer.Spec, k *kernel.Kernel, batch int) float64 {
	const steps = 4
	set := &dataset.Set{Channels: s.Inputs, Side: s.Image, Classes: make([]string, s.Classes), Labels: make([]int, batch*steps)}
	set.Pixels = make([]uint8, len(set.Labels)*s.Inputs*s.Image*s.Image)
	c := trainer.DefaultConfig()
	c.Epochs, c.Batch = 1, batch
	w, err := trainer.NewWeights(s, 1)
	if err != nil {
		b.Fatal(err)
	}
	r, err := trainer.NewRun(w, set, c, trainer.Engine{Kernel: k, Threads: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	before := coreTime()
	if err := r.Train(b.Context(), func(trainer.Progress) error { return nil }); err != nil {
		b.Fatal(err)
	}
	return (coreTime() - before).Seconds() / steps
}
