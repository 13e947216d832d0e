package query

import (
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// group is a table of metrics (rows) that have the same kind of setting (columns).
type group struct {
	heading       string
	columns, rows []string
	cells         map[[2]string]sheet.Cell // by row and column
}

// groups arranges values: those without settings, those by eps, those by severity.
func groups(values []table.Value) []*group {
	var all []*group
	for _, v := range values {
		heading, column := place(v.Metric.Setting)
		i := slices.IndexFunc(all, func(g *group) bool { return g.heading == heading })
		if i < 0 {
			i, all = len(all), append(all, &group{heading: heading, cells: map[[2]string]sheet.Cell{}})
		}
		g := all[i]
		if !slices.Contains(g.columns, column) {
			g.columns = append(g.columns, column)
		}
		if !slices.Contains(g.rows, v.Metric.Name) {
			g.rows = append(g.rows, v.Metric.Name)
		}
		cell := sheet.Text("missing")
		if !v.Missing {
			cell = report.Cell(v.Metric, v.Number)
		}
		g.cells[[2]string{v.Metric.Name, column}] = cell
	}
	return all
}

// place is the heading of the group that a setting belongs to, and its column there.
func place(s objective.Setting) (heading, column string) {
	switch {
	case s.Eps != 0:
		return "at eps", s.String()
	case s.Severity == objective.EverySeverity:
		return "at severity", "mean"
	case s.Severity != 0:
		return "at severity", strconv.Itoa(s.Severity)
	}
	return "metric", "value"
}

func (g *group) sheet() *sheet.Sheet {
	s := sheet.New(append([]string{g.heading}, g.columns...)...)
	for _, name := range g.rows {
		row := []sheet.Cell{sheet.Text(name)}
		for _, c := range g.columns {
			row = append(row, g.cells[[2]string{name, c}])
		}
		s.Add(row...)
	}
	return s
}
