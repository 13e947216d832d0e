package measure_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/probe"
	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"
)

// small draws a network of any cell, its weights by one of some scales, and some images, of which some may be equal.
func small(t *rapid.T, equal bool, scales ...float64) *measure.Case {
	spec := trainer.Spec{Network: nasbench201.Network{
		Channels: rapid.IntRange(1, 4).Draw(t, "channels"), Depth: rapid.IntRange(1, 2).Draw(t, "depth"),
		Classes: rapid.IntRange(2, 4).Draw(t, "classes"), Inputs: rapid.SampledFrom([]int{1, 3}).Draw(t, "inputs"),
		Image: rapid.SampledFrom([]int{4, 8}).Draw(t, "side"),
	}}
	for i := range spec.Cell {
		spec.Cell[i] = nasbench201.Op(rapid.IntRange(0, 4).Draw(t, "operation"))
	}
	w, err := trainer.NewWeights(spec, 1)
	if err != nil {
		t.Fatal(err)
	}
	scale := rapid.SampledFrom(scales).Draw(t, "scale")
	c := &measure.Case{Channels: spec.Inputs, Side: spec.Image, Seed: 1}
	c.Open = func(v measure.Variant) (measure.Network, error) {
		if v.Channels > 0 {
			other := spec
			other.Channels, other.Depth, other.Image = v.Channels, 1, v.Side
			tiny, err := trainer.NewWeights(other, 1)
			if err != nil {
				return nil, err
			}
			return probe.New(tiny, v.Norms, double(t))
		}
		n, err := probe.New(w, v.Norms, double(t))
		if err != nil {
			return nil, err
		}
		values := n.Values()
		for i := range values {
			floats.Scale(scale, values[i])
		}
		n.SetValues(values)
		return n, nil
	}
	size := spec.Inputs * spec.Image * spec.Image
	r := stream.New(1, "images")
	for i := range rapid.IntRange(1, 9).Draw(t, "images") {
		c.Labels = append(c.Labels, rapid.IntRange(0, spec.Classes-1).Draw(t, "label"))
		if from := rapid.IntRange(0, 3*i).Draw(t, "from"); equal && from < i {
			c.Pixels = append(c.Pixels, c.Pixels[from*size:(from+1)*size]...)
			continue
		}
		for range size {
			c.Pixels = append(c.Pixels, r.Float64())
		}
	}
	return c
}

// Any measure of any network is a finite number, or is said to be none.
func TestAnyCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := small(t, true, 1, 1, 1, 0, 1e-200, 1e30, 1e150)
		for _, m := range measure.Measures() {
			v, err := m.Of(context.Background(), c)
			bad, undefined := errors.AsType[*measure.UndefinedError](err)
			switch {
			case err != nil && !undefined:
				t.Fatalf("%s: %v", m.Name, err)
			case undefined && (bad.Measure != m.Name || bad.Why == ""):
				t.Fatalf("%s: %v says nothing", m.Name, err)
			case err == nil && (math.IsNaN(v) || math.IsInf(v, 0)):
				t.Fatalf("%s: %v without an error", m.Name, v)
			}
		}
	})
}

// The order of different images changes nothing but roundings. (croze takes signs of gradients, and scales them to the
// length of weights: also those that are nothing but rounding.)
func TestOrderOfImagesOfAnyCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := small(t, false, 1)
		moved := *c
		moved.Pixels, moved.Labels = nil, nil
		size := len(c.Pixels) / len(c.Labels)
		for _, from := range rapid.Permutation(seq(len(c.Labels))).Draw(t, "order") {
			moved.Pixels = append(moved.Pixels, c.Pixels[from*size:(from+1)*size]...)
			moved.Labels = append(moved.Labels, c.Labels[from])
		}
		for _, m := range measure.Measures() {
			want, wantErr := m.Of(context.Background(), c)
			got, err := m.Of(context.Background(), &moved)
			tolerance := 1e-6
			if m.Name == "croze" {
				tolerance = 1e-2
			}
			if (err == nil) != (wantErr == nil) || math.Abs(got-want) > tolerance*math.Abs(want)+1e-9 {
				t.Fatalf("%s: %v, %v, want %v, %v", m.Name, got, err, want, wantErr)
			}
		}
	})
}

// In evaluation mode the largest eigenvalue by products of the Hessian of a batch is that of one of its images.
func TestCurvatureIsThatOfProducts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := small(t, true, 1)
		each, err := find(t, "hessian_eig").Each(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		n, err := c.Open(measure.Variant{})
		if err != nil {
			t.Fatal(err)
		}
		logits, err := n.Forward(context.Background(), c.Pixels, measure.Evaluation)
		if err != nil {
			t.Fatal(err)
		}
		r := stream.New(1, "start")
		got, err := measure.Largest(len(c.Pixels), r, func(v []float64) ([]float64, error) {
			moved, err := n.Along(context.Background(), measure.Gradients{Images: v})
			if err != nil {
				return nil, err
			}
			bent := measure.MovedErrors(logits, moved, len(c.Labels), 1)
			g, err := n.BackwardAlong(context.Background(), make([]float64, len(logits)), bent, measure.Wants{Images: true})
			return g.Images, err
		})
		if want := floats.Max(each); err != nil || math.Abs(got-want) > 1e-6*want+1e-24 {
			t.Fatalf("%v, %v, want %v", got, err, want)
		}
	})
}
