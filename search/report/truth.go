package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// measure compares the front with what is known of all classes.
func (m *Multi) measure(ctx context.Context, r search.Result, c Context) error {
	if c.Known == nil {
		return nil
	}
	metrics := r.Study.Objective
	box, known := objective.BoxOf(c.Known, len(metrics))
	if !known {
		return nil
	}
	found, err := r.Hypervolume(ctx, box)
	if err != nil {
		return err
	}
	m.Hypervolume, m.Error = &found.Value, found.Error
	m.Reference, m.Ideal = values(metrics, box.Worst), values(metrics, box.Ideal)
	curve, err := r.Volumes(ctx, box)
	if err != nil {
		return err
	}
	for _, v := range curve {
		m.Volumes = append(m.Volumes, v.Value)
	}
	e, listed := c.Space.(space.Enumerator)
	if !listed {
		return nil
	}
	points := objective.Known(c.Known, e.Classes())
	if len(points) == 0 {
		return nil
	}
	front := objective.Front(metrics, points)
	whole, err := box.Hypervolume(ctx, front)
	if err != nil {
		return err
	}
	truth := &Truth{Classes: len(points), Points: len(front), Hypervolume: whole.Value}
	for _, z := range front {
		if m.attains(objective.Costs(metrics, z), metrics) {
			truth.Found++
		}
	}
	if whole.Value > 0 {
		truth.Share = new(min(found.Value/whole.Value, 1))
	}
	m.Truth = truth
	return nil
}

// attains says whether a point of the front is nowhere worse than the costs.
func (m *Multi) attains(costs []float64, metrics []objective.Metric) bool {
	return slices.ContainsFunc(m.Front, func(p Point) bool {
		return objective.Attains(objective.Costs(metrics, p.Measured), costs)
	})
}

// Volume is the hypervolume in words, "0.8854 of 1", and empty if it is not known.
func (m *Multi) Volume() string {
	if m.Hypervolume == nil {
		return ""
	}
	return objective.Volume{Value: *m.Hypervolume, Error: m.Error}.String() + " of 1"
}

// Counted says up to where hypervolumes are counted: "from the worst values, clean_acc 0.1000 and params 1.531 M, to
// the best"; empty if nobody knows.
func (s Summary) Counted() string {
	if s.Multi == nil || s.Reference == nil {
		return ""
	}
	metrics := s.Result.Study.Objective
	var worst []string
	for i, name := range objective.Names(metrics) {
		worst = append(worst, name+" "+Format(metrics[i], s.Reference[name]))
	}
	return "from the worst values, " + strings.Join(worst, " and ") + ", to the best"
}

// String tells it in words: "7 of 11 points, 98.2 % of its hypervolume".
func (t Truth) String() string {
	text := fmt.Sprintf("%s of %s points", numeral.Thousands(t.Found), numeral.Thousands(t.Points))
	switch {
	case t.Share == nil:
	case *t.Share == 0:
		text += ", nothing of its hypervolume"
	default:
		text += fmt.Sprintf(", %s of its hypervolume", numeral.Percent(*t.Share))
	}
	return text
}
