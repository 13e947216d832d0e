package trainertest

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
	"pgregory.net/rapid"
)

// Random draws weights of a small network of any cell, with statistics of batch norm as after training, with names of
// classes or without, with a normalisation or without.
func Random(r *rapid.T, t testing.TB) *trainer.Weights {
	s := trainer.Spec{Network: nasbench201.Network{
		Channels: rapid.IntRange(1, 9).Draw(r, "channels"), Depth: rapid.IntRange(1, 2).Draw(r, "cells"),
		Classes: rapid.IntRange(1, 12).Draw(r, "classes"), Image: 4 * rapid.IntRange(1, 4).Draw(r, "quarter of the side"),
		Inputs: rapid.IntRange(1, 4).Draw(r, "image channels"),
	}}
	cell, err := nasbench201.FromIndex(rapid.IntRange(0, nasbench201.Cells-1).Draw(r, "cell"))
	if err != nil {
		r.Fatal(err)
	}
	s.Cell = cell
	if rapid.Bool().Draw(r, "normalised") {
		s.Mean = rapid.SliceOfN(rapid.Float32Range(0, 1), s.Inputs, s.Inputs).Draw(r, "mean")
		s.Std = rapid.SliceOfN(rapid.Float32Range(.05, 1), s.Inputs, s.Inputs).Draw(r, "std")
	}
	w := Trained(t, s, rapid.Uint64().Draw(r, "seed"))
	if rapid.Bool().Draw(r, "named") {
		w.ClassNames = rapid.SliceOfN(rapid.String(), s.Classes, s.Classes).Draw(r, "names")
	}
	return w
}

// Trained returns weights whose batch norm is as after training: no scale is 1, no statistic what it was.
func Trained(t testing.TB, s trainer.Spec, seed uint64) *trainer.Weights {
	t.Helper()
	w, err := trainer.NewWeights(s, seed)
	if err != nil {
		t.Fatal(err)
	}
	state, n := &trainer.Safetensors{}, 0.
	w.Tensors(func(name string, shape []int, values []float32) {
		for i := range values {
			n++
			wave := float32(.4 * math.Sin(n))
			switch {
			case strings.HasSuffix(name, "running_var"):
				values[i] = 1 + wave
			case len(shape) == 1:
				values[i] += wave
			}
		}
		state.Add(name, shape, values)
	})
	return Load(t, state, s)
}

// Load returns the network of a specification that has these tensors, by way of a file.
func Load(t testing.TB, state *trainer.Safetensors, s trainer.Spec) *trainer.Weights {
	t.Helper()
	path := filepath.Join(t.TempDir(), "w.safetensors")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := state.WriteTo(f); err != nil {
		t.Fatal(err)
	}
	w, err := trainer.LoadAs(path, s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Pixels returns some images for a network.
func Pixels(w *trainer.Weights, images int) robustness.Batch {
	shape := robustness.Shape{Channels: w.Inputs, Height: w.Image, Width: w.Image}
	x := robustness.Batch{Shape: shape, Pixels: make([]float32, images*shape.Channels*shape.Height*shape.Width)}
	for i := range x.Pixels {
		x.Pixels[i] = float32(.5 + .5*math.Sin(.7*float64(i)))
	}
	return x
}

// Logits returns what a network says of images, by plain Go.
func Logits(t testing.TB, w *trainer.Weights, x robustness.Batch) []float32 {
	t.Helper()
	k, err := kernel.Choose("generic")
	if err != nil {
		t.Fatal(err)
	}
	n, err := trainer.NewNetwork(w, kernel.Lanes, trainer.Engine{Kernel: k, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	logits, err := n.Logits(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	return logits
}

// WriteFloats writes numbers as other programs read them: float32, little-endian.
func WriteFloats(t testing.TB, path string, values []float32) {
	t.Helper()
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
