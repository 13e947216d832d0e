package live

import (
	"cmp"
	"context"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
)

// attacked is the accuracy under a method, at the settings that the protocol has for it. All eps are one run.
type attacked struct{ robustness.Method }

func (q attacked) Metrics(p Protocol) []objective.Metric {
	return []objective.Metric{{Name: q.Metric + "_acc", Setting: objective.At(p.Eps)}}
}

func (attacked) Needs() Needs { return NeedsTraining }

// For leaves out attacks that so many classes are too few for.
func (q attacked) For(classes int) (Quantity, error) {
	m, err := q.Method.For(classes)
	return attacked{m}, err
}

// usualPasses is about how many forward passes an attack on an image takes that says no number.
const usualPasses = 1000

func (q attacked) Passes(p Protocol, images int, of []objective.Metric) float64 {
	a := p.attack(q.Metric)
	return float64(cut(a.Images, images) * cmp.Or(a.of(q.Method).Passes, usualPasses) * len(of))
}

func (q attacked) Measure(ctx context.Context, b *Bench, of []objective.Metric) ([]float64, error) {
	var at []objective.Setting
	for _, m := range of {
		at = append(at, m.Setting)
	}
	a := b.attack(q.Metric)
	scores, err := b.Attack(ctx, a.of(q.Method), a.Images, at)
	if err != nil {
		return nil, err
	}
	values := make([]float64, len(scores))
	for i, s := range scores {
		values[i] = s.Accuracy
	}
	return values, nil
}

// Setup says how the attack is run.
func (q attacked) Setup(p Protocol) Setup {
	a := p.attack(q.Metric)
	m := a.of(q.Method)
	s := Setup{Kind: "attack", Name: q.Metric, How: cmp.Or(m.How, m.String()), Meaning: m.Meaning, Images: a.Images}
	if text := a.words(m); text != "" {
		s.Settings = map[string]string{"settings": text}
	} else if text := m.Without(); text != "" {
		s.Settings = map[string]string{"settings": text}
	}
	switch {
	case a.PGD != nil:
		s.Settings = a.PGD
	case a.Square != nil:
		s.Settings = a.Square
	}
	return s
}

// cut is how many of a set's images the first n are; 0 means all.
func cut(n, images int) int { return min(cmp.Or(n, images), images) }
