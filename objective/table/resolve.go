package table

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Settings narrow metrics, as the user wrote them. Metrics that do not depend on a setting are not affected.
type Settings struct {
	Eps      string // "8/255", "0.0314"; empty is the table's default
	Severity string // "1" to "5"; empty or "mean" is the mean over all
}

// meanSeverity asks for the mean over all severities.
const meanSeverity = "mean"

// MetricInfo describes a metric that a table has, or could have.
type MetricInfo struct {
	Metric   objective.Metric    // as it is without settings; <k> in a name stands for the number of an image class
	Settings []objective.Setting // at which it was measured, a zero one where it has none; empty for a mean over all
	Missing  *FileError          // what Select answers; nil if the table has it
	Computed bool                // it follows from the cell; the table does not say it
}

// Attacks lists the settings of attacks.
func (m MetricInfo) Attacks() []objective.Setting {
	return m.settings(func(s objective.Setting) bool { return s.Eps != 0 })
}

// Severities lists the settings of corruptions.
func (m MetricInfo) Severities() []objective.Setting {
	return m.settings(func(s objective.Setting) bool { return s.Severity != 0 })
}

// States lists the settings of weights in another state than the usual.
func (m MetricInfo) States() []objective.Setting {
	return m.settings(func(s objective.Setting) bool { return s.State != objective.UsualState })
}

// Name is what asks for the metric where no eps or severity is said. A measure that the table has of weights in the
// other state alone is asked for with it.
func (m MetricInfo) Name() string {
	if m.Metric.Setting.State != objective.UsualState {
		return m.Metric.Key()
	}
	return m.Metric.Name
}

// Plain says whether it was measured without any setting, too.
func (m MetricInfo) Plain() bool { return slices.Contains(m.Settings, objective.Setting{}) }

func (m MetricInfo) settings(of func(objective.Setting) bool) []objective.Setting {
	var all []objective.Setting
	for _, s := range m.Settings {
		if of(s) {
			all = append(all, s)
		}
	}
	return all
}

// Metrics lists what the table has, and what the released dataset would have besides.
func (t *Table) Metrics() []MetricInfo {
	out := make([]MetricInfo, 0, len(t.families))
	for _, f := range t.families {
		m := f.info()
		if p, err := t.choose(f, objective.Setting{}, Settings{}); err == nil {
			m.Metric = p.metric
		} else if states := m.States(); len(states) > 0 {
			m.Metric.Setting = states[0]
		}
		out = append(out, m)
	}
	return out
}

// resolve finds the metric that a text names.
func (t *Table) resolve(text string, set Settings) (pick, error) {
	m, err := objective.ParseMetric(text)
	if err != nil {
		return pick{}, fmt.Errorf("metric %w", err)
	}
	f, err := t.lookUp(m.Name)
	if err != nil {
		return pick{}, err
	}
	if err := objective.CheckGoal(text, "table "+t.info.Name, f.goal); err != nil {
		if t.info.Format == csvFormat {
			err = fmt.Errorf("%w, or title its column %s", err, text)
		}
		return pick{}, err
	}
	return t.choose(f, objective.Usual().Own(m).Setting, set)
}

// lookUp finds the family of a metric, which may be one image class's.
func (t *Table) lookUp(name string) (family, error) {
	f := t.family(name)
	m := classMetric.FindStringSubmatch(name)
	if f == nil && m != nil {
		if f = t.family(m[1] + classMark + m[3]); f != nil {
			label, _ := strconv.Atoi(m[2]) // at most five digits
			one := f.ofLabel(label)
			f = &one
		}
	}
	switch {
	case f == nil:
		return family{}, t.unknown(name)
	case f.each():
		return family{}, fmt.Errorf("metric %s: write the number of an image class in place of %s", name, classMark)
	case f.missing != nil:
		return family{}, f.missing.Of(name)
	}
	return *f, nil
}

// choose picks what a metric's setting asks for or, where it has none, the table's settings: exactly that, or else an
// eps that is meant.
func (t *Table) choose(f family, asked objective.Setting, set Settings) (pick, error) {
	picks := f.picks()
	if f.fixed || f.compute != nil {
		if !asked.IsZero() && asked != picks[0].metric.Setting {
			return pick{}, t.none(f, asked)
		}
		return picks[0], nil
	}
	want, err := t.wanted(f, asked, set)
	if err != nil {
		return pick{}, err
	}
	exact := func(p pick) bool { return p.metric.Setting == want }
	near := func(p pick) bool {
		s, e := p.metric.Setting, p.metric.Setting.Eps
		return e != 0 && s == objective.At(e) && want == objective.At(want.Eps) && math.Abs(float64(e-want.Eps)) < epsSlack
	}
	for _, meant := range []func(pick) bool{exact, near} {
		if i := slices.IndexFunc(picks, meant); i >= 0 {
			return picks[i], nil
		}
	}
	return pick{}, t.none(f, want)
}

