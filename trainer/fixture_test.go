package trainer

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/ops"
)

// netCase is one case of the fixtures' topic net: a state, a batch, and what a training step derives from them.
type netCase struct {
	Arch                       space.Arch
	C, N, S, Channels, Classes int
	SGD                        struct {
		LR, Momentum float32
		Nesterov     bool
		Decay        float32 `json:"weight_decay"`
		Steps        int
	}
	LossEval  float64   `json:"loss_eval"`
	LossTrain float64   `json:"loss_train"`
	LossesSGD []float64 `json:"losses_sgd"`

	file   *Safetensors
	x      []float32
	labels []int
}

func readCase(t *testing.T, path string) *netCase {
	t.Helper()
	c := new(netCase)
	sharedtest.ReadJSON(t, strings.TrimSuffix(path, ".safetensors")+".json", c)
	c.file = readSafetensors(t, path)
	c.x = c.want(t, "x")
	for _, l := range c.want(t, "labels") {
		c.labels = append(c.labels, int(l))
	}
	return c
}

func readSafetensors(t testing.TB, path string) *Safetensors {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := ReadSafetensors(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return s
}

func (c *netCase) want(t *testing.T, name string) []float32 {
	t.Helper()
	_, v, err := c.file.Floats(name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (c *netCase) weights(t *testing.T) *Weights {
	t.Helper()
	cell, err := nasbench201.Parse(c.Arch)
	if err != nil {
		t.Fatal(err)
	}
	w, err := newWeights(Spec{Cell: cell, Network: nasbench201.Network{Channels: c.C, Depth: c.N, Classes: c.Classes, Image: c.S, Inputs: c.Channels}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.set(func(name string) ([]int, []float32, error) { return c.file.Floats("state." + name) }); err != nil {
		t.Fatal(err)
	}
	return w
}

func (c *netCase) criterion(logits, grad []float32) float64 {
	return crossEntropy(logits, grad, c.labels, 0)
}

// TestFixtureNet compares everything that a training step and an attack step compute with PyTorch in float64.
func TestFixtureNet(t *testing.T) {
	for _, path := range sharedtest.Cases(t, "net", "*.safetensors") {
		c := readCase(t, path)
		for _, k := range kernel.Available() {
			for _, threads := range []int{1, 2, 3} {
				if slow := k.Name == "generic" || k.Name == "winograd"; slow && threads != 2 && testing.Short() {
					continue // threads change no bit
				}
				name := fmt.Sprintf("%s/%s/%d", strings.TrimSuffix(filepath.Base(path), ".safetensors"), k.Name, threads)
				t.Run(name, func(t *testing.T) {
					t.Run("eval", func(t *testing.T) { c.testEval(t, k, threads) })
					t.Run("train", func(t *testing.T) { c.testTrain(t, k, threads) })
				})
			}
		}
	}
}

func (c *netCase) testEval(t *testing.T, k *kernel.Kernel, threads int) {
	for _, mode := range []ops.Mode{ops.Predict, ops.Attack} {
		ctx := &ops.Context{Kernel: k, Mode: mode, Images: len(c.labels), Threads: threads}
		g, err := newGraph(c.weights(t), ctx, c.criterion, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.run(c.x); err != nil {
			t.Fatal(err)
		}
		logits := make([]float32, len(c.labels)*c.Classes)
		g.outputs(logits)
		compare(t, "logits", logits, c.want(t, "logits_eval"), 1e-4)
		if mode == ops.Attack {
			dx := make([]float32, len(c.x))
			g.gradient(dx)
			compare(t, "gradient by input", dx, c.want(t, "dx_eval"), 1e-4)
			near(t, "loss", g.value(), c.LossEval)
		}
	}
}

func (c *netCase) testTrain(t *testing.T, k *kernel.Kernel, threads int) {
	w := c.weights(t)
	grads := make([]float32, len(w.params))
	ctx := &ops.Context{Kernel: k, Mode: ops.Train, Images: len(c.labels), Threads: threads, ByInput: true}
	g, err := newGraph(w, ctx, c.criterion, grads)
	if err != nil {
		t.Fatal(err)
	}
	pruned := w.pruned()
	velocity := make([]float32, len(w.params))
	for step := range c.SGD.Steps {
		if err := g.run(c.x); err != nil {
			t.Fatal(err)
		}
		near(t, fmt.Sprint("loss of step ", step+1), g.value(), c.LossesSGD[step])
		if step == 0 {
			c.compareFirst(t, g, w, grads, pruned)
		}
		k.SGD(w.params, grads, velocity, c.SGD.LR, c.SGD.Momentum, c.SGD.Decay, c.SGD.Nesterov)
	}
	w.Tensors(func(name string, _ []int, values []float32) {
		if !pruned(name) || !strings.Contains(name, "running") {
			compare(t, "sgd."+name, values, c.want(t, "sgd."+name), 5e-4)
		}
	})
}

func (c *netCase) compareFirst(t *testing.T, g *graph, w *Weights, grads []float32, pruned func(string) bool) {
	near(t, "loss", g.value(), c.LossTrain)
	logits, dx := make([]float32, len(c.labels)*c.Classes), make([]float32, len(c.x))
	g.outputs(logits)
	g.gradient(dx)
	compare(t, "logits", logits, c.want(t, "logits_train"), 1e-4)
	compare(t, "gradient by input", dx, c.want(t, "dx_train"), 1e-4)
	each(w, grads, nil, func(name string, _ []int, values []float32) {
		compare(t, "grad."+name, values, c.want(t, "grad."+name), 1e-4)
	})
	w.Tensors(func(name string, _ []int, values []float32) {
		if strings.Contains(name, "running") && !pruned(name) {
			compare(t, "after1."+name, values, c.want(t, "after1."+name), 1e-4)
		}
	})
}

// pruned tells the tensors of edges that cannot reach the output: no work is done for them, their statistics stay.
func (w *Weights) pruned() func(name string) bool {
	return func(name string) bool {
		var cell, layer int
		if n, _ := fmt.Sscanf(name, "cells.%d.layers.%d.", &cell, &layer); n < 2 {
			return false
		}
		reach := [4]bool{3: true}
		for e := 5; e >= 0; e-- {
			from, to := [6]int{0, 0, 1, 0, 1, 2}[e], [6]int{1, 2, 2, 3, 3, 3}[e]
			if w.Cell[e] != nasbench201.None && reach[to] {
				reach[from] = true
			}
		}
		return !reach[[6]int{1, 2, 2, 3, 3, 3}[layer]]
	}
}

// compare fails if max |got - want| / max |want| exceeds the tolerance.
func compare(t *testing.T, name string, got, want []float32, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", name, len(got), len(want))
		return
	}
	diff, scale := 0.0, 0.0
	for i, w := range want {
		diff = math.Max(diff, math.Abs(float64(got[i]-w)))
		scale = math.Max(scale, math.Abs(float64(w)))
	}
	if math.IsNaN(diff) || diff > tolerance*math.Max(scale, 1e-7/tolerance) {
		t.Errorf("%s: off by %.1e of the largest value %.1e", name, diff/scale, scale)
	}
}

func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-4*math.Abs(want) {
		t.Errorf("%s: %v, want %v", name, got, want)
	}
}
