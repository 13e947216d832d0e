// Command customquantity is nassearch with one more thing that a network can be asked when it has been trained, which
// is a metric of live searches:
//
//	go run ./examples/customquantity --backend live --objective mirrored_acc --budget 20
package main

import (
	"context"
	"errors"
	"os"
	"slices"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// Mirrored is the accuracy on mirrored images, of which a network has seen none unless it was trained with --flip.
type Mirrored struct{}

// Metrics names it, without settings.
func (Mirrored) Metrics(live.Protocol) []objective.Metric {
	return []objective.Metric{{Name: "mirrored_acc"}}
}

// Needs asks for weights that were trained, and for images.
func (Mirrored) Needs() live.Needs { return live.NeedsTraining }

// Passes is one of each image, for the clock of the search.
func (Mirrored) Passes(_ live.Protocol, images int, _ []objective.Metric) float64 {
	return float64(images)
}

// Setup says what it is, for help.
func (Mirrored) Setup(live.Protocol) live.Setup {
	return live.Setup{Kind: "images", Name: "mirrored", How: "left for right", Meaning: "accuracy on mirrored images"}
}

// Measure puts the weights on a bench with other images.
func (Mirrored) Measure(ctx context.Context, on *live.Bench, _ []objective.Metric) (values []float64, err error) {
	b := on.Lab.Bench(on.Weights, mirror(on.Set), on.Seed)
	defer func() { err = errors.Join(err, b.Close()) }()
	s, err := b.Clean(ctx)
	on.Passes.Forward += b.Passes.Forward // of which a trial's record tells
	return []float64{s.Accuracy}, err
}

// mirror returns a set with every row of pixels turned round.
func mirror(s *dataset.Set) *dataset.Set {
	m := *s
	m.Pixels = slices.Clone(s.Pixels)
	for row := range slices.Chunk(m.Pixels, s.Side) {
		slices.Reverse(row)
	}
	return &m
}

func main() { os.Exit(cmd.Main(cmd.Extensions{Quantities: []live.Quantity{Mirrored{}}})) }
