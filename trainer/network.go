package trainer

import (
	"context"
	"fmt"

	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/ops"
)

// Network evaluates weights: logits, and gradients by the images, with the running statistics of batch norm. It
// shares the weights, and follows them if they change between calls.
//
// A Network is for one goroutine at a time; several on the same weights are independent.
type Network struct {
	weights *Weights
	engine  Engine
	batch   int

	predict, attack *graph // built when first used
	loss            Loss
	first           int // image of the running batch
}

// Loss is a loss of images from number first on: it writes its gradient by their logits (images, classes) to grad.
type Loss func(first int, logits, grad []float32)

// NewNetwork returns a network that computes batches of up to batch images at once.
func NewNetwork(w *Weights, batch int, e Engine) (*Network, error) {
	if batch < 1 {
		return nil, &SpecError{"batch", batch, "at least 1"}
	}
	return &Network{weights: w, engine: e, batch: batch}, nil
}

// Close frees the network's graphs.
func (n *Network) Close() error {
	for _, g := range []*graph{n.predict, n.attack} {
		if g != nil {
			if err := g.close(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Logits returns the logits (images, classes) of images (images, channels, rows, columns) in [0,1].
func (n *Network) Logits(ctx context.Context, images []float32) ([]float32, error) {
	if n.predict == nil {
		g, err := n.build(ops.Predict, nil)
		if err != nil {
			return nil, err
		}
		n.predict = g
	}
	logits := make([]float32, len(images)/n.weights.size()*n.weights.Classes)
	err := n.batches(ctx, images, func(first int, part []float32) error {
		if err := n.predict.run(part); err != nil {
			return err
		}
		n.predict.outputs(n.logitsOf(logits, first, part))
		return nil
	})
	return logits, err
}

// Gradient returns the gradient of a loss by the pixels, of the images' shape, and the logits. The loss of an image
// depends on its own logits only; it is called for one batch after another.
func (n *Network) Gradient(ctx context.Context, images []float32, loss Loss) (gradient, logits []float32, err error) {
	if n.attack == nil {
		if n.attack, err = n.build(ops.Attack, n.criterion); err != nil {
			return nil, nil, err
		}
	}
	n.loss = loss
	size := n.weights.size()
	gradient = make([]float32, len(images))
	logits = make([]float32, len(images)/size*n.weights.Classes)
	err = n.batches(ctx, images, func(first int, part []float32) error {
		n.first = first
		if err := n.attack.run(part); err != nil {
			return err
		}
		n.attack.outputs(n.logitsOf(logits, first, part))
		n.attack.gradient(gradient[first*size:][:len(part)])
		return nil
	})
	return gradient, logits, err
}

// criterion hands the batch under way to the caller's loss. The graph's loss value is not used.
func (n *Network) criterion(logits, grad []float32) float64 {
	n.loss(n.first, logits, grad)
	return 0
}

func (n *Network) build(m ops.Mode, c ops.Criterion) (*graph, error) {
	return newGraph(n.weights, &ops.Context{Kernel: n.engine.Kernel, Mode: m, Images: n.batch, Threads: n.engine.Threads}, c, nil)
}

func (n *Network) logitsOf(logits []float32, first int, part []float32) []float32 {
	return logits[first*n.weights.Classes:][:len(part)/n.weights.size()*n.weights.Classes]
}

// batches calls f for the images in batches.
func (n *Network) batches(ctx context.Context, images []float32, f func(first int, part []float32) error) error {
	size := n.weights.size()
	if len(images)%size != 0 {
		return fmt.Errorf("%d values: want whole images of %d", len(images), size)
	}
	for first := 0; first*size < len(images); first += n.batch {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := f(first, images[first*size:min((first+n.batch)*size, len(images))]); err != nil {
			return err
		}
	}
	return nil
}

// Score is how well a network does on a set.
type Score struct {
	Accuracy float64 // share of images whose largest logit is that of their label
	Loss     float64 // mean cross-entropy
}

// Score evaluates a set, which has at least one image.
func (n *Network) Score(ctx context.Context, set *dataset.Set) (Score, error) {
	if err := n.weights.fits(set); err != nil {
		return Score{}, err
	}
	if set.Len() == 0 {
		return Score{}, fmt.Errorf("no images to evaluate")
	}
	var s Score
	images := make([]float32, n.batch*n.weights.size())
	grad := make([]float32, n.batch*n.weights.Classes)
	for first := 0; first < set.Len(); first += n.batch {
		var index []int
		for i := first; i < min(first+n.batch, set.Len()); i++ {
			index = append(index, i)
		}
		set.Floats(images, index)
		logits, err := n.Logits(ctx, images[:len(index)*n.weights.size()])
		if err != nil {
			return Score{}, err
		}
		labels := set.Labels[first : first+len(index)]
		s.Loss += crossEntropy(logits, grad[:len(logits)], labels, 0) * float64(len(index))
		for i, l := range labels {
			if argmax(logits[i*n.weights.Classes:(i+1)*n.weights.Classes]) == l {
				s.Accuracy++
			}
		}
	}
	s.Loss /= float64(set.Len())
	s.Accuracy /= float64(set.Len())
	return s, nil
}
