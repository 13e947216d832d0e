package robustness_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// lanes is how many images the kernels compute at once: a batch should have so many.
const lanes = kernel.Lanes

// network is a trained network as a model.
type network struct {
	net     *trainer.Network
	classes int
}

func (n network) Logits(ctx context.Context, x robustness.Batch) ([]float32, error) {
	return n.net.Logits(ctx, x.Pixels)
}

func (n network) Gradient(ctx context.Context, x robustness.Batch, losses []robustness.Loss) (robustness.Batch, []float32, error) {
	g, logits, err := n.net.Gradient(ctx, x.Pixels, func(first int, logits, grad []float32) {
		for i := range len(logits) / n.classes {
			row := func(v []float32) []float32 { return v[i*n.classes : (i+1)*n.classes] }
			losses[first+i](row(logits), row(grad))
		}
	})
	return robustness.Batch{Shape: x.Shape, Pixels: g}, logits, err
}

// victim is the trained network of the fixtures and the images that it was attacked on.
type victim struct {
	weights *trainer.Weights
	classes int
	x       robustness.Batch
	y       []int
}

func loadVictim(t testing.TB) *victim {
	t.Helper()
	file := sharedtest.Cases(t, "attacks", "net.safetensors")[0]
	var c struct {
		Arch             space.Arch
		C, N, S, Classes int
		Mean, Std        []float32
	}
	sharedtest.ReadJSON(t, filepath.Join(filepath.Dir(file), "net.json"), &c)
	cell, err := nasbench201.Parse(c.Arch)
	if err != nil {
		t.Fatal(err)
	}
	w, err := trainer.LoadAs(file, trainer.Spec{
		Cell: cell, Mean: c.Mean, Std: c.Std,
		Network: nasbench201.Network{Channels: c.C, Depth: c.N, Classes: c.Classes, Image: c.S, Inputs: len(c.Mean)},
	})
	if err != nil {
		t.Fatal(err)
	}
	set, err := dataset.ReadCIFAR(c.Classes, filepath.Join(sharedtest.Dir(t), "data", "cifar10-lossless", "test_1k.bin"))
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{weights: w, classes: c.Classes, y: set.Labels}
	v.x = robustness.Batch{Shape: robustness.Shape{Channels: set.Channels, Height: set.Side, Width: set.Side}, Pixels: make([]float32, len(set.Pixels))}
	set.Floats(v.x.Pixels, indices(set.Len()))
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
		list = append(list, network{net, v.classes})
	}
	return list
}

func indices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}
