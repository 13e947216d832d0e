// Package leaderboard ranks networks by what they withstand, a board a threat, as RobustBench does (Croce et al.,
// NeurIPS 2021): by the worst case of all attacks within a norm's ball, and by accuracy on corrupted images.
package leaderboard

import (
	"cmp"
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
)

// Threat is what networks are ranked under.
type Threat struct {
	Name    string             `json:"threat"`  // "Linf 8/255", "L2 0.5", "corruptions"
	Metrics []objective.Metric `json:"metrics"` // of the table: accuracies under it, each of an attack or a corruption
	Others  []objective.Metric `json:"others"`  // that networks of somebody's own have, and the table does not
	// Mean is the metric that orders the board of corruptions, where the table has it; without it their mean does.
	Mean *objective.Metric `json:"mean_metric,omitempty"`

	setting objective.Setting // of attacks
	kind    kind
}

// kind is what a threat is made of; boards have this order.
type kind int

const (
	sized   kind = iota // attacks of a size
	unsized             // attacks of a size that nobody told
	spoilt              // corruptions
)

// Names of threats that are no ball.
const (
	Corruptions = "corruptions"
	unsizedName = "eps not told"
)

// Mean accuracies and others that are no attack's and no corruption's.
const (
	certified     = "certified_acc"
	corruptionAcc = "corruption_acc"
)

// wholeRange allows any image: no network withstands it, and it is no threat unless it is asked for.
var wholeRange = objective.At(255)

// Usual are the threats that are shown where none is asked for: all but that which allows any image.
func Usual(all []Threat) []Threat {
	return slices.DeleteFunc(slices.Clone(all), func(t Threat) bool { return t.Of(wholeRange) })
}

// Threats lists the threats that a table has accuracies under: balls of Linf and then of L2 from the smallest, and
// corruptions last. Attacks and corruptions have the order of the table's metrics.
func Threats(has []table.MetricInfo, known objective.Catalogue) []Threat {
	var all []Threat
	for _, m := range has {
		name := m.Metric.Name
		_, measure, ok := objective.Split(name)
		switch {
		case name == corruptionAcc:
			all = merge(all, Threat{Name: Corruptions, Mean: new(m.Metric), kind: spoilt})
		case !ok || measure != "accuracy" || name == certified:
		case known.IsCorruption(name) || len(m.Severities()) > 0:
			all = merge(all, Threat{Name: Corruptions, Metrics: []objective.Metric{m.Metric}, kind: spoilt})
		default:
			for _, s := range m.Attacks() {
				of := objective.Metric{Name: name, Goal: m.Metric.Goal, Setting: s}
				all = merge(all, ball(s, of))
			}
			if known.IsAttack(name) && m.Plain() {
				of := objective.Metric{Name: name, Goal: m.Metric.Goal}
				all = merge(all, Threat{Name: unsizedName, Metrics: []objective.Metric{of}, kind: unsized})
			}
		}
	}
	return ordered(all)
}

// ball returns the threat of attacks of a size, with the metrics of some.
func ball(s objective.Setting, metrics ...objective.Metric) Threat {
	name := s.String()
	if s == objective.At(s.Eps) { // whose norm people leave out
		name = s.Norm.String() + " " + name
	}
	return Threat{Name: name, Metrics: metrics, Others: []objective.Metric{}, setting: s}
}

// With returns threats with that of attacks of a size, and with metrics that a network of somebody's own has there.
func With(all []Threat, s objective.Setting, own ...objective.Metric) []Threat {
	return ordered(with(slices.Clone(all), ball(s), own))
}

// WithCorruptions does so for metrics of corruptions.
func WithCorruptions(all []Threat, own ...objective.Metric) []Threat {
	return ordered(with(slices.Clone(all), Threat{Name: Corruptions, kind: spoilt}, own))
}

func with(all []Threat, t Threat, own []objective.Metric) []Threat {
	all = merge(all, t)
	i := slices.IndexFunc(all, t.same)
	for _, m := range own {
		named := func(o objective.Metric) bool { return o.Name == m.Name }
		if !slices.ContainsFunc(all[i].Metrics, named) && !slices.ContainsFunc(all[i].Others, named) {
			all[i].Others = append(slices.Clone(all[i].Others), m)
		}
	}
	return all
}

// same says whether another threat is this one, whatever there is under it.
func (t Threat) same(o Threat) bool { return o.kind == t.kind && o.setting == t.setting }

// Corrupts says whether the threat is that of corruptions.
func (t Threat) Corrupts() bool { return t.kind == spoilt }

// Of says whether the threat is that of attacks of a size.
func (t Threat) Of(s objective.Setting) bool { return t.same(Threat{setting: s}) }

// merge adds a threat's metrics to those of the same one.
func merge(all []Threat, t Threat) []Threat {
	i := slices.IndexFunc(all, t.same)
	if i < 0 {
		t.Metrics, t.Others = append([]objective.Metric{}, t.Metrics...), append([]objective.Metric{}, t.Others...)
		return append(all, t)
	}
	for _, m := range t.Metrics {
		if !slices.Contains(all[i].Metrics, m) {
			all[i].Metrics = append(slices.Clone(all[i].Metrics), m)
		}
	}
	all[i].Mean = cmp.Or(all[i].Mean, t.Mean)
	return all
}

func ordered(all []Threat) []Threat {
	slices.SortStableFunc(all, func(a, b Threat) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.setting.Norm, b.setting.Norm),
			cmp.Compare(a.setting.Eps, b.setting.Eps))
	})
	return all
}

// ask is the name by which a table is asked for a metric of the threat: of corruptions the mean over all severities.
func (t Threat) ask(m objective.Metric) string {
	if t.kind == spoilt {
		return m.Name
	}
	return m.Key()
}

// Needs lists what a table is asked for, so that [New] can make boards of threats.
func Needs(all []Threat) (names []string) {
	for _, t := range all {
		for _, m := range t.Metrics {
			names = append(names, t.ask(m))
		}
		if t.Mean != nil {
			names = append(names, t.Mean.Name)
		}
	}
	return names
}
