package live

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// Quantity is something that a network can be asked, as one metric or several. Some say more by methods of their own:
//
//   - Setup(Protocol) [Setup]: what decides about its values beside the network, the images and the seed, and what
//     people are told of it;
//   - For(classes int) (Quantity, error): how it is measured on so many classes, or that they are too few;
//   - In(*Lab) (Quantity, error): how it is measured with what a lab has;
//   - Of(objective.State) (Quantity, bool): how it is measured of weights in a state; false if it is not;
//   - Suits(Protocol, objective.Metric) error: that a metric makes no sense at its setting;
//   - Doubt(Protocol) string: what may be meant otherwise.
type Quantity interface {
	// Metrics lists its metrics, each at the setting that it has where none is asked for. One with an eps there may be
	// asked for at any norm and eps, one with severities at any severity, one without setting at none.
	Metrics(Protocol) []objective.Metric
	// Needs says what it is measured on.
	Needs() Needs
	// Passes is about how many images pass forward through a network when metrics are measured on so many images; a
	// gradient counts as two passes. The clock of a search follows from it. A quantity without is measured last, and may
	// read what the others left on the bench.
	Passes(p Protocol, images int, of []objective.Metric) float64
	// Measure returns the values of metrics, of which there is at least one.
	Measure(ctx context.Context, on *Bench, of []objective.Metric) ([]float64, error)
}

// Needs says what a quantity is measured on. Each includes those before it.
type Needs int

// What quantities may need.
const (
	NeedsCell        Needs = iota // nothing but the architecture
	NeedsTrainImages              // images for training
	NeedsImages                   // those that networks are measured on; for weights as they are drawn see [Bench.Case]
	NeedsTraining                 // weights that were trained
)

// Setup is how a quantity is measured.
type Setup struct {
	Kind, Name string // "attack", "pgd"
	How        string // in a sentence: "7 steps of 0.357 eps from the image, judged at the last point"
	Meaning    string // of its values: "accuracy under PGD, projected gradient steps within eps"
	Images     int    // of a set, the first ones; 0: all
	From       From   // which set
	Settings   any    // as JSON names them; nil: none
}

// From says which images a quantity is measured on.
type From int

// The images that quantities are measured on.
const (
	FromMeasured From = iota // those that networks are measured on
	FromTraining             // those for training, as measures take them
	FromNowhere              // none
)

// From returns the images that a quantity is measured on where networks are measured on a set; nil for none.
func (l *Lab) From(f From, set *dataset.Set) *dataset.Set {
	switch f {
	case FromTraining:
		return l.forMeasures
	case FromNowhere:
		return nil
	}
	return set
}

// SetupOf returns what a quantity says of itself. It is false if that is nothing.
func SetupOf(q Quantity, p Protocol) (Setup, bool) {
	if s, ok := q.(interface{ Setup(Protocol) Setup }); ok {
		return s.Setup(p), true
	}
	return Setup{}, false
}

// Quantities returns the program's own, in the order of listings: clean accuracy, that under each method which has a
// metric, the mean over the corruptions of CIFAR-10-C and that under each which is known, certified accuracy, sizes,
// and measures. It is a value: whoever adds a quantity passes a longer one.
func Quantities(known objective.Catalogue) []Quantity {
	all := []Quantity{clean{}}
	for _, m := range known.Attacks.Measured() {
		all = append(all, attacked{m})
	}
	var usual corruptions
	for _, c := range corruption.Corruptions() {
		usual = append(usual, corrupted{Corruption: c})
	}
	all = append(all, usual)
	for _, c := range known.Corruptions {
		all = append(all, corrupted{Corruption: c})
	}
	all = append(all, certified{})
	for _, s := range sizes() {
		all = append(all, s)
	}
	for _, m := range known.Measures {
		if !slices.ContainsFunc(sizes(), func(s size) bool { return s.name == m.Name }) {
			all = append(all, measured{score: m})
		}
	}
	return all
}

// task is a quantity with what is asked of it.
type task struct {
	Quantity
	metrics []objective.Metric
	places  []int // of the metrics among all that are asked for
}

