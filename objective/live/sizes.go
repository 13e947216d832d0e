package live

import (
	"context"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// size is counted, not measured: the network's parameters, or the multiply-adds of one image.
type size struct {
	name  string
	count func(nasbench201.Network, nasbench201.Cell) int64
}

// sizes are all that there are.
func sizes() []size {
	return []size{{"params", nasbench201.Network.Params}, {"flops", nasbench201.Network.FLOPs}}
}

func (s size) Metrics(Protocol) []objective.Metric {
	return []objective.Metric{{Name: s.name, Goal: objective.Minimize}}
}

func (size) Needs() Needs { return NeedsCell }

func (size) Passes(Protocol, int, []objective.Metric) float64 { return 0 }

func (s size) Measure(_ context.Context, b *Bench, _ []objective.Metric) ([]float64, error) {
	return []float64{float64(s.count(b.Network(), b.Cell))}, nil
}
