package probe

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/trainer"
)

// TestNetworksShareMemory: networks on one engine compute the same bits as on engines of their own, in memory that does
// not grow with their number; the pass of one closes the other.
func TestNetworksShareMemory(t *testing.T) {
	k := fastest(t)
	rapid.Check(t, func(t *rapid.T) {
		shared := NewEngine(k)
		var networks, alone [2]*Network
		var x [2][]float64
		for i := range networks {
			s := randomSpec(t)
			w, err := trainer.NewWeights(s, uint64(i))
			if err != nil {
				t.Fatal(err)
			}
			if networks[i], err = shared.open(w, measure.AllNorms); err != nil {
				t.Fatal(err)
			}
			if alone[i], err = New(w, measure.AllNorms, k); err != nil {
				t.Fatal(err)
			}
			x[i] = make([]float64, rapid.SampledFrom([]int{1, 17, 40}).Draw(t, "images")*s.Inputs*s.Image*s.Image)
			for j := range x[i] {
				x[i][j] = float64(j*j%101) / 101
			}
		}
		held := 0
		for round := range 3 {
			for i, n := range networks {
				if got, want := work(t, n, x[i]), work(t, alone[i], x[i]); !slices.Equal(got, want) {
					t.Fatalf("round %d: network %d computes something else with shared memory", round, i)
				}
				if _, err := networks[1-i].Backward(context.Background(), nil, both); err == nil {
					t.Fatal("the other network is still open")
				}
			}
			networks[1].Close()
			size := 0
			for _, b := range shared.memory.free {
				size += cap(b)
			}
			if round > 0 && size != held {
				t.Fatalf("%d numbers of memory, before %d", size, held)
			}
			held = size
		}
	})
}

// work returns all that the methods of a network compute.
func work(t *rapid.T, n *Network, x []float64) []float64 {
	ctx := context.Background()
	logits, err := n.Forward(ctx, x, measure.Training)
	if err != nil {
		t.Fatal(err)
	}
	g, err := n.Backward(ctx, logits, measure.Wants{Parameters: true, Images: true, Activations: true})
	if err != nil {
		t.Fatal(err)
	}
	moved, err := n.Along(ctx, measure.Gradients{Parameters: n.Values(), Images: x})
	if err != nil {
		t.Fatal(err)
	}
	h, err := n.BackwardAlong(ctx, logits, moved, both)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(append(append(g.Parameters, h.Parameters...), logits, moved, g.Images, h.Images)...)
}

// TestCasesShareAnEngine: measures of two cases, in turn, are those on engines of their own.
func TestCasesShareAnEngine(t *testing.T) {
	k, shared := fastest(t), NewEngine(fastest(t))
	rapid.Check(t, func(t *rapid.T) {
		s := randomSpec(t)
		s.Image = 8
		var together, alone []*measure.Case
		for i := range 2 {
			w, err := trainer.NewWeights(s, uint64(i))
			if err != nil {
				t.Fatal(err)
			}
			x := robustness.Batch{Shape: robustness.Shape{Channels: s.Inputs, Height: s.Image, Width: s.Image}}
			x.Pixels = make([]float32, (20+30*i)*x.Size())
			labels := make([]int, x.Len())
			for j := range x.Pixels {
				x.Pixels[j] = float32((j*j+j/7)%101) / 101
			}
			together = append(together, shared.Case(w, x, labels, 1))
			alone = append(alone, Case(w, x, labels, 1, k))
		}
		for _, name := range []string{"grad_norm", "jacov", "linear_regions", "zen", "grasp", "synflow", "nwot"} {
			m, _ := measure.Measures().Find(name)
			for i, c := range together {
				got, err := m.Of(context.Background(), c)
				want, wanted := m.Of(context.Background(), alone[i])
				if fmt.Sprint(err) != fmt.Sprint(wanted) || err == nil && got != want {
					t.Fatalf("%s of case %d on a shared engine: %v, %v; alone: %v, %v", name, i, got, err, want, wanted)
				}
			}
		}
	})
}
