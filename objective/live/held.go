package live

import (
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness/measure"
)

// Held is a measure that a table holds, of weights in one of their states.
type Held struct {
	measure.Measure
	Metric  objective.Metric // with a setting where the state is not the measure's own
	Trained bool             // the state
}

// HeldMeasures lists all measures that a table can hold: each in its own state first, then in the other if weights
// decide. Sizes are none, as every table can count them.
func HeldMeasures(known measure.Catalogue) (all []Held) {
	for _, m := range known {
		if slices.ContainsFunc(sizes(), func(s size) bool { return s.name == m.Name }) {
			continue
		}
		own := objective.MetricOf(m)
		all = append(all, Held{m, own, m.Needs.Trained})
		if m.Needs.AnyWeights {
			continue
		}
		other := own
		other.Setting = objective.InState(objective.Trained)
		if m.Needs.Trained {
			other.Setting = objective.InState(objective.Initial)
		}
		all = append(all, Held{m, other, !m.Needs.Trained})
	}
	return all
}

// Held returns the measures of the protocol, of those that are known. Its error is a [*ProtocolError].
func (p Protocol) Held(known measure.Catalogue) ([]Held, error) {
	var held []Held
	all := HeldMeasures(known)
	var names []string
	for _, h := range all {
		names = append(names, h.Metric.Key())
	}
	for i, text := range p.Measures {
		at := slices.Index(names, text)
		switch {
		case at < 0:
			return nil, &ProtocolError{"measure", text, "one of " + strings.Join(names, " ") + nearest.Hint(text, names)}
		case slices.Contains(p.Measures[:i], text):
			return nil, &ProtocolError{"measure", text, "each but once"}
		}
		held = append(held, all[at])
	}
	return held, nil
}
