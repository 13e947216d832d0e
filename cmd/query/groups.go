package query

import (
	"io"
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
)

// valueGroup is a table of metrics (rows) that have the same kind of setting (columns).
type valueGroup struct {
	kind    string
	columns []string
	rows    []string
	numbers map[[2]string]string // by row and column
}

// groups arranges values: those without settings, those by eps, those by severity.
func groups(values []table.Value) []*valueGroup {
	var all []*valueGroup
	find := func(kind string) *valueGroup {
		for _, g := range all {
			if g.kind == kind {
				return g
			}
		}
		all = append(all, &valueGroup{kind: kind, numbers: map[[2]string]string{}})
		return all[len(all)-1]
	}
	for _, v := range values {
		kind, column := "value", "value"
		switch s := v.Metric.Setting; {
		case s.Eps != 0:
			kind, column = "eps", s.String()
		case s.Severity == objective.EverySeverity:
			kind, column = "severity", "mean"
		case s.Severity != 0:
			kind, column = "severity", strconv.Itoa(s.Severity)
		}
		g := find(kind)
		if !slices.Contains(g.columns, column) {
			g.columns = append(g.columns, column)
		}
		if !slices.Contains(g.rows, v.Metric.Name) {
			g.rows = append(g.rows, v.Metric.Name)
		}
		text := "missing"
		if !v.Missing {
			text = report.Format(v.Metric, v.Number)
		}
		g.numbers[[2]string{v.Metric.Name, column}] = text
	}
	return all
}

func (g *valueGroup) write(w io.Writer) error {
	header := map[string]string{"value": "metric", "eps": "at eps", "severity": "at severity"}[g.kind]
	rows := [][]string{append([]string{header}, g.columns...)}
	for _, name := range g.rows {
		row := []string{name}
		for _, c := range g.columns {
			row = append(row, g.numbers[[2]string{name, c}])
		}
		rows = append(rows, row)
	}
	if err := report.Table(w, rows); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
