package live

import (
	"context"

	"github.com/nassearch/nassearch/objective"
)

// clean is the accuracy on images as they are. The bench measures it in any case, for the record.
type clean struct{}

func (clean) Metrics(Protocol) []objective.Metric { return []objective.Metric{{Name: "clean_acc"}} }

func (clean) Needs() Needs { return NeedsTraining }

func (clean) Passes(Protocol, int, []objective.Metric) float64 { return 0 }

func (clean) Measure(ctx context.Context, b *Bench, _ []objective.Metric) ([]float64, error) {
	s, err := b.Clean(ctx)
	return []float64{s.Accuracy}, err
}