// tasks reads metrics and sorts them by the quantity that measures them.
func (p Protocol) tasks(all []Quantity, names []string) (metrics []objective.Metric, tasks []task, err error) {
	place := map[found]int{} // among the tasks
	for i, text := range names {
		m, at, err := p.find(all, text)
		if err != nil {
			return nil, nil, err
		}
		if slices.Contains(metrics, m) {
			return nil, nil, &ProtocolError{"metric", m.Words(), "each but once"}
		}
		metrics = append(metrics, m)
		if _, ok := place[at]; !ok {
			place[at] = len(tasks)
			tasks = append(tasks, task{Quantity: at.in(all)})
		}
		t := &tasks[place[at]]
		t.metrics, t.places = append(t.metrics, m), append(t.places, i)
	}
	last := func(t task) int {
		if t.Passes(p, 1, t.metrics) > 0 {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(tasks, func(a, b task) int { return last(a) - last(b) })
	return metrics, tasks, nil
}

// found is a quantity of several, in a state.
type found struct {
	quantity int
	state    objective.State
}

// in returns the quantity, of those that it was found among.
func (f found) in(all []Quantity) Quantity {
	q, _ := inState(all[f.quantity], f.state)
	return q
}

// inState returns the quantity of weights in a state; false if it is not measured of any other than the usual.
func inState(q Quantity, s objective.State) (Quantity, bool) {
	if s == objective.UsualState {
		return q, true
	}
	if of, ok := q.(interface {
		Of(objective.State) (Quantity, bool)
	}); ok {
		return of.Of(s)
	}
	return q, false
}

// find reads a metric and says which quantity it is of. Without a setting it has the usual one.
func (p Protocol) find(all []Quantity, text string) (m objective.Metric, at found, err error) {
	asked, err := objective.ParseMetric(text)
	if err != nil {
		return m, at, fmt.Errorf("metric %w", err)
	}
	var known []string
	at.quantity = -1
	for i, q := range all {
		for _, usual := range q.Metrics(p) {
			if slices.Contains(known, usual.Name) {
				return m, at, &ProtocolError{"metric", usual.Name, "one quantity that measures it, not two"}
			}
			known = append(known, usual.Name)
			if usual.Name == asked.Name {
				m, at.quantity = usual, i
			}
		}
	}
	if at.quantity < 0 {
		return m, at, &ProtocolError{"metric", asked.Name, "one of " + list(known) + nearest.Hint(asked.Name, known)}
	}
	if err := objective.CheckGoal(text, "the live backend", m.Goal); err != nil {
		return m, at, err
	}
	if s := asked.Setting.State; s != objective.UsualState {
		q, ok := inState(all[at.quantity], s)
		if !ok {
			return m, at, &ProtocolError{"metric", text, m.Name + ": it is not of weights in one state or another"}
		}
		of := q.Metrics(p)
		m = of[slices.IndexFunc(of, func(o objective.Metric) bool { return o.Name == m.Name })]
		at.state = m.Setting.State
		return m, at, nil
	}
	if asked.Setting.IsZero() || suits(m.Setting, asked.Setting) {
		m.Setting = cmp.Or(asked.Setting, m.Setting)
		return m, at, p.suits(all[at.quantity], m)
	}
	return m, at, &ProtocolError{"metric", text, settingOf(m, asked.Setting)}
}

// settingOf says which settings a metric has in place of one that it has not.
func settingOf(usual objective.Metric, asked objective.Setting) string {
	switch s := usual.Setting; {
	case s.Norm == robustness.L2:
		return "a radius such as " + usual.Key()
	case s.Eps != 0:
		return "an eps such as " + usual.Name + "@8/255"
	case s.Severity != 0:
		return fmt.Sprintf("a severity from 1 to %d, such as %s@severity%[1]d", s.MeanOf, usual.Name)
	case asked.Severity != 0:
		return usual.Name + ": it has no severities"
	}
	return usual.Name + ": it has no eps"
}

// suits returns an error if a quantity's metric makes no sense at its setting.
func (p Protocol) suits(q Quantity, m objective.Metric) error {
	if s, ok := q.(interface {
		Suits(Protocol, objective.Metric) error
	}); ok {
		return s.Suits(p, m)
	}
	if m.Setting.Eps != 0 {
		return m.Setting.Threat().Validate()
	}
	return nil
}

// suits says whether a metric with the usual setting may be asked for at another.
func suits(usual, asked objective.Setting) bool {
	switch {
	case usual.Eps != 0:
		return asked.Eps != 0
	case usual.Severity == objective.EverySeverity:
		return asked == usual || 0 < asked.Severity && asked.Severity <= usual.MeanOf
	}
	return asked == usual
}
