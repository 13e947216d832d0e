package live

import (
	"context"
	"errors"
	"fmt"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/probe"
)

// UnledError reports an attack that was no measurement: on most of the images that it should have fooled the network on
// all of its gradients were exactly zero, so that the accuracy under it says nothing.
type UnledError struct {
	Attack string
	Threat robustness.Threat
	Unled  int // images
	Of     int // that were attacked
}

// NoGradient says what kind of failure it is.
func (e *UnledError) NoGradient() bool { return true }

func (e *UnledError) Error() string {
	return fmt.Sprintf("attack %s at %v: its gradient is exactly zero on %d of %d images, so that it measures nothing: "+
		"logits may be too large for its loss; a lower learning rate may help, square and aa do without",
		e.Attack, e.Threat, e.Unled, e.Of)
}

// Score is what a network makes of some images: its accuracy, and the means of [robustness.Means].
type Score struct {
	Accuracy float64
	robustness.Means
}

// Bench is where a network is measured: all of its quantities in one go, so that they share what they can.
type Bench struct {
	*Lab
	Cell    nasbench201.Cell
	Weights *trainer.Weights // after training; nil if nothing that is asked for needs it
	Set     *dataset.Set     // of images; nil if nothing needs any
	Seed    uint64           // of whatever is random
	Passes  robustness.Passes

	models    []robustness.Model
	cases     map[bound]*measure.Case
	engine    *probe.Engine    // of all cases; nil until there is one
	drawn     *trainer.Weights // as training begins with them
	clean     *Score
	corrupted map[spoilt]Score
	warnings  []string
}

// bound is what tells the cases of a bench apart.
type bound struct {
	trained bool
	images  int
}

// Bench returns the bench for a network and a set, to be closed.
func (l *Lab) Bench(w *trainer.Weights, set *dataset.Set, seed uint64) *Bench {
	return &Bench{Lab: l, Cell: w.Cell, Weights: w, Set: set, Seed: seed}
}

// Next returns the bench for the weights that the seed draws for another cell. It takes measures in the memory of this
// one, which is not to be used any more.
func (b *Bench) Next(c nasbench201.Cell) *Bench {
	return &Bench{Lab: b.Lab, Cell: c, Seed: b.Seed, engine: b.engine}
}

// Attack returns what the network makes of the first images of the set, 0 being all, under a method at each setting. It
// is a [*UnledError] if the method had no gradient to follow on most images that the network has right.
func (b *Bench) Attack(ctx context.Context, m robustness.Method, images int, at []objective.Setting) ([]Score, error) {
	e := robustness.Evaluation{Methods: []robustness.Method{m}, Seed: b.Seed}
	for _, s := range at {
		e.Threats = append(e.Threats, s.Threat())
	}
	r, err := b.Evaluate(ctx, e, images)
	if err != nil {
		return nil, fmt.Errorf("attack %s: %w", m.Metric, err)
	}
	attacked := 0
	for _, right := range r.Clean {
		if right {
			attacked++
		}
	}
	var scores []Score
	for _, result := range r.Results {
		if 2*result.Unled > attacked {
			return nil, &UnledError{m.Metric, result.Threat, result.Unled, attacked}
		}
		scores = append(scores, Score{result.Accuracy, result.Means})
	}
	return scores, nil
}

// Clean returns the score on all images of the set, which an attack on all of them has found on its way.
func (b *Bench) Clean(ctx context.Context) (Score, error) {
	if b.clean == nil {
		if _, err := b.Evaluate(ctx, robustness.Evaluation{}, 0); err != nil {
			return Score{}, err
		}
	}
	return *b.clean, nil
}

// has returns an error if there are no images.
func (b *Bench) has() error {
	if b.Set == nil || b.Set.Len() == 0 {
		return fmt.Errorf("data set %s: no images to measure on", b.Images.Name)
	}
	return nil
}

// Evaluate runs an evaluation on the first images of the set, 0 being all, and counts its passes.
func (b *Bench) Evaluate(ctx context.Context, e robustness.Evaluation, images int) (*robustness.Report, error) {
	if err := b.has(); err != nil {
		return nil, err
	}
	n := cut(images, b.Set.Len())
	r, err := b.run(ctx, e, b.Set.First(n))
	if err == nil && n == b.Set.Len() {
		b.clean = &Score{r.CleanAccuracy, r.CleanMeans}
	}
	return r, err
}

// run runs an evaluation on images and counts its passes.
func (b *Bench) run(ctx context.Context, e robustness.Evaluation, set *dataset.Set) (*robustness.Report, error) {
	if err := b.open(); err != nil {
		return nil, err
	}
	e.Batch = kernel.Lanes
	r, err := e.Run(ctx, b.models, trainer.Images(set, 0, set.Len()), set.Labels)
	if err != nil {
		return nil, trainer.Diverged(err)
	}
	for _, w := range r.Warnings {
		b.warnings = append(b.warnings, w.String())
	}
	b.count(r.Passes)
	for _, result := range r.Results {
		b.count(result.Passes)
	}
	return r, nil
}

// Case returns what a measure is taken of: the trained weights on the bench's images, or those that its seed draws on
// images for training. Measures that take the same images share what they compute.
func (b *Bench) Case(m measure.Measure, trained bool) (*measure.Case, error) {
	as := bound{trained, max(b.batch(), b.imagesOf(m))}
	if c, ok := b.cases[as]; ok {
		return c, nil
	}
	w, set := b.Weights, b.Set
	if !trained {
		var err error
		if w, err = b.initial(); err != nil {
			return nil, err
		}
		set = b.forMeasures
	}
	if b.cases == nil {
		b.cases = map[bound]*measure.Case{}
	}
	b.cases[as] = b.lay(m, w, set)
	return b.cases[as], nil
}

// initial returns the weights that the seed draws.
func (b *Bench) initial() (w *trainer.Weights, err error) {
	if b.drawn == nil {
		b.drawn, err = trainer.NewWeights(b.Spec(b.Cell), b.Seed)
	}
	return b.drawn, err
}

// Warnings say which of the numbers may be better than the network is, as [robustness.Report] does.
func (b *Bench) Warnings() []string { return b.warnings }

func (b *Bench) count(p robustness.Passes) {
	b.Passes.Forward += p.Forward
	b.Passes.Backward += p.Backward
}

// open makes networks on the same weights, one a thread.
func (b *Bench) open() error {
	for len(b.models) < b.threads(b.Cell) {
		n, err := trainer.NewNetwork(b.Weights, kernel.Lanes, trainer.Engine{Kernel: b.Kernel, Threads: 1})
		if err != nil {
			return err
		}
		b.models = append(b.models, n)
	}
	return nil
}

// Close frees the networks.
func (b *Bench) Close() (err error) {
	for _, m := range b.models {
		err = errors.Join(err, m.(*trainer.Network).Close())
	}
	return err
}
