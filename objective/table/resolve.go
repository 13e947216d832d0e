package table

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space"
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
}

// Attacks lists the settings of attacks.
func (m MetricInfo) Attacks() []objective.Setting {
	return m.settings(func(s objective.Setting) bool { return s.Eps != 0 })
}

// Severities lists the settings of corruptions.
func (m MetricInfo) Severities() []objective.Setting {
	return m.settings(func(s objective.Setting) bool { return s.Severity != 0 })
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
	for i := range t.families {
		f := &t.families[i]
		m := f.info()
		if p, err := t.choose(f, f.label, objective.Metric{Name: f.name}, Settings{}); err == nil {
			m.Metric = p.metric
		}
		out = append(out, m)
	}
	return out
}

// pick is a metric and where its value comes from.
type pick struct {
	metric  objective.Metric
	cells   []cell // whose mean it is
	compute func(space.Arch) int64
}

// resolve finds the metric that a text names.
func (t *Table) resolve(text string, set Settings) (pick, error) {
	m, err := objective.ParseMetric(text)
	if err != nil {
		return pick{}, fmt.Errorf("metric %w", err)
	}
	f, label := t.lookUp(m.Name)
	if f == nil {
		return pick{}, t.unknown(m.Name)
	}
	if label == perLabel {
		return pick{}, fmt.Errorf("metric %s: write the number of an image class in place of %s", m.Name, classMark)
	}
	if f.missing != nil {
		return pick{}, f.missing.Of(m.Name)
	}
	return t.choose(f, label, m, set)
}

// choose picks the columns of a family that a metric's setting asks for, or else the table's settings.
func (t *Table) choose(f *family, label int, asked objective.Metric, set Settings) (pick, error) {
	p := pick{metric: objective.Metric{Name: asked.Name, Goal: f.goal}, compute: f.compute}
	if f.compute != nil || f.fixed {
		if f.fixed {
			p.cells = cells(f.columns, label)
			p.metric.Setting.MeanOf = len(p.cells)
		}
		if !asked.Setting.IsZero() && asked.Setting != p.metric.Setting {
			return pick{}, t.none(f, asked)
		}
		return p, nil
	}
	want, err := t.wanted(f, asked, set)
	if err != nil {
		return pick{}, err
	}
	if want.MeanOf != 0 {
		over := f.overSeverities(asked.Name, label)
		if want != over.metric.Setting {
			return pick{}, t.none(f, objective.Metric{Name: asked.Name, Setting: want})
		}
		return over, nil
	}
	c, ok := f.column(want)
	if !ok {
		return pick{}, t.none(f, objective.Metric{Name: asked.Name, Setting: want})
	}
	p.metric.Setting, p.cells = c.setting, cells([]column{c}, label)
	return p, nil
}

// wanted is the setting that is meant: the metric's own, that of the settings, or the usual one.
func (t *Table) wanted(f *family, asked objective.Metric, set Settings) (objective.Setting, error) {
	m := f.info()
	severities := m.Severities()
	mean := objective.MeanOverSeverities(len(severities))
	switch {
	case !asked.Setting.IsZero():
		return asked.Setting, nil
	case set.Eps != "" && (len(m.Attacks()) > 0 || isAttack(asked.Name)):
		s, err := objective.ParseThreat(set.Eps)
		if err != nil {
			err = &EpsError{Metric: asked.Name, Eps: set.Eps, Table: t.info.Name, Reason: err.Error(), Has: m.Attacks()}
		}
		return s, err
	case len(severities) > 0 && (set.Severity == meanSeverity || set.Severity == "" && !m.Plain()):
		return mean, nil
	case set.Severity != "" && set.Severity != meanSeverity && (len(severities) > 0 || isCorruption(asked.Name)):
		return t.severity(m, asked.Name, set.Severity)
	case m.Plain():
		return objective.Setting{}, nil
	}
	return objective.At(t.info.DefaultEps), nil
}

func (t *Table) severity(m MetricInfo, name, text string) (objective.Setting, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return objective.Setting{}, t.noSeverity(m, name, strconv.Quote(text))
	}
	if n == 0 {
		return objective.Setting{}, t.noSeverity(m, name, text)
	}
	return objective.AtSeverity(n), nil
}

