package trainer

import (
	"runtime"
	"testing"

	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// The estimate is held against what preparing a run and its first step allocate. It may be a third off: what small
// networks need besides activations is not all counted.
func TestTrainingMemoryIsAbout(t *testing.T) {
	for _, arch := range []space.Arch{
		benchmarkArch,
		"|none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
		"|skip_connect~0|+|avg_pool_3x3~0|none~1|+|nor_conv_1x1~0|none~1|avg_pool_3x3~2|",
	} {
		for _, n := range []struct{ channels, depth, side, batch int }{{8, 3, 16, 64}, {16, 1, 32, 64}, {16, 5, 16, 128}} {
			for _, a := range []Adversarial{{}, FastTraining(8. / 255)} {
				s := Spec{Cell: mustCell(t, arch), Network: nasbench201.Network{Channels: n.channels, Depth: n.depth, Classes: 10, Image: n.side, Inputs: 3}}
				c := DefaultConfig()
				c.Epochs, c.Batch, c.Adversarial = 1, n.batch, a
				if got, want := float64(s.TrainingMemory(c)), float64(allocated(t, s, c)); got < .65*want || got > 1.4*want {
					t.Errorf("%s %+v %+v: estimate %.1f MB, allocated %.1f MB", arch, n, a, got/1e6, want/1e6)
				}
			}
		}
	}
}

// allocated is what training allocates until its first step is done.
func allocated(t *testing.T, s Spec, c Config) uint64 {
	t.Helper()
	set := &dataset.Set{Channels: s.Inputs, Side: s.Image, Classes: make([]string, s.Classes), Labels: make([]int, c.Batch)}
	set.Pixels = make([]uint8, c.Batch*s.size())
	w, err := NewWeights(s, 1)
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := NewRun(w, set, c, engine(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	train(t, r)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
