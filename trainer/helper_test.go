package trainer

import (
	"context"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// benchmarkArch is the fixtures' first architecture.
const benchmarkArch = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_1x1~1|nor_conv_3x3~2|"

const mixedArch = "|nor_conv_3x3~0|+|avg_pool_3x3~0|skip_connect~1|+|nor_conv_1x1~0|none~1|nor_conv_3x3~2|"

// engine is the fastest that the machine has.
func engine(t testing.TB, threads int) Engine {
	t.Helper()
	k, err := kernel.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	return Engine{k, threads}
}

func mustCell(t testing.TB, a space.Arch) nasbench201.Cell {
	t.Helper()
	c, err := nasbench201.Parse(a)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// images returns some of the embedded images, resized.
func images(t testing.TB, n, side int) *dataset.Set {
	t.Helper()
	d, err := dataset.Open("")
	if err != nil {
		t.Fatal(err)
	}
	_, s, err := d.Train.Split(n, 1)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = s.Resize(side); err != nil {
		t.Fatal(err)
	}
	return s
}

func smallSpec(t testing.TB, arch space.Arch, set *dataset.Set) Spec {
	s := Spec{Cell: mustCell(t, arch), Network: nasbench201.Network{
		Channels: 4, Depth: 1, Classes: len(set.Classes), Image: set.Side, Inputs: set.Channels,
	}}
	s.Mean, s.Std = set.Normalization()
	return s
}

func smallConfig() Config {
	c := DefaultConfig()
	c.Epochs, c.Batch, c.Augmentation = 2, 48, dataset.Augmentation{Crop: 1, Flip: true}
	return c
}

func newRun(t testing.TB, arch space.Arch, set *dataset.Set, c Config, e Engine) *Run {
	t.Helper()
	w, err := NewWeights(smallSpec(t, arch, set), c.Seed)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRun(w, set, c, e)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func keepGoing(Progress) error { return nil }

func train(t testing.TB, r *Run) *Run {
	t.Helper()
	if err := r.Train(context.Background(), keepGoing); err != nil {
		t.Fatal(err)
	}
	return r
}

// sameBits fails unless two runs ended with the same parameters, statistics and loss.
func sameBits(t *testing.T, a, b *Run) {
	t.Helper()
	if !slices.Equal(a.weights.params, b.weights.params) || !slices.Equal(a.weights.stats, b.weights.stats) {
		t.Error("the weights differ")
	}
	if a.Loss() != b.Loss() {
		t.Errorf("the losses differ: %v and %v", a.Loss(), b.Loss())
	}
}
