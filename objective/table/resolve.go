package table

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Settings narrow metrics, as the user wrote them. Metrics that do not depend on a setting are not affected.
type Settings struct {
	Eps      string // "8/255", "0.0314"; empty is the table's default
	Severity string // "1" to "5"; empty or "mean" is the mean over all
}

// MetricInfo describes a metric that a table has, or could have.
type MetricInfo struct {
	Metric     objective.Metric // as it is without settings; <k> in a name stands for the number of an image class
	Eps        []objective.Eps  // at which it was measured
	Severities []int
	Plain      bool       // it was measured without eps or severity, too
	Missing    *FileError // what Select answers; nil if the table has it
}

// Metrics lists what the table has, and what the released dataset would have besides.
func (t *Table) Metrics() []MetricInfo {
	out := make([]MetricInfo, 0, len(t.families))
	for i := range t.families {
		f := &t.families[i]
		m := MetricInfo{Metric: objective.Metric{Name: f.name, Goal: f.goal}}
		if f.missing != nil {
			m.Missing = f.missing.of(f.name)
		}
		if !f.fixed {
			m.Eps, m.Severities, m.Plain = f.eps(), f.severities(), f.plain()
		}
		if p, err := t.choose(f, f.label, f.name, point{}, Settings{}); err == nil {
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

// point is the setting that a name carries: "pgd_acc@8/255", "fog_acc@severity3".
type point struct {
	eps      objective.Eps
	severity int
}

// splitName reads a name with its point, the way that CSV headers write them.
func splitName(s string) (name string, p point, err error) {
	name, at, ok := strings.Cut(s, "@")
	if !ok {
		return name, p, nil
	}
	if n, ok := strings.CutPrefix(at, "severity"); ok {
		p.severity, err = strconv.Atoi(n)
		if err != nil || p.severity < 1 {
			return "", p, fmt.Errorf("%q: want a severity such as @severity3", s)
		}
		return name, p, nil
	}
	if p.eps, err = objective.ParseEps(at); err != nil {
		return "", p, fmt.Errorf("%q: %w", s, err)
	}
	return name, p, nil
}

// resolve finds the metric of a name.
func (t *Table) resolve(s string, set Settings) (pick, error) {
	name, at, err := splitName(s)
	if err != nil {
		return pick{}, fmt.Errorf("metric %w", err)
	}
	f, label := t.lookUp(name)
	if f == nil {
		return pick{}, t.unknown(name)
	}
	if label == perLabel {
		return pick{}, fmt.Errorf("metric %s: write the number of an image class in place of %s", name, classMark)
	}
	if f.missing != nil {
		return pick{}, f.missing.of(name)
	}
	return t.choose(f, label, name, at, set)
}

// choose picks the columns of a family that a setting asks for. What a name carries goes before settings.
func (t *Table) choose(f *family, label int, name string, at point, set Settings) (pick, error) {
	p := pick{metric: objective.Metric{Name: name, Goal: f.goal}, compute: f.compute}
	if f.compute != nil {
		return p, nil
	}
	if f.fixed {
		p.cells = cells(f.columns, label)
		p.metric.Setting = fmt.Sprintf("mean of %d values", len(p.cells))
		return p, nil
	}
	byEps, bySeverity := len(f.eps()) > 0, len(f.severities()) > 0
	var c column
	var err error
	switch {
	case at.eps != 0:
		c, err = t.atEps(f, name, at.eps)
	case at.severity != 0:
		c, err = t.atSeverity(f, name, at.severity)
	case set.Eps != "" && (byEps || isAttack(name)):
		c, err = t.atEpsText(f, name, set.Eps)
	case bySeverity && (set.Severity == "mean" || set.Severity == "" && !f.plain()):
		return f.overSeverities(name, label), nil
	case set.Severity != "" && set.Severity != "mean" && (bySeverity || isCorruption(name)):
		c, err = t.atSeverityText(f, name, set.Severity)
	case f.plain():
		c = f.columns[slices.IndexFunc(f.columns, column.plain)]
	default:
		c, err = t.atEps(f, name, t.info.DefaultEps)
	}
	if err != nil {
		return pick{}, err
	}
	p.metric.Setting, p.cells = c.setting(), cells([]column{c}, label)
	return p, nil
}

func (c column) plain() bool  { return c.eps == 0 && c.severity == 0 }
func (f *family) plain() bool { return slices.ContainsFunc(f.columns, column.plain) }

func cells(columns []column, label int) []cell {
	out := make([]cell, len(columns))
	for i, c := range columns {
		out[i] = cell{c.file, c.at, label}
	}
	return out
}

// overSeverities returns the mean over all severities.
func (f *family) overSeverities(name string, label int) pick {
	var cs []column
	for _, c := range f.columns {
		if c.severity != 0 {
			cs = append(cs, c)
		}
	}
	m := objective.Metric{Name: name, Goal: f.goal, Setting: fmt.Sprintf("mean of %d severities", len(cs))}
	return pick{metric: m, cells: cells(cs, label)}
}

// epsSlack is how far, in 1/255, a text may be from the eps of a table that it means: 0.0314 is 8.007/255.
const epsSlack = 0.01

func (t *Table) atEpsText(f *family, name, text string) (column, error) {
	eps, err := objective.ParseEps(text)
	if err != nil {
		return column{}, &EpsError{Metric: name, Eps: text, Table: t.info.Name, Reason: err.Error(), Has: f.eps()}
	}
	return t.atEps(f, name, eps)
}

func (t *Table) atEps(f *family, name string, eps objective.Eps) (column, error) {
	for _, c := range f.columns {
		if c.eps != 0 && math.Abs(float64(c.eps-eps)) < epsSlack {
			return c, nil
		}
	}
	return column{}, &EpsError{Metric: name, Eps: eps.String(), Table: t.info.Name, Has: f.eps()}
}

func (t *Table) atSeverityText(f *family, name, text string) (column, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return column{}, &SeverityError{Metric: name, Severity: strconv.Quote(text), Table: t.info.Name, Has: f.severities()}
	}
	return t.atSeverity(f, name, n)
}

func (t *Table) atSeverity(f *family, name string, severity int) (column, error) {
	for _, c := range f.columns {
		if c.severity == severity && severity != 0 {
			return c, nil
		}
	}
	return column{}, &SeverityError{Metric: name, Severity: strconv.Itoa(severity), Table: t.info.Name, Has: f.severities()}
}

// isAttack says whether a name can only mean a number at some eps.
func isAttack(name string) bool {
	s, ok := strings.CutSuffix(name, "_acc")
	return ok && (s == autoAttack || slices.Contains(attacks, s))
}

// isCorruption says whether a name can only mean a number at some severity, or a mean over severities.
func isCorruption(name string) bool {
	s, ok := strings.CutSuffix(name, "_acc")
	return ok && slices.Contains(corruptions, s)
}

// checkSettings refuses texts that mean nothing, also where no metric depends on them.
func checkSettings(s Settings) error {
	if s.Eps != "" {
		if _, err := objective.ParseEps(s.Eps); err != nil {
			return err
		}
	}
	if s.Severity != "" && s.Severity != "mean" {
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
				return nil, fmt.Errorf("metric %s is selected twice", p.metric)
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
