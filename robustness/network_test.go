package robustness_test

import (
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/trainertest"
)

// lanes is how many images the kernels compute at once: a batch should have so many.
const lanes = kernel.Lanes

// victim is the trained network of the fixtures and the images that it was attacked on.
type victim struct {
	weights *trainer.Weights
	x       robustness.Batch
	y       []int
}

func loadVictim(t testing.TB) *victim {
	t.Helper()
	w := trainertest.Weights(t)
	set, err := dataset.ReadCIFAR(w.Classes, filepath.Join(sharedtest.Dir(t), "data", "cifar10-lossless", "test_1k.bin"))
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{weights: w, y: set.Labels}
	v.x = trainer.Images(set, 0, set.Len())
	return v
}

// first returns the first n images and their labels.
func (v *victim) first(n int) (robustness.Batch, []int) {
	return robustness.Batch{Shape: v.x.Shape, Pixels: v.x.Pixels[:n*v.x.Size()]}, v.y[:n]
}

// models returns n networks on the same weights, for n goroutines.
func (v *victim) models(t testing.TB, n int) []robustness.Model {
	t.Helper()
	k, err := kernel.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	var list []robustness.Model
	for range n {
		net, err := trainer.NewNetwork(v.weights, lanes, trainer.Engine{Kernel: k, Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { net.Close() })
		list = append(list, net)
	}
	return list
}
