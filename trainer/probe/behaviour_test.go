package probe

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// TestConvolvedGradients: a convolution is linear in its weights, so that the products of these with their gradient and
// of its output with that of its own have the same sum.
func TestConvolvedGradients(t *testing.T) {
	k := fastest(t)
	rapid.Check(t, func(t *rapid.T) {
		s := randomSubject(t, k)
		logits := s.forward(t, s.x)
		w := measure.Wants{Parameters: true, Images: true, Activations: true}
		g, err := s.Backward(context.Background(), s.normal(len(logits)), w)
		if err != nil {
			t.Fatal(err)
		}
		values, parameters, at := s.Values(), s.Parameters(), 0
		s.See(measure.Convolved, func(a measure.Activation) {
			for parameters[at].Kind != measure.Weight {
				at++
			}
			if parameters[at].Name != a.Name+".weight" {
				t.Fatalf("output of %s, want of %s", a.Name, parameters[at].Name)
			}
			want := dot(values[at], g.Parameters[at])
			if at+1 < len(parameters) && parameters[at+1].Kind == measure.Bias {
				want += dot(values[at+1], g.Parameters[at+1])
			}
			sum, size := 0.0, 0.0
			for i, v := range a.Values {
				if i/(a.Lanes*a.Channels*a.Pixels)*a.Lanes+i%a.Lanes < a.Images {
					sum, size = sum+v*a.Gradients[i], size+math.Abs(v*a.Gradients[i])
				}
			}
			if !(math.Abs(sum-want) <= 1e-10*(1+size)) {
				t.Fatalf("%s: %v by the output, %v by the weights", a.Name, sum, want)
			}
			at++
		})
	})
}

// TestPlacesFollowPyTorch: names in the order of the modules, those of edges that do not reach the output too.
func TestPlacesFollowPyTorch(t *testing.T) {
	s := trainer.Spec{Network: nasbench201.Network{Channels: 2, Depth: 1, Classes: 4, Image: 8, Inputs: 1}}
	s.Cell = nasbench201.Cell{nasbench201.Conv3x3, nasbench201.Skip, nasbench201.Conv1x1, nasbench201.Pool}
	for norms, count := range map[measure.Norms]int{measure.AllNorms: 12, measure.ReductionNorms: 4, measure.NoNorms: 0} {
		n := open(t, s, norms)
		if got := len(n.Variances()); got != count {
			t.Errorf("%d batch norms, want %d", got, count)
		}
		if _, err := n.Forward(context.Background(), make([]float64, 3*64), measure.Training); err != nil {
			t.Fatal(err)
		}
		for p, want := range map[measure.Place][]string{
			measure.Convolved: {
				"stem.0", "cells.0.layers.0.op.1", "cells.0.layers.2.op.1",
				"cells.1.conv_a.op.1", "cells.1.conv_b.op.1", "cells.1.downsample.1",
				"cells.2.layers.0.op.1", "cells.2.layers.2.op.1",
				"cells.3.conv_a.op.1", "cells.3.conv_b.op.1", "cells.3.downsample.1",
				"cells.4.layers.0.op.1", "cells.4.layers.2.op.1", "classifier",
			},
			measure.Rectified: {
				"cells.0.layers.0.op.0", "cells.0.layers.2.op.0", "cells.1.conv_a.op.0", "cells.1.conv_b.op.0",
				"cells.2.layers.0.op.0", "cells.2.layers.2.op.0", "cells.3.conv_a.op.0", "cells.3.conv_b.op.0",
				"cells.4.layers.0.op.0", "cells.4.layers.2.op.0", "lastact.1",
			},
			measure.Features: {"stem", "cells.1", "cells.3", "lastact", "pool"},
		} {
			var got []string
			n.See(p, func(a measure.Activation) {
				got = append(got, a.Name)
				if size := (a.Images + a.Lanes - 1) / a.Lanes * a.Lanes * a.Channels * a.Pixels; len(a.Values) != size {
					t.Errorf("%s: %d values, want %d", a.Name, len(a.Values), size)
				}
			})
			if !slices.Equal(got, want) {
				t.Errorf("place %d: %q, want %q", p, got, want)
			}
		}
	}
}

