package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/probe"
)

// usualMeasureImages is the batch of those who published zero-cost measures on NAS-Bench-201.
const usualMeasureImages = 64

// measured is a number that a network has besides accuracies and sizes: of trained weights on the images that networks
// are measured on, or of weights as they are drawn on images for training. Those of one kind share what they compute.
type measured struct {
	score measure.Measure
	state objective.State // of the weights; the usual one is the score's own
}

func (q measured) Metrics(Protocol) []objective.Metric {
	m := objective.MetricOf(q.score)
	m.Setting = objective.InState(q.state)
	return []objective.Metric{m}
}

// Of returns the measure of weights in a state, which is the usual one if it is the measure's own.
func (q measured) Of(s objective.State) (Quantity, bool) {
	if s == objective.StateOf(q.score) {
		s = objective.UsualState
	}
	return measured{q.score, s}, s == objective.UsualState || !q.score.Needs.AnyWeights
}

// trained says whether the weights are.
func (q measured) trained() bool {
	return cmp.Or(q.state, objective.StateOf(q.score)) == objective.Trained
}

func (q measured) Needs() Needs {
	if q.trained() {
		return NeedsTraining
	}
	return NeedsTrainImages
}

func (q measured) Passes(p Protocol, images int, _ []objective.Metric) float64 {
	switch n := p.imagesOf(q.score); {
	case !q.score.Needs.Images:
		images = 1
	case !q.trained():
		images = n
	default:
		images = min(n, images)
	}
	return q.score.Passes * float64(images)
}

func (q measured) Measure(ctx context.Context, b *Bench, _ []objective.Metric) ([]float64, error) {
	v, err := b.Take(ctx, q.score, q.trained())
	return []float64{v}, err
}

// Take takes a measure of a bench's weights, or of those that its seed draws, on the images of [Bench.Case]. Sizes are
// counted as the benchmark does, which is what metrics of their names mean everywhere. What is no finite number is an
// error, and so is a panic.
func (b *Bench) Take(ctx context.Context, m measure.Measure, trained bool) (v float64, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("measure %s: panic: %v", m.Name, p)
		}
	}()
	if i := slices.IndexFunc(sizes(), func(s size) bool { return s.name == m.Name }); i >= 0 {
		return float64(sizes()[i].count(b.network(), b.Cell)), nil
	}
	c, err := b.Case(m, trained)
	if err != nil {
		return 0, err
	}
	if v, err = m.Of(ctx, c); err != nil {
		if _, named := errors.AsType[*measure.UndefinedError](err); !named {
			err = fmt.Errorf("measure %s: %w", m.Name, err)
		}
		return 0, err
	}
	return v, objective.Check([]objective.Metric{{Name: m.Name}}, []float64{v})
}

// network is what the cell is stacked into.
func (b *Bench) network() nasbench201.Network {
	if b.Weights != nil {
		return b.Weights.Network
	}
	return b.Network()
}

// Setup says which weights are measured, and on what.
func (q measured) Setup(p Protocol) Setup {
	s := Setup{
		Kind: "measure", Name: q.Metrics(p)[0].Key(), How: "weights as they are drawn", Meaning: q.score.Meaning,
		Images: p.imagesOf(q.score), From: FromTraining,
	}
	if q.trained() {
		s.How, s.From = "trained weights", FromMeasured
	}
	if !q.score.Needs.Images {
		s.Images, s.From = 0, FromNowhere
	}
	return s
}

// batch is how many images measures are taken on that are of a batch.
func (p Protocol) batch() int { return cmp.Or(p.MeasureImages, usualMeasureImages) }

// imagesOf is how many images a measure is taken on, where there are as many. One that takes more than any batch that
// was published is of no batch.
func (p Protocol) imagesOf(m measure.Measure) int {
	if m.Images > usualMeasureImages {
		return m.Images
	}
	return cut(m.Images, p.batch())
}

// Enough returns a [*ProtocolError] if a part of the images, which is called so, has fewer than measures are asked to
// be taken on.
func (p Protocol) Enough(part string, set *dataset.Set) error {
	if p.MeasureImages <= set.Len() {
		return nil
	}
	return &ProtocolError{"measured images", p.MeasureImages, fmt.Sprintf("at most %d: there are no more %s images",
		set.Len(), part)}
}

// suffice returns a [*ProtocolError] if there are fewer images than measures are asked to be taken on.
func (e *Evaluator) suffice() (err error) {
	for _, t := range e.tasks {
		switch m, ok := t.Quantity.(measured); {
		case !ok || !m.score.Needs.Images:
		case m.trained():
			err = cmp.Or(err, e.Enough("validation", e.Images.Val))
		default:
			err = cmp.Or(err, e.Enough("training", e.forMeasures))
		}
	}
	return err
}

// Batch is how many images of a set measures are taken on that are of a batch.
func (p Protocol) Batch(set *dataset.Set) int { return cut(p.batch(), set.Len()) }

// lay returns what a measure is taken of: weights, and the first images of a set.
func (b *Bench) lay(m measure.Measure, w *trainer.Weights, set *dataset.Set) *measure.Case {
	if b.engine == nil {
		b.engine = probe.NewEngine(b.Kernel.Double())
	}
	n := cut(max(b.batch(), b.imagesOf(m)), set.Len())
	c := b.engine.Case(w, trainer.Images(set, 0, n), set.Labels[:n], b.Seed)
	c.Batch = b.Batch(set)
	return c
}

// ImagesOf is how many images of a set a measure is taken on; 0 for one that takes none.
func (p Protocol) ImagesOf(m measure.Measure, set *dataset.Set) int {
	if !m.Needs.Images {
		return 0
	}
	return cut(p.imagesOf(m), set.Len())
}