// none says that a metric was not measured at a setting.
func (t *Table) none(f *family, asked objective.Metric) error {
	m, s := f.info(), asked.Setting
	switch {
	case s.Severity == objective.EverySeverity || s.MeanOf != 0:
		return t.noSeverity(m, asked.Name, s.Key())
	case s.Severity != 0:
		return t.noSeverity(m, asked.Name, strconv.Itoa(s.Severity))
	}
	return &EpsError{Metric: asked.Name, Eps: s.Key(), Table: t.info.Name, Has: m.Attacks()}
}

func (t *Table) noSeverity(m MetricInfo, name, severity string) error {
	e := &SeverityError{Metric: name, Severity: severity, Table: t.info.Name}
	for _, s := range m.Severities() {
		e.Has = append(e.Has, s.Severity)
	}
	return e
}

// epsSlack is how far, in 1/255, a text may be from the eps of a table that it means: 0.0314 is 8.007/255.
const epsSlack = 0.01

// column finds a family's column at a setting, or else at an eps that it means.
func (f *family) column(at objective.Setting) (column, bool) {
	exact := func(c column) bool { return c.setting == at }
	near := func(c column) bool {
		e := c.setting.Eps
		return c.setting == objective.At(e) && at == objective.At(at.Eps) && e != 0 && math.Abs(float64(e-at.Eps)) < epsSlack
	}
	for _, meant := range []func(column) bool{exact, near} {
		if i := slices.IndexFunc(f.columns, meant); i >= 0 {
			return f.columns[i], true
		}
	}
	return column{}, false
}

func cells(columns []column, label int) []cell {
	out := make([]cell, len(columns))
	for i, c := range columns {
		out[i] = cell{c.file, c.at, label}
	}
	return out
}

// overSeverities returns the mean over all severities.
func (f *family) overSeverities(name string, label int) pick {
	columns := slices.DeleteFunc(slices.Clone(f.columns), func(c column) bool { return c.setting.Severity == 0 })
	m := objective.Metric{Name: name, Goal: f.goal, Setting: objective.MeanOverSeverities(len(columns))}
	return pick{metric: m, cells: cells(columns, label)}
}

// isAttack says whether a name can only mean a number at some eps.
func isAttack(name string) bool {
	s, ok := strings.CutSuffix(name, "_acc")
	return ok && (s == autoAttack || slices.Contains(layout.Attacks, s))
}

// isCorruption says whether a name can only mean a number at some severity, or a mean over severities.
func isCorruption(name string) bool {
	s, ok := strings.CutSuffix(name, "_acc")
	return ok && slices.Contains(layout.Corruptions, s)
}

// checkSettings refuses texts that mean nothing, also where no metric depends on them.
func checkSettings(s Settings) error {
	if s.Eps != "" {
		if _, err := objective.ParseThreat(s.Eps); err != nil {
			return err
		}
	}
	if s.Severity != "" && s.Severity != meanSeverity {
		if n, err := strconv.Atoi(s.Severity); err != nil || n < 1 {
			return fmt.Errorf(`severity %q: want a whole number from 1, or "mean"`, s.Severity)
		}
	}
	return nil
}

// pickAll resolves several names. The same metric twice is refused.
func (t *Table) pickAll(names []string, set Settings) ([]pick, error) {
	if len(names) == 0 {
		return nil, errors.New("no metric to select")
	}
	picks := make([]pick, len(names))
	for i, name := range names {
		p, err := t.resolve(name, set)
		if err != nil {
			return nil, err
		}
		for _, q := range picks[:i] {
			if q.metric == p.metric {
				return nil, fmt.Errorf("metric %s is selected twice", p.metric.Words())
			}
		}
		picks[i] = p
	}
	return picks, checkSettings(set)
}

// unknown returns the error for a name that no family has.
func (t *Table) unknown(name string) error {
	e := &MetricError{Metric: name, Table: t.info.Name}
	for i := range t.families {
		if f := &t.families[i]; f.missing == nil {
			e.Has = append(e.Has, f.name)
		}
	}
	for _, has := range e.Has {
		if d := distance(name, has); d <= 1+len(name)/4 {
			e.Near = append(e.Near, has)
		}
	}
	slices.SortStableFunc(e.Near, func(a, b string) int { return distance(name, a) - distance(name, b) })
	e.Near = e.Near[:min(3, len(e.Near))]
	return e
}

// distance is the number of bytes to insert, delete or replace (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
