package trainer

import (
	"context"
	"fmt"
	"math"
	"sync"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/ops"
)

// Engine says what computes: which kernel, and how many goroutines share the work on one batch. The kernel decides
// about bits of the result, the threads about none.
type Engine struct {
	Kernel  *kernel.Kernel
	Threads int
}

// Run is one training under way. What it does in a step depends on the configuration and the step's number alone:
// the order of the images is drawn for every epoch, the augmentation, the start of an attack and the noise for every
// step, from streams keyed by the seed.
type Run struct {
	config  Config
	weights *Weights
	set     *dataset.Set
	digest  func() string // of the set
	engine  Engine

	graph     *graph
	adversary *adversary // nil: none
	solver    *ops.SGD
	model     []G.ValueGrad
	labels    []int // of the batch

	step int     // taken
	loss float64 // summed over the images of the epoch so far
	last float64 // mean loss of the last whole epoch

	order      []int
	orderEpoch int // that order is of, from 0; -1: none
	images     []float32
}

// NewRun prepares training of the weights, which it changes, on a set, whose classes they are from now on.
func NewRun(w *Weights, set *dataset.Set, c Config, e Engine) (*Run, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if set.Len() == 0 {
		return nil, fmt.Errorf("no training images")
	}
	if err := w.fits(set); err != nil {
		return nil, err
	}
	digest := sync.OnceValue(set.Digest)
	r := &Run{config: c, weights: w, set: set, digest: digest, engine: e, orderEpoch: -1, last: math.NaN()}
	grads := flat(len(w.params))
	ctx := &ops.Context{Kernel: e.Kernel, Mode: ops.Train, Images: min(c.Batch, set.Len()), Threads: e.Threads}
	criterion := func(logits, grad []float32) float64 { return crossEntropy(logits, grad, r.labels, c.Smoothing) }
	var err error
	if r.graph, err = newGraph(w, ctx, criterion, grads); err != nil {
		return nil, err
	}
	if c.Adversarial.Enabled() {
		if r.adversary, err = newAdversary(c.Adversarial, w, ctx.Images, e, func() []int { return r.labels }); err != nil {
			return nil, err
		}
	}
	r.solver = &ops.SGD{
		Kernel: e.Kernel, Momentum: float32(c.Momentum), Decay: float32(c.WeightDecay), Nesterov: c.Nesterov,
		Velocity: flat(len(w.params)),
	}
	w.ClassNames, w.Digest = set.Classes, ""
	r.model = []G.ValueGrad{flatModel{vector(w.params), vector(grads)}}
	r.images = make([]float32, ctx.Images*w.size())
	return r, nil
}

// fits returns a [*SpecError] if the network is not made for the set's images.
func (w *Weights) fits(set *dataset.Set) error {
	switch {
	case set.Side != w.Image:
		return &SpecError{"image side", set.Side, fmt.Sprintf("the network's, %d", w.Image)}
	case set.Channels != w.Inputs:
		return &SpecError{"image channels", set.Channels, fmt.Sprintf("the network's, %d", w.Inputs)}
	case len(set.Classes) > w.Classes:
		return &SpecError{"classes", len(set.Classes), fmt.Sprintf("at most the network's, %d", w.Classes)}
	}
	return nil
}

// flatModel is all parameters and their gradients as one value for Gorgonia's solvers.
type flatModel struct{ params, grads *tensor.Dense }

func (m flatModel) Value() G.Value         { return m.params }
func (m flatModel) Grad() (G.Value, error) { return m.grads, nil }

func vector(values []float32) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(values)), tensor.WithBacking(values))
}

// Close lets go of the run's buffers; it cannot be trained any further.
func (r *Run) Close() error {
	r.graph, r.adversary = nil, nil
	return nil
}

// Progress is where a run stands after a step.
type Progress struct {
	Epoch, Epochs int // the epoch of this step, from 1
	Step, Steps   int // taken, of the whole run
	Loss          float64
	EpochEnds     bool
}

// perEpoch is the number of steps of an epoch, Steps of the run.
func (r *Run) perEpoch() int { return (r.set.Len() + r.config.Batch - 1) / r.config.Batch }

// Steps returns the number of steps of the whole run.
func (r *Run) Steps() int { return r.config.Epochs * r.perEpoch() }

// Step returns the number of steps taken.
func (r *Run) Step() int { return r.step }

// Loss returns the mean training loss over the images of the last whole epoch.
func (r *Run) Loss() float64 { return r.last }

// Train takes the steps that are left. After each it calls observe, which may stop the run by an error. It returns a
// [*DivergedError] as soon as a loss is not finite; the weights are then worthless.
func (r *Run) Train(ctx context.Context, observe func(Progress) error) error {
	for r.step < r.Steps() {
		p, err := r.next(ctx)
		if err != nil {
			return err
		}
		if err := observe(p); err != nil {
			return err
		}
	}
	return nil
}

// next takes a step, or none if the context ends before anything has changed.
func (r *Run) next(ctx context.Context) (Progress, error) {
	epoch, at := r.step/r.perEpoch(), r.step%r.perEpoch()
	batch := r.batch(epoch, at)
	images := r.images[:len(batch)*r.weights.size()]
	if err := r.attack(ctx, images); err != nil {
		return Progress{}, fmt.Errorf("training stopped after step %d of %d: %w", r.step, r.Steps(), err)
	}
	if r.config.Noise > 0 {
		addNoise(images, r.config.Noise, stream.New(r.config.Seed, "noise", r.step))
	}
	if err := r.graph.run(images); err != nil {
		return Progress{}, err
	}
	p := Progress{Epoch: epoch + 1, Epochs: r.config.Epochs, Step: r.step + 1, Steps: r.Steps(), Loss: r.graph.value()}
	if math.IsNaN(p.Loss) || math.IsInf(p.Loss, 0) {
		return p, &DivergedError{p.Epoch, p.Step, p.Loss}
	}
	r.solver.Rate = float32(r.config.Rate(r.step, r.Steps()))
	if err := r.solver.Step(r.model); err != nil {
		return p, err
	}
	r.step++
	r.loss += p.Loss * float64(len(batch))
	if at == r.perEpoch()-1 {
		r.last, r.loss, p.EpochEnds = r.loss/float64(r.set.Len()), 0, true
	}
	return p, nil
}

// batch prepares the images and labels of a step and returns their numbers.
func (r *Run) batch(epoch, at int) []int {
	if r.orderEpoch != epoch {
		r.order = stream.New(r.config.Seed, "order", epoch).Perm(r.set.Len())
		r.orderEpoch = epoch
	}
	batch := r.order[at*r.config.Batch : min((at+1)*r.config.Batch, r.set.Len())]
	r.config.Augmentation.Write(r.images, r.set, batch, stream.New(r.config.Seed, "augmentation", r.step))
	r.labels = r.labels[:0]
	for _, i := range batch {
		r.labels = append(r.labels, r.set.Labels[i])
	}
	return batch
}

// attack moves a batch's images to where the adversary wants them, if there is one. Its error may be the cause of ctx's
// end.
func (r *Run) attack(ctx context.Context, images []float32) error {
	if r.adversary == nil {
		return context.Cause(ctx)
	}
	return r.adversary.perturb(ctx, images, stream.New(r.config.Seed, "adversary", r.step))
}
