package live

import (
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/nassearch/nassearch/robustness/measure"
)

// Held is a measure that a table holds, of weights in one of their states.
type Held struct {
	measure.Measure
	Metric  string // "grad_norm", or "grad_norm@trained" where the state is not the measure's own
	Trained bool   // the state
}

// states are the names of the weights' states in metrics.
var states = map[bool]string{false: "initial", true: "trained"}

// HeldMeasures lists all measures that a table can hold: each in its own state first, then in the other if there the
// weights decide. Sizes are none, as every table can count them.
func HeldMeasures(known measure.Catalogue) (all []Held) {
	for _, m := range known {
		if slices.ContainsFunc(sizes(), func(s size) bool { return s.name == m.Name }) {
			continue
		}
		all = append(all, Held{m, m.Name, m.Needs.Trained})
		if m.Name != "zen" && m.Name != "linear_regions" {
			all = append(all, Held{m, m.Name + "@" + states[!m.Needs.Trained], !m.Needs.Trained})
		}
	}
	return all
}

// Held returns the measures of the protocol, of those that are known. Its error is a [*ProtocolError].
func (p Protocol) Held(known measure.Catalogue) ([]Held, error) {
	var held []Held
	all := HeldMeasures(known)
	for i, text := range p.Measures {
		at := slices.IndexFunc(all, func(h Held) bool { return h.Metric == text })
		switch {
		case at < 0:
			return nil, &ProtocolError{"measure", text, "one of " + heldNames(all) + nearest.Hint(text, metrics(all))}
		case slices.Contains(p.Measures[:i], text):
			return nil, &ProtocolError{"measure", text, "each but once"}
		}
		held = append(held, all[at])
	}
	return held, nil
}

// metrics lists the metrics of measures.
func metrics(of []Held) (names []string) {
	for _, h := range of {
		names = append(names, h.Metric)
	}
	return names
}

// heldNames lists measures, for messages.
func heldNames(of []Held) string { return strings.Join(metrics(of), " ") }
