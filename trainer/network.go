package trainer

import (
	"context"
	"fmt"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/ops"
)

// Network evaluates weights: logits, and gradients by the images, with the running statistics of batch norm. It is a
// [robustness.GradModel]. It shares the weights, and follows them if they change between calls.
//
// A Network is for one goroutine at a time; several on the same weights are independent. It computes whole blocks of
// [kernel.Lanes] images: batches of a multiple of them waste nothing.
type Network struct {
	weights *Weights
	engine  Engine
	batch   int

	graphs [ops.Predict + 1]*graph // by mode, built when first used
	losses []robustness.Loss       // of the running batch
}

// NewNetwork returns a network that computes batches of up to batch images at once; larger ones are divided.
func NewNetwork(w *Weights, batch int, e Engine) (*Network, error) {
	if batch < 1 {
		return nil, &SpecError{"batch", batch, "at least 1"}
	}
	return &Network{weights: w, engine: e, batch: batch}, nil
}

// Close lets go of the network's buffers. A later call makes them anew.
func (n *Network) Close() error {
	clear(n.graphs[:])
	return nil
}

// Logits implements [robustness.Model].
func (n *Network) Logits(ctx context.Context, x robustness.Batch) ([]float32, error) {
	_, logits, err := n.run(ctx, ops.Predict, x, nil)
	return logits, err
}

// Gradient implements [robustness.GradModel].
func (n *Network) Gradient(
	ctx context.Context, x robustness.Batch, losses []robustness.Loss,
) (gradient robustness.Batch, logits []float32, err error) {
	if len(losses) != x.Len() {
		return gradient, nil, fmt.Errorf("%d losses for %d images", len(losses), x.Len())
	}
	return n.run(ctx, ops.Attack, x, losses)
}

// run computes the logits of a batch after the other, and the gradients to attack them.
func (n *Network) run(
	ctx context.Context, m ops.Mode, x robustness.Batch, losses []robustness.Loss,
) (gradient robustness.Batch, logits []float32, err error) {
	side, k := n.weights.Image, n.weights.Classes
	if want := (robustness.Shape{Channels: n.weights.Inputs, Height: side, Width: side}); x.Shape != want {
		return gradient, nil, &SpecError{"images' shape", x.Shape, fmt.Sprintf("the network's, %v", want)}
	}
	g := n.graphs[m]
	if g == nil {
		shared := &ops.Context{Kernel: n.engine.Kernel, Mode: m, Images: n.batch, Threads: n.engine.Threads}
		if g, err = newGraph(n.weights, shared, n.criterion, nil); err != nil {
			return gradient, nil, err
		}
		n.graphs[m] = g
	}
	logits = make([]float32, x.Len()*k)
	if m == ops.Attack {
		gradient = robustness.Batch{Shape: x.Shape, Pixels: make([]float32, len(x.Pixels))}
	}
	for first := 0; first < x.Len(); first += n.batch {
		if err := context.Cause(ctx); err != nil {
			return gradient, logits, err
		}
		last := min(first+n.batch, x.Len())
		if m == ops.Attack {
			n.losses = losses[first:last]
		}
		if err := g.run(x.Pixels[first*x.Size() : last*x.Size()]); err != nil {
			return gradient, logits, err
		}
		g.outputs(logits[first*k : last*k])
		if m == ops.Attack {
			g.gradient(gradient.Pixels[first*x.Size() : last*x.Size()])
		}
	}
	return gradient, logits, nil
}

// criterion gives each image of the batch under way to its loss. The graph's loss value is not used.
func (n *Network) criterion(logits, grad []float32) float64 {
	k := n.weights.Classes
	for i, loss := range n.losses {
		loss(logits[i*k:(i+1)*k], grad[i*k:(i+1)*k])
	}
	return 0
}

// Images returns the images first to last-1 of a set as pixels in [0,1].
func Images(set *dataset.Set, first, last int) robustness.Batch {
	x := robustness.Batch{Shape: robustness.Shape{Channels: set.Channels, Height: set.Side, Width: set.Side}}
	x.Pixels = make([]float32, (last-first)*x.Size())
	set.Floats(x.Pixels, first, last)
	return x
}

// Score is how well a network does on a set.
type Score struct {
	Accuracy float64 // share of images whose largest logit is that of their label
	Loss     float64 // mean cross-entropy
}

// Score evaluates a set, which has at least one image. Its error is a [*robustness.NonFiniteError] if logits are no
// numbers.
func (n *Network) Score(ctx context.Context, set *dataset.Set) (Score, error) {
	if err := n.weights.fits(set); err != nil {
		return Score{}, err
	}
	if set.Len() == 0 {
		return Score{}, fmt.Errorf("no images to evaluate")
	}
	var s Score
	grad := make([]float32, n.batch*n.weights.Classes)
	for first := 0; first < set.Len(); first += n.batch {
		last := min(first+n.batch, set.Len())
		logits, err := n.Logits(ctx, Images(set, first, last))
		if err != nil {
			return Score{}, err
		}
		labels := set.Labels[first:last]
		s.Loss += crossEntropy(logits, grad[:len(logits)], labels, 0) * float64(len(labels))
		for i, l := range labels {
			z := logits[i*n.weights.Classes : (i+1)*n.weights.Classes]
			if !finite(z) {
				return Score{}, &robustness.NonFiniteError{Image: first + i, What: "logits"}
			}
			if !robustness.Fooled(z, l) {
				s.Accuracy++
			}
		}
	}
	s.Loss /= float64(set.Len())
	s.Accuracy /= float64(set.Len())
	return s, nil
}

func finite(list []float32) bool {
	for _, v := range list {
		if v-v != 0 { // infinite or no number
			return false
		}
	}
	return true
}
