package measure

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
)

// pass has the case's own network hold the pass of its first images in training mode, and returns its logits, which it
// keeps. It is done again only if the network has held another one since.
func (c *Case) pass(ctx context.Context, images int) (Network, []float64, error) {
	n, err := c.open(Variant{}, Training)
	if err != nil {
		return nil, nil, err
	}
	if c.kept.held != images {
		c.kept.held = 0
		logits, err := n.Forward(ctx, c.Input(0, images), Training)
		if err != nil {
			return nil, nil, err
		}
		if err := reached(logits); err != nil {
			return nil, nil, err
		}
		c.kept.held, c.kept.logits = images, logits
	}
	return n, c.kept.logits, nil
}

// reached returns an [*UndefinedError] unless all logits are finite numbers.
func reached(logits []float64) error {
	for _, v := range logits {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &UndefinedError{Value: v, Why: overflow}
		}
	}
	return nil
}

// loss is the gradient of the mean cross-entropy of the batch in training mode.
type loss struct {
	parameters [][]float64
	saliency   float64 // the sum of fisher, which is of the pass that is gone
}

// lossOf returns the gradient of the loss.
func (c *Case) lossOf(ctx context.Context) (*loss, error) {
	if c.kept.loss != nil {
		return c.kept.loss, nil
	}
	images := c.batch(0)
	n, logits, err := c.pass(ctx, images)
	if err != nil {
		return nil, err
	}
	if err := c.checkLabels(n); err != nil {
		return nil, err
	}
	back := c.errors(logits, images)
	g, err := n.Backward(ctx, back, Wants{Parameters: true, Activations: true})
	if err != nil {
		return nil, err
	}
	c.kept.loss = &loss{g.Parameters, saliencyOf(n)}
	return c.kept.loss, nil
}

// errors returns the gradient of the mean cross-entropy of the first images by their logits: (softmax - label) /
// images. That of the label is minus the sum of the others, which loses nothing where its probability is almost 1.
func (c *Case) errors(logits []float64, images int) []float64 {
	back := make([]float64, len(logits))
	classes := len(logits) / images
	for i := range images {
		at := back[i*classes : (i+1)*classes]
		softmax(at, logits[i*classes:(i+1)*classes])
		at[c.Labels[i]] = 0
		at[c.Labels[i]] = -floats.Sum(at)
		floats.Scale(1/float64(images), at)
	}
	return back
}

// movedErrors returns the derivative of the gradient by the logits, of the cross-entropy's sum over images times a
// factor, where the logits move by m: factor (diag p - p p^T) m. It is the sum over l of p_k p_l (m_k - m_l), which
// loses nothing where a probability is almost 1.
func movedErrors(logits, moved []float64, images int, factor float64) []float64 {
	back := make([]float64, len(logits))
	classes := len(logits) / images
	p := make([]float64, classes)
	for i := range images {
		at, by := back[i*classes:(i+1)*classes], moved[i*classes:(i+1)*classes]
		softmax(p, logits[i*classes:(i+1)*classes])
		for k := range at {
			for l := range at {
				at[k] += factor * p[k] * p[l] * (by[k] - by[l])
			}
		}
	}
	return back
}

// softmax writes the probabilities of an image's logits.
func softmax(p, logits []float64) {
	largest := math.Inf(-1)
	for _, v := range logits {
		largest = math.Max(largest, v)
	}
	sum := 0.
	for k, v := range logits {
		p[k] = math.Exp(v - largest)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
}

// logitSums returns the gradient of each image's summed logits, in training mode through the batch's statistics too:
// that of the sum over all images by the batch's input.
func (c *Case) logitSums(ctx context.Context) ([]float64, error) {
	if c.kept.sums != nil {
		return c.kept.sums, nil
	}
	n, logits, err := c.pass(ctx, c.batch(0))
	if err != nil {
		return nil, err
	}
	g, err := n.Backward(ctx, ones(len(logits)), Wants{Images: true})
	if err != nil {
		return nil, err
	}
	c.kept.sums = g.Images
	return g.Images, nil
}

// ones returns as many ones.
func ones(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = 1
	}
	return v
}

// overflow is why arithmetic alone gives no finite value.
const overflow = "numbers grow past what floating point reaches"

// sumOfLayers sums a function of each layer's weights and the gradient of the loss by them.
func (c *Case) sumOfLayers(ctx context.Context, f func(w, g []float64) float64) (float64, error) {
	l, err := c.lossOf(ctx)
	if err != nil {
		return 0, err
	}
	n, err := c.open(Variant{}, Training)
	if err != nil {
		return 0, err
	}
	sum := 0.
	layers(n, n.Values(), l.parameters, func(_ Parameter, w, g []float64) { sum += f(w, g) })
	return sum, nil
}

// layers calls f for the weights of each convolution and the classifier, their values and their gradients or whatever
// else is by parameter.
func layers(n Network, values, by [][]float64, f func(p Parameter, w, g []float64)) {
	for i, p := range n.Parameters() {
		if p.Kind == Weight {
			f(p, values[i], by[i])
		}
	}
}