// epsSlack is how far, in 1/255, a text may be from the eps of a table that it means: 0.0314 is 8.007/255.
const epsSlack = 0.01

// wanted is the setting that is meant: the metric's own, that of the settings, or the usual one.
func (t *Table) wanted(f family, asked objective.Setting, set Settings) (objective.Setting, error) {
	m := f.info()
	attacked := len(m.Attacks()) > 0 || objective.Usual().IsAttack(f.name)
	corrupted := len(m.Severities()) > 0
	mean := set.Severity == meanSeverity || set.Severity == "" && !m.Plain()
	switch {
	case !asked.IsZero():
		return asked, nil
	case set.Eps != "" && attacked:
		s, err := objective.ParseThreat(set.Eps)
		if err != nil {
			err = &EpsError{Metric: f.name, Eps: set.Eps, Table: t.info.Name, Reason: err.Error(), Has: m.Attacks()}
		}
		return s, err
	case corrupted && mean:
		return objective.MeanOverSeverities(len(m.Severities())), nil
	case set.Severity != "" && set.Severity != meanSeverity && (corrupted || objective.Usual().IsCorruption(f.name)):
		return t.severity(f, set.Severity)
	}
	return m.usual(t.info.DefaultEps), nil
}

// usual is the setting that is meant where nobody says one: none, or the eps where there are attacks and nothing else.
func (m MetricInfo) usual(eps objective.Eps) objective.Setting {
	if m.Plain() || len(m.Attacks()) == 0 {
		return objective.Setting{}
	}
	return objective.At(eps)
}

func (t *Table) severity(f family, text string) (objective.Setting, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		text = strconv.Quote(text)
	}
	if err != nil || n < 1 {
		return objective.Setting{}, t.noSeverity(f, text)
	}
	return objective.AtSeverity(n), nil
}

// none says that a metric was not measured at a setting.
func (t *Table) none(f family, s objective.Setting) error {
	switch {
	case s.State != objective.UsualState || s.IsZero():
		e := &MetricError{Metric: objective.Metric{Name: f.name, Setting: s}.Key(), Table: t.info.Name}
		for _, p := range f.picks() {
			e.Has = append(e.Has, p.metric.Key())
		}
		return e
	case s.MeanOf != 0:
		return t.noSeverity(f, s.Key())
	case s.Severity != 0:
		return t.noSeverity(f, strconv.Itoa(s.Severity))
	}
	return &EpsError{Metric: f.name, Eps: s.Key(), Table: t.info.Name, Has: f.info().Attacks()}
}

func (t *Table) noSeverity(f family, severity string) error {
	e := &SeverityError{Metric: f.name, Severity: severity, Table: t.info.Name}
	for _, s := range f.info().Severities() {
		e.Has = append(e.Has, s.Severity)
	}
	return e
}

// checkSettings refuses texts that mean nothing, also where no metric depends on them.
func checkSettings(s Settings) error {
	if s.Eps != "" {
		if _, err := objective.ParseThreat(s.Eps); err != nil {
			return &EpsError{Eps: s.Eps, Reason: err.Error()}
		}
	}
	if s.Severity != "" && s.Severity != meanSeverity {
		if n, err := strconv.Atoi(s.Severity); err != nil || n < 1 {
			reason := fmt.Sprintf(`severity %q: want a whole number from 1, or "mean"`, s.Severity)
			return &SeverityError{Severity: s.Severity, Reason: reason}
		}
	}
	return nil
}

// pickAll resolves several names. The same metric twice is refused.
func (t *Table) pickAll(names []string, set Settings) ([]pick, error) {
	if len(names) == 0 {
		return nil, errors.New("no metric to select")
	}
	picks, there := make([]pick, len(names)), map[objective.Metric]bool{}
	for i, name := range names {
		p, err := t.resolve(name, set)
		if err != nil {
			return nil, err
		}
		if there[p.metric] {
			return nil, &TwiceError{p.metric}
		}
		there[p.metric], picks[i] = true, p
	}
	return picks, checkSettings(set)
}

// unknown returns the error for a name that no family has.
func (t *Table) unknown(name string) error {
	e := &MetricError{Metric: name, Table: t.info.Name}
	if known, ok := t.sp.(nasbench201.Space); ok && t.info.Network == nil && (name == "params" || name == "flops") {
		e.Why = "the table does not say what the cells were stacked into: give it a column, or a line such as # " +
			keyNetwork + ": " + networkText(known.Network())
	}
	for _, f := range t.families {
		if f.missing == nil {
			e.Has = append(e.Has, f.name)
		}
	}
	if near, ok := nearest.Name(name, e.Has); ok {
		e.Near = near
	}
	return e
}
