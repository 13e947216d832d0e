package trainer

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
)

func TestTrainingIsRepeatable(t *testing.T) {
	set := images(t, 200, 16)
	for _, k := range kernel.Available() {
		if k.Name == "generic" && testing.Short() {
			continue
		}
		t.Run(k.Name, func(t *testing.T) {
			a := train(t, newRun(t, mixedArch, set, smallConfig(), Engine{k, 1}))
			b := train(t, newRun(t, mixedArch, set, smallConfig(), Engine{k, 1}))
			sameBits(t, a, b)
		})
	}
}

func TestThreadsChangeNoBit(t *testing.T) {
	set := images(t, 200, 16)
	want := train(t, newRun(t, mixedArch, set, smallConfig(), engine(t, 1)))
	for _, threads := range []int{2, 3, 8} {
		sameBits(t, want, train(t, newRun(t, mixedArch, set, smallConfig(), engine(t, threads))))
	}
}

func TestSeedChangesTheRun(t *testing.T) {
	set := images(t, 200, 8)
	c := smallConfig()
	a := train(t, newRun(t, mixedArch, set, c, engine(t, 1)))
	c.Seed = 2
	b := train(t, newRun(t, mixedArch, set, c, engine(t, 1)))
	if a.Loss() == b.Loss() {
		t.Error("two seeds gave the same loss")
	}
}

func TestDivergenceIsTyped(t *testing.T) {
	c := smallConfig()
	c.LearningRate = 1e30
	err := newRun(t, mixedArch, images(t, 200, 8), c, engine(t, 1)).Train(context.Background(), keepGoing)
	var diverged *DivergedError
	if !errors.As(err, &diverged) || diverged.Step < 2 {
		t.Errorf("error %v", err)
	}
}

// A loss says nothing of the step that follows it: whoever evaluates the weights is told.
func TestScoreRefusesLogitsThatAreNoNumbers(t *testing.T) {
	set := images(t, 64, 8)
	w, err := NewWeights(smallSpec(t, mixedArch, set), 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range w.params {
		w.params[i] *= 1e30
	}
	_, err = network(t, w).Score(context.Background(), set)
	var bad *robustness.NonFiniteError
	if !errors.As(err, &bad) {
		t.Errorf("error %v", err)
	}
}

func TestTrainingStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := newRun(t, mixedArch, images(t, 200, 8), smallConfig(), engine(t, 1))
	err := r.Train(ctx, func(p Progress) error {
		if p.Step == 3 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || r.Step() != 3 {
		t.Errorf("step %d, error %v", r.Step(), err)
	}
}

func TestTrainingLearns(t *testing.T) {
	set := images(t, 512, 8)
	c := smallConfig()
	c.Epochs, c.Augmentation = 12, dataset.Augmentation{}
	r := train(t, newRun(t, mixedArch, set, c, engine(t, 1)))
	n, err := NewNetwork(r.weights, 100, engine(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	s, err := n.Score(context.Background(), set)
	if err != nil {
		t.Fatal(err)
	}
	if s.Accuracy < .7 {
		t.Errorf("accuracy %.2f of the training images after 12 epochs: want what such a network reaches, .8 or so", s.Accuracy)
	}
}

func TestRateWarmsUpAndFalls(t *testing.T) {
	c := Config{LearningRate: .2, Warmup: .1}
	for _, want := range []struct {
		step int
		rate float64
	}{{0, .02}, {4, .1}, {50, .1}, {99, .2 * (1 + math.Cos(math.Pi*.99)) / 2}} {
		if got := c.Rate(want.step, 100); math.Abs(got-want.rate) > 1e-12 {
			t.Errorf("step %d: rate %v, want %v", want.step, got, want.rate)
		}
	}
}

func TestConfigNamesTheBadField(t *testing.T) {
	for field, change := range map[string]func(*Config){
		"epochs": func(c *Config) { c.Epochs = 0 }, "batch": func(c *Config) { c.Batch = -1 },
		"learning rate": func(c *Config) { c.LearningRate = math.NaN() }, "momentum": func(c *Config) { c.Momentum = 1 },
		"warm-up": func(c *Config) { c.Warmup = 1 }, "weight decay": func(c *Config) { c.WeightDecay = -1 },
		"label smoothing": func(c *Config) { c.Smoothing = 1 }, "crop": func(c *Config) { c.Augmentation.Crop = -1 },
	} {
		c := DefaultConfig()
		change(&c)
		var bad *SpecError
		if err := c.Validate(); !errors.As(err, &bad) || bad.Field != field {
			t.Errorf("%s: error %v", field, err)
		}
	}
}

// Networks on the same weights, and training of others, run side by side; -race watches.
func TestGraphsAreIndependent(t *testing.T) {
	set := images(t, 96, 8)
	r := train(t, newRun(t, mixedArch, set, smallConfig(), engine(t, 1)))
	x := Images(set, 0, set.Len())
	var losses []robustness.Loss
	for _, l := range set.Labels {
		losses = append(losses, robustness.CrossEntropy(l))
	}
	gradient := func() []float32 {
		n, err := NewNetwork(r.weights, 40, engine(t, 2))
		if err != nil {
			t.Error(err)
			return nil
		}
		defer n.Close()
		g, _, err := n.Gradient(context.Background(), x, losses)
		if err != nil {
			t.Error(err)
		}
		return g.Pixels
	}
	want := gradient()
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			if i%2 == 0 {
				if !slices.Equal(gradient(), want) {
					t.Error("a gradient differs")
				}
				return
			}
			train(t, newRun(t, mixedArch, set, smallConfig(), engine(t, 1)))
		})
	}
	wg.Wait()
}

// The gradient by the pixels is the slope of the loss; batches do not matter.
func TestGradientIsTheSlopeOfTheLoss(t *testing.T) {
	set := images(t, 40, 8)
	r := train(t, newRun(t, mixedArch, set, smallConfig(), engine(t, 1)))
	n, err := NewNetwork(r.weights, 32, engine(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	ctx := context.Background()
	x := Images(set, 0, set.Len())
	var losses []robustness.Loss
	for _, l := range set.Labels {
		losses = append(losses, robustness.CrossEntropy(l))
	}
	loss := func(logits []float32) float64 { // the sum over all images
		sum, grad := 0.0, make([]float32, 10)
		for i, l := range losses {
			sum += l(logits[i*10:(i+1)*10], grad)
		}
		return sum
	}
	gradient, logits, err := n.Gradient(ctx, x, losses)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := n.Logits(ctx, x); err != nil || !slices.Equal(plain, logits) {
		t.Errorf("logits differ with and without gradient (%v)", err)
	}
	direction, want := make([]float64, len(x.Pixels)), 0.0
	rnd := rand.New(rand.NewPCG(1, 2))
	for i, g := range gradient.Pixels { // uphill, so that the slope is large against rounding
		direction[i] = math.Copysign(rnd.Float64(), float64(g))
		want += direction[i] * float64(gradient.Pixels[i])
	}
	const h = 1e-4
	side := func(sign float64) float64 {
		moved := x.Clone()
		for i := range moved.Pixels {
			moved.Pixels[i] += float32(sign * h * direction[i])
		}
		l, err := n.Logits(ctx, moved)
		if err != nil {
			t.Fatal(err)
		}
		return loss(l)
	}
	if got := (side(1) - side(-1)) / (2 * h); math.Abs(got-want) > .02*math.Abs(want) {
		t.Errorf("slope %v, gradient says %v", got, want)
	}
}
