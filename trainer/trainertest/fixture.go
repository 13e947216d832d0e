// Package trainertest helps to test what is asked of trained networks.
package trainertest

import (
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
)

// Weights returns the fixtures' trained network, which they attack, corrupt and measure: C=16 and N=1, 32x32.
func Weights(t testing.TB) *trainer.Weights {
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
	return w
}
