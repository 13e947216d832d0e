package mlp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever the network and the batch, the gradient is what differences say, but where a ReLU or an error changes its sign.
func TestGradientIsThatOfDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Config{
			Layers: rapid.IntRange(0, 4).Draw(t, "layers"), Width: rapid.IntRange(1, 6).Draw(t, "width"),
			Batch: rapid.IntRange(1, 5).Draw(t, "batch"),
		}
		inputs := rapid.IntRange(1, 4).Draw(t, "inputs")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		n := newNetwork(r, inputs, c)
		for i := range n.parameters { // biases too
			n.parameters[i] = r.NormFloat64()
		}
		x, want := make([]float64, c.Batch*inputs), make([]float64, c.Batch)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		for i := range want {
			want[i] = r.NormFloat64()
		}
		at := n.learn(x, want)
		gradient := slices.Clone(n.gradient)
		const step = 1e-6
		for i, g := range gradient {
			was := n.parameters[i]
			n.parameters[i] = was + step
			up := n.learn(x, want)
			n.parameters[i] = was - step
			down := n.learn(x, want)
			n.parameters[i] = was
			forward, backward := (up-at)/step, (at-down)/step
			if math.Abs(forward-backward) > 1e-6*(1+math.Abs(forward)) {
				continue // there is a kink between
			}
			if off := math.Abs(g - forward); off > 1e-6*(1+math.Abs(g)) {
				t.Fatalf("derivative %d of %d is %g, by differences %g", i, len(gradient), g, forward)
			}
		}
	})
}

func TestNetworkLearnsWhatIsNotLinear(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	draw := func() (x []float64, y float64) {
		x = []float64{r.Float64(), r.Float64()}
		return x, math.Abs(x[0]-x[1])*3 - 1
	}
	var x [][]float64
	var y []float64
	for range 200 {
		a, b := draw()
		x, y = append(x, a), append(y, b)
	}
	n := Fit(rand.New(rand.NewPCG(2, 2)), x, y, Config{Layers: 2, Width: 10, Epochs: 200, Batch: 32, Rate: .01})
	off := 0.
	for range 100 {
		a, b := draw()
		off += math.Abs(n.Predict(a)-b) / 100
	}
	if off > .1 {
		t.Errorf("mean absolute error %.3f of values from -1 to 2", off)
	}
}

func TestFitIsRepeatable(t *testing.T) {
	x, y := [][]float64{{0}, {1}, {2}}, []float64{1, 0, 3}
	fit := func() float64 {
		return Fit(rand.New(rand.NewPCG(1, 2)), x, y, Config{Layers: 1, Width: 4, Epochs: 20, Batch: 2, Rate: .01}).Predict(x[2])
	}
	if a, b := fit(), fit(); a != b {
		t.Errorf("%g, then %g", a, b)
	}
}

// The first steps are as long as the rate, whatever the gradient's size (Kingma and Ba, section 2.1).
func TestAdamStepsAreAsLongAsItsRate(t *testing.T) {
	for _, g := range []float64{1e-3, 1, 1e6} {
		a, p := NewAdam(1, .1, .9, .999), []float64{0}
		for range 3 {
			a.Step(p, []float64{g})
		}
		if math.Abs(p[0]+.3) > 1e-4 {
			t.Errorf("three steps along %g lead to %g, want -.3", g, p[0])
		}
	}
}

// BenchmarkFit is a member of the ensemble of bananas halfway, with the settings of naszilla and with ours.
func BenchmarkFit(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	var x [][]float64
	var y []float64
	for range 150 {
		v := make([]float64, 30)
		v[r.IntN(5)], v[5+r.IntN(25)], v[5+r.IntN(25)] = 1, 1, 1
		x, y = append(x, v), append(y, r.NormFloat64())
	}
	for name, c := range map[string]Config{
		"naszilla": {Layers: 10, Width: 20, Epochs: 150, Batch: 32, Rate: .01},
		"ours":     {Layers: 5, Width: 20, Epochs: 50, Batch: 32, Rate: .01},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Fit(rand.New(rand.NewPCG(1, 1)), x, y, c)
			}
		})
	}
}
