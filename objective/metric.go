package objective

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Metric is a number that an architecture has, such as its accuracy under attack. It is the same if it is equal.
//
// As text a metric is its name, its setting behind an @, and its goal behind a colon where that is not the usual one:
//
//	clean_acc  pgd_acc@8/255  pgd_acc@l2:0.5  fog_acc@severity3  fog_acc@mean-of-5-severities  latency:min
//	grad_norm@trained  jacobian_fro@initial
type Metric struct {
	Name    string    `json:"name"` // for example "pgd_acc"
	Goal    Direction `json:"goal"` // which way is better
	Setting Setting   `json:"setting,omitzero"`
}

// MetricSyntaxError says why a text means no metric.
type MetricSyntaxError struct{ error }

// ParseMetric reads a metric. A text without a setting is a metric without one. Its error is a [*MetricSyntaxError].
func ParseMetric(text string) (Metric, error) {
	m, err := parse(text)
	if err != nil {
		return Metric{}, &MetricSyntaxError{err}
	}
	return m, nil
}

func parse(text string) (m Metric, err error) {
	if !utf8.ValidString(text) {
		return m, fmt.Errorf("%q is not UTF-8", text)
	}
	name, setting, goal := split(text)
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' }) {
		return m, fmt.Errorf("%q: want the name of a metric, without spaces", text)
	}
	m = Metric{Name: name, Goal: UsualGoal(name)}
	if goal != "" {
		if err := m.Goal.UnmarshalText([]byte(goal)); err != nil {
			return m, err
		}
	}
	if setting == "" && strings.Contains(text, "@") {
		return m, fmt.Errorf("%q: want a setting behind @, such as 8/255 or severity3", text)
	}
	if m.Setting, err = ParseSetting(setting); err != nil {
		return m, fmt.Errorf("%q: %w", name+"@"+setting, err)
	}
	return m, nil
}

// split cuts a metric's text into its parts. The colon of a norm is none before a goal.
func split(text string) (name, setting, goal string) {
	name, rest, at := strings.Cut(text, "@")
	if !at {
		name, goal, _ = strings.Cut(text, ":")
		return name, "", goal
	}
	norm := ""
	if n, radius, ok := strings.Cut(rest, ":"); ok && (strings.EqualFold(n, "l2") || strings.EqualFold(n, "linf")) {
		norm, rest = n+":", radius
	}
	setting, goal, _ = strings.Cut(rest, ":")
	return name, norm + setting, goal
}

// GoalError says that a metric is asked for with another goal than who measures it has it with.
type GoalError struct {
	Metric, Source string
	Has            Direction
}

func (e *GoalError) Error() string {
	return fmt.Sprintf("metric %s: %s has it as one to be %simized: leave the goal out", e.Metric, e.Source, e.Has)
}

// CheckGoal returns a [*GoalError] if the text of a metric says another goal than the metric has with a source, such as
// "table cifar10". A text that says none agrees with any.
func CheckGoal(text, source string, has Direction) error {
	if _, _, goal := split(text); goal != "" && goal != has.String() {
		return &GoalError{text, source, has}
	}
	return nil
}

// String returns the metric as [ParseMetric] reads it.
func (m Metric) String() string {
	if m.Goal != UsualGoal(m.Name) {
		return m.Key() + ":" + m.Goal.String()
	}
	return m.Key()
}

// Key returns the name with its setting: "pgd_acc@8/255".
func (m Metric) Key() string {
	if m.Setting.IsZero() {
		return m.Name
	}
	return m.Name + "@" + m.Setting.Key()
}

// Brief returns the metric as a user asks for it: a mean over all that was measured is what a bare name means.
func (m Metric) Brief() string {
	if m.Setting.MeanOf != 0 {
		return m.Name
	}
	return m.Key()
}

// Words returns the name with its setting as people read it: "pgd_acc at 1/255", "fog_acc, mean of 5 severities",
// "grad_norm of trained weights".
func (m Metric) Words() string { return m.Name + m.At() }

// At returns the setting as it goes on after the name or the value; empty if there is none.
func (m Metric) At() string {
	switch {
	case m.Setting.IsZero():
		return ""
	case m.Setting.MeanOf != 0:
		return ", " + m.Setting.String()
	case m.Setting.State != UsualState:
		return " of " + m.Setting.String()
	}
	return " at " + m.Setting.String()
}

// Names returns what tells metrics of one list apart: the name, with the setting where a name is there twice.
func Names(metrics []Metric) []string {
	times := map[string]int{}
	for _, m := range metrics {
		times[m.Name]++
	}
	names := make([]string, len(metrics))
	for i, m := range metrics {
		names[i] = m.Name
		if times[m.Name] > 1 {
			names[i] = m.Key()
		}
	}
	return names
}

// steep are how names of measures begin that say how much a network's answers change with its input: less is better.
var steep = []string{"jacobian", "hessian", "ntk_cond"}

// UsualGoal returns the direction of a metric that does not say its own.
func UsualGoal(name string) Direction {
	begins := func(with string) bool { return strings.HasPrefix(name, with) }
	switch _, measure, ofImages := Split(name); {
	case name == "params" || name == "flops" || measure == "loss":
		return Minimize
	case !ofImages && slices.ContainsFunc(steep, begins):
		return Minimize
	}
	return Maximize
}
