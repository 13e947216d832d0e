package trainer

import (
	"runtime"
	"testing"

	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/ops"
)

// The estimate is held against what building a graph and running it once allocates. It may be a third off: what small networks need besides activations is not all counted.
func TestTrainingMemoryIsAbout(t *testing.T) {
	for _, arch := range []space.Arch{
		benchmarkArch,
		"|none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
		"|skip_connect~0|+|avg_pool_3x3~0|none~1|+|nor_conv_1x1~0|none~1|avg_pool_3x3~2|",
	} {
		cell, err := nasbench201.Parse(arch)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []struct{ channels, depth, side, batch int }{{8, 3, 16, 64}, {16, 1, 32, 64}, {16, 5, 16, 128}} {
			s := Spec{Cell: cell, Network: nasbench201.Network{Channels: n.channels, Depth: n.depth, Classes: 10, Image: n.side, Inputs: 3}}
			if got, want := float64(s.TrainingMemory(n.batch)), float64(allocated(t, s, n.batch)); got < .65*want || got > 1.4*want {
				t.Errorf("%s %+v: estimate %.1f MB, allocated %.1f MB", arch, n, got/1e6, want/1e6)
			}
		}
	}
}

// allocated is what training allocates in its first step.
func allocated(t *testing.T, s Spec, batch int) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	w, err := NewWeights(s, 1)
	if err != nil {
		t.Fatal(err)
	}
	g, err := newGraph(w, &ops.Context{Kernel: engine(t, 1).Kernel, Mode: ops.Train, Images: batch, Threads: 1}, func(_, grad []float32) float64 {
		clear(grad)
		return 0
	}, flat(len(w.params)))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.run(make([]float32, batch*s.size())); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
