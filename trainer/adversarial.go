package trainer

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer/ops"
)

// Adversarial says by which attack training replaces its images (Madry et al., ICLR 2018, eq. 2.1): projected gradient
// ascent on the cross-entropy (of the labels themselves, not smoothed) in the Linf ball, within [0,1], after the
// augmentation. The zero value is no attack.
//
// The attack sees the network that is evaluated and attacked later: the current weights with batch norm's running
// statistics, which it does not move. The step that follows normalises by its batch of attacked images and moves the
// statistics towards theirs. The field does either; of the two, evaluation mode is as robust and has the better
// clean accuracy (Pang et al., Bag of Tricks for Adversarial Training, ICLR 2021), and it is cheaper here. The attack
// may be weak in the first tens of steps, until the statistics have left their initial values.
type Adversarial struct {
	Eps         float64 `json:"eps"`       // radius of the ball: 8/255 is written 8./255
	Steps       int     `json:"steps"`     // gradient steps
	StepSize    float64 `json:"step_size"` // in units of eps
	RandomStart bool    `json:"random_start"`
}

// PGDTraining returns the attack of Madry et al. for CIFAR-10: 7 steps of eps/4 from a uniform point of the ball.
func PGDTraining(eps float64) Adversarial {
	return Adversarial{Eps: eps, Steps: 7, StepSize: .25, RandomStart: true}
}

// FastTraining returns the attack of Wong, Rice and Kolter, Fast is better than free (ICLR 2020): one step of 1.25 eps
// from a uniform point of the ball.
func FastTraining(eps float64) Adversarial {
	return Adversarial{Eps: eps, Steps: 1, StepSize: 1.25, RandomStart: true}
}

// Enabled says whether there is an attack.
func (a Adversarial) Enabled() bool { return a != Adversarial{} }

// Validate returns a [*SpecError] if a field has no meaning.
func (a Adversarial) Validate() error {
	switch {
	case !a.Enabled():
		return nil
	case !(a.Eps > 0 && a.Eps <= 1):
		return &SpecError{"adversarial eps", a.Eps, "more than 0 and at most 1, the range of a pixel"}
	case a.Steps < 1:
		return &SpecError{"adversarial steps", a.Steps, "at least 1"}
	case !(a.StepSize > 0) || math.IsInf(a.StepSize, 0):
		return &SpecError{"adversarial step size", a.StepSize, "more than 0, in units of eps"}
	}
	return nil
}

// adversary attacks whole batches on a graph of its own, which shares the weights in training.
type adversary struct {
	Adversarial
	graph    *graph
	clean    []float32
	gradient []float32
}

// newAdversary builds the graph for batches of up to images images, whose labels the function returns.
func newAdversary(a Adversarial, w *Weights, images int, e Engine, labels func() []int) (*adversary, error) {
	ctx := &ops.Context{Kernel: e.Kernel, Mode: ops.Attack, Images: images, Threads: e.Threads}
	ascend := func(logits, grad []float32) float64 { return summedCrossEntropy(logits, grad, labels()) }
	g, err := newGraph(w, ctx, ascend, nil)
	if err != nil {
		return nil, err
	}
	size := images * w.size()
	return &adversary{a, g, make([]float32, size), make([]float32, size)}, nil
}

// summedCrossEntropy is the sum over images, not the mean: the gradient of an image is that of its own loss, whatever
// the size of the batch.
func summedCrossEntropy(logits, grad []float32, labels []int) (sum float64) {
	k := len(logits) / len(labels)
	for i, label := range labels {
		sum += robustness.CrossEntropy(label)(logits[i*k:(i+1)*k], grad[i*k:(i+1)*k])
	}
	return sum
}

// perturb moves a batch of images to where the attack ends. In Linf every pixel moves by itself: the batch is
// attacked as if it were one large image.
func (a *adversary) perturb(ctx context.Context, images []float32, r *rand.Rand) error {
	threat := robustness.Threat{Norm: robustness.Linf, Eps: a.Eps}
	clean, gradient := a.clean[:len(images)], a.gradient[:len(images)]
	copy(clean, images)
	if a.RandomStart {
		threat.Randomize(images, r)
	}
	for range a.Steps {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := a.graph.run(images); err != nil {
			return err
		}
		a.graph.gradient(gradient)
		threat.Ascend(images, gradient, a.StepSize*a.Eps)
		threat.Project(images, clean)
	}
	return nil
}
