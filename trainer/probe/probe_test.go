package probe

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/trainertest"
)

// netCase is one case of the fixtures' topic net: a state, a batch, and what follows from them.
type netCase struct {
	Arch                       space.Arch
	C, N, S, Channels, Classes int

	file   *trainer.Safetensors
	labels []int
}

func readCase(t *testing.T, path string) *netCase {
	t.Helper()
	c := new(netCase)
	sharedtest.ReadJSON(t, strings.TrimSuffix(path, ".safetensors")+".json", c)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if c.file, err = trainer.ReadSafetensors(f); err != nil {
		t.Fatal(err)
	}
	for _, l := range c.want(t, "labels") {
		c.labels = append(c.labels, int(l))
	}
	return c
}

func (c *netCase) want(t *testing.T, name string) []float64 {
	t.Helper()
	_, v, err := c.file.Floats(name)
	if err != nil {
		t.Fatal(err)
	}
	return wide(v)
}

func (c *netCase) network(t *testing.T, k *kernel.Double) *Network {
	t.Helper()
	state := &trainer.Safetensors{}
	for _, name := range c.file.Names() {
		if rest, ok := strings.CutPrefix(name, "state."); ok {
			shape, values, err := c.file.Floats(name)
			if err != nil {
				t.Fatal(err)
			}
			state.Add(rest, shape, values)
		}
	}
	cell, err := nasbench201.Parse(c.Arch)
	if err != nil {
		t.Fatal(err)
	}
	w := trainertest.Load(t, state, trainer.Spec{Cell: cell, Network: nasbench201.Network{
		Channels: c.C, Depth: c.N, Classes: c.Classes, Image: c.S, Inputs: c.Channels,
	}})
	n, err := New(w, measure.AllNorms, k)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestFixtureNet compares logits, gradients and running statistics in both modes with PyTorch's in float64, which the
// fixtures give rounded to float32.
func TestFixtureNet(t *testing.T) {
	for _, path := range sharedtest.Cases(t, "net", "*.safetensors") {
		c := readCase(t, path)
		for _, single := range kernel.Available() {
			k := single.Double()
			t.Run(strings.TrimSuffix(filepath.Base(path), ".safetensors")+"/"+k.Name, func(t *testing.T) { c.test(t, k) })
		}
	}
}

func (c *netCase) test(t *testing.T, k *kernel.Double) {
	for m, name := range map[measure.Mode]string{measure.Training: "train", measure.Evaluation: "eval"} {
		n := c.network(t, k)
		logits, g := c.step(t, n, m, both)
		compare(t, "logits_"+name, logits, c.want(t, "logits_"+name))
		compare(t, "dx_"+name, g.Images, c.want(t, "dx_"+name))
		if m == measure.Evaluation {
			continue
		}
		for i, p := range n.Parameters() {
			compare(t, "grad."+p.Name, g.Parameters[i], c.want(t, "grad."+p.Name))
		}
		for _, m := range n.norms {
			name := strings.TrimSuffix(m.gamma.Name, "weight")
			compare(t, name+"running_mean", m.runningMean, c.want(t, "after1."+name+"running_mean"))
			compare(t, name+"running_var", m.runningVar, c.want(t, "after1."+name+"running_var"))
		}
	}
}

// step returns the logits and the gradients of the mean cross-entropy.
func (c *netCase) step(t *testing.T, n *Network, m measure.Mode, w measure.Wants) ([]float64, measure.Gradients) {
	t.Helper()
	logits, err := n.Forward(context.Background(), c.want(t, "x"), m)
	if err != nil {
		t.Fatal(err)
	}
	g, err := n.Backward(context.Background(), crossEntropy(logits, c.labels, c.Classes), w)
	if err != nil {
		t.Fatal(err)
	}
	return logits, g
}

// crossEntropy returns the gradient of the mean cross-entropy by the logits.
func crossEntropy(logits []float64, labels []int, classes int) []float64 {
	d := make([]float64, len(logits))
	for i, l := range labels {
		sum := 0.0
		for k := range classes {
			sum += math.Exp(logits[i*classes+k])
		}
		for k := range classes {
			d[i*classes+k] = math.Exp(logits[i*classes+k]) / sum / float64(len(labels))
		}
		d[i*classes+l] -= 1 / float64(len(labels))
	}
	return d
}

// compare fails if the largest difference exceeds what rounding to float32 can do to the largest value.
func compare(t *testing.T, name string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", name, len(got), len(want))
		return
	}
	diff, scale := 0.0, 0.0
	for i, w := range want {
		diff, scale = math.Max(diff, math.Abs(got[i]-w)), math.Max(scale, math.Abs(w))
	}
	if !(diff <= 1e-7*scale+1e-12) {
		t.Errorf("%s: off by %.1e of the largest value %.1e", name, diff/scale, scale)
	}
}