func open(t testing.TB, s trainer.Spec, norms measure.Norms) *Network {
	t.Helper()
	w, err := trainer.NewWeights(s, 1)
	if err != nil {
		t.Fatal(err)
	}
	n, err := New(w, norms, fastest(t))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestLogitsAreThoseOfTheTrainer, but for float32.
func TestLogitsAreThoseOfTheTrainer(t *testing.T) {
	single, err := kernel.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		spec := randomSpec(t)
		w, err := trainer.NewWeights(spec, rapid.Uint64().Draw(t, "seed"))
		if err != nil {
			t.Fatal(err)
		}
		x := robustness.Batch{Shape: robustness.Shape{Channels: spec.Inputs, Height: spec.Image, Width: spec.Image}}
		x.Pixels = make([]float32, rapid.IntRange(1, 40).Draw(t, "images")*x.Size())
		for i := range x.Pixels {
			x.Pixels[i] = float32(i*i%101) / 101
		}
		network, err := trainer.NewNetwork(w, 32, trainer.Engine{Kernel: single, Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		want, err := network.Logits(context.Background(), x)
		if err != nil {
			t.Fatal(err)
		}
		n, err := New(w, measure.AllNorms, single.Double())
		if err != nil {
			t.Fatal(err)
		}
		got, err := n.Forward(context.Background(), wide(x.Pixels), measure.Evaluation)
		if err != nil {
			t.Fatal(err)
		}
		for i, g := range got {
			if math.Abs(g-float64(want[i])) > 1e-4 {
				t.Fatalf("logit %d: %v, want %v", i, g, want[i])
			}
		}
	})
}

// TestStatisticsAreOfImagesAlone: a batch twice over has the same means and variances, whatever blocks it fills.
func TestStatisticsAreOfImagesAlone(t *testing.T) {
	k := fastest(t)
	rapid.Check(t, func(t *rapid.T) {
		s := randomSubject(t, k)
		once := s.forward(t, s.x)
		twice := s.forward(t, append(slices.Clone(s.x), s.x...))
		for i, v := range twice {
			if w := once[i%len(once)]; !(math.Abs(v-w) <= 1e-6*(1+math.Abs(w))) {
				t.Fatalf("logit %d: %v, alone %v", i, v, w)
			}
		}
	})
}

// TestBuffersHoldNothing: what a network computed before changes no bit of what it computes.
func TestBuffersHoldNothing(t *testing.T) {
	k := fastest(t)
	rapid.Check(t, func(t *rapid.T) {
		s := randomSubject(t, k)
		s.mode = measure.Evaluation // whose running statistics stay
		work := func() []float64 {
			logits := s.forward(t, s.x)
			v := measure.Gradients{Parameters: s.Values(), Images: s.x}
			g := s.backward(t, logits)
			h := s.backwardAlong(t, logits, s.along(t, v))
			return slices.Concat(append(append(g.Parameters, h.Parameters...), logits, g.Images, h.Images)...)
		}
		first := work()
		s.forward(t, s.normal(3*len(s.x)))
		s.along(t, measure.Gradients{Parameters: s.Values()})
		s.backward(t, s.normal(3*s.images*s.Classes()))
		if !slices.Equal(first, work()) {
			t.Fatal("the results differ")
		}
	})
}

// TestMisuse: errors, and no panic.
func TestMisuse(t *testing.T) {
	s := trainer.Spec{Network: nasbench201.Network{Channels: 2, Depth: 1, Classes: 4, Image: 8, Inputs: 1}}
	n := open(t, s, measure.AllNorms)
	ctx := context.Background()
	fails := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	_, err := n.Backward(ctx, make([]float64, 4), both)
	fails("gradient without a pass", err)
	_, err = n.Along(ctx, measure.Gradients{})
	fails("direction without a pass", err)
	_, err = n.Forward(ctx, nil, measure.Training)
	fails("no image", err)
	_, err = n.Forward(ctx, make([]float64, 65), measure.Training)
	fails("a part of an image", err)
	if _, err := n.Forward(ctx, make([]float64, 64), measure.Training); err != nil {
		t.Fatal(err)
	}
	_, err = n.BackwardAlong(ctx, make([]float64, 4), make([]float64, 4), both)
	fails("derivative of a gradient without a direction", err)
	_, err = n.Backward(ctx, make([]float64, 5), both)
	fails("too many logits", err)
	_, err = n.Along(ctx, measure.Gradients{Images: make([]float64, 63)})
	fails("a direction of a part of an image", err)
	_, err = n.Along(ctx, measure.Gradients{Parameters: make([][]float64, 1)})
	fails("a direction of one parameter", err)

	cause := errors.New("enough")
	ended, end := context.WithCancelCause(ctx)
	end(cause)
	if _, err := n.Forward(ended, make([]float64, 64), measure.Training); !errors.Is(err, cause) {
		t.Errorf("an ended pass returns %v", err)
	}
	_, err = n.Backward(ctx, make([]float64, 4), both)
	fails("gradient after a pass that was ended", err)
}

// TestCase opens the case's own network, and that of another width on the same seed.
func TestCase(t *testing.T) {
	s := trainer.Spec{Network: nasbench201.Network{Channels: 2, Depth: 2, Classes: 4, Image: 8, Inputs: 1}}
	s.Mean, s.Std = []float32{.5}, []float32{.25}
	w, err := trainer.NewWeights(s, 3)
	if err != nil {
		t.Fatal(err)
	}
	x := robustness.Batch{Shape: robustness.Shape{Channels: 1, Height: 8, Width: 8}, Pixels: make([]float32, 64)}
	c := Case(w, x, []int{1}, 3, fastest(t))
	if c.Channels != 1 || c.Side != 8 || len(c.Pixels) != 64 || c.Mean[0] != .5 || c.Std[0] != .25 {
		t.Errorf("the case is %+v", c)
	}
	for v, stem := range map[measure.Variant][]int{{}: {2, 1, 3, 3}, {Channels: 5, Side: 4}: {5, 1, 3, 3}} {
		n, err := c.Open(v)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Parameters()[0].Shape; !slices.Equal(got, stem) {
			t.Errorf("%+v: stem %v, want %v", v, got, stem)
		}
	}
	if _, err := c.Open(measure.Variant{Channels: 1, Side: 3}); err == nil {
		t.Error("a side that is no multiple of 4 is no error")
	}
}
