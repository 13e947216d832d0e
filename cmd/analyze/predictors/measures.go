package predictors

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/nassearch/nassearch/cmd/internal/metrics"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/predictors"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space"
)

// measures are the columns that foretell.
type measures struct {
	columns []predictors.Column
	apart   bool               // they come from a file of their own
	own     int                // how many do, the first
	about   string             // of that file
	dataset string             // that it says
	members predictors.Members // what became of several cells of a class
}

// where says which file it is.
func (m measures) where() string {
	if m.apart {
		return " of " + m.about
	}
	return ""
}

// readMeasures reads the columns of the table, or of the file of measures.
func (o *options) readMeasures(ctx context.Context, t *table.Table) (m measures, err error) {
	if o.file == "" {
		m.columns, err = o.selected(ctx, t, t, &m)
		return m, err
	}
	m.apart = true
	file, err := o.Tables.OpenCells(o.file)
	if err != nil {
		return m, fmt.Errorf("--measures: %w", err)
	}
	m.about, m.dataset = file.Info().Description, file.Info().Dataset
	if m.columns, err = o.selected(ctx, file, t, &m); err != nil {
		return m, err
	}
	if m.own = len(m.columns); o.predictors != "" || hasParams(m.columns) {
		return m, nil
	}
	sizes, err := t.Select(ctx, []string{predictors.Params}, table.Settings{})
	if err != nil {
		return m, nil // of a space whose networks have no known size
	}
	m.columns = append(m.columns, among(m.columns, columns(sizes)[0]))
	return m, nil
}

// among is a column for the classes that any of some columns has, so that it can be compared with them.
func among(some []predictors.Column, c predictors.Column) predictors.Column {
	values := slices.Clone(c.Values)
	for class := range values {
		if !slices.ContainsFunc(some, func(s predictors.Column) bool { return !math.IsNaN(s.Values[class]) }) {
			values[class] = math.NaN()
		}
	}
	return predictors.Column{Metric: c.Metric, Values: values}
}

func hasParams(columns []predictors.Column) bool {
	for _, c := range columns {
		if c.Metric.Name == predictors.Params {
			return true
		}
	}
	return false
}

// selected are the measures of one table for the classes of another.
func (o *options) selected(ctx context.Context, from, to *table.Table, m *measures) ([]predictors.Column, error) {
	names := usual(from, m.apart)
	if o.predictors != "" {
		var err error
		if names, err = metrics.ExpandFlag("predictors", from.Available(), o.predictors); err != nil {
			return nil, err
		}
	}
	if len(names) == 0 {
		return nil, usage.Mark(fmt.Errorf("table %s has no measures: give --measures a file that has some, "+
			"or --predictors columns", from.Info().Name))
	}
	view, err := from.Select(ctx, names, table.Settings{})
	if err != nil {
		return nil, err
	}
	if from.Info().Rows != table.Each {
		return columns(view), nil
	}
	cells := predictors.Cells{Space: from.Space(), Metrics: view.Metrics()}
	for i := range view.Metrics() {
		cells.Columns = append(cells.Columns, view.Column(i))
	}
	var of []predictors.Column
	of, m.members, err = cells.ByClass(to.Space(), order(to))
	return of, err
}

// order is that of released ids where the table knows them, else that of indexes, in which the canonical member stands
// for its class.
func order(t *table.Table) func(space.Arch) (int, bool) {
	classes := t.Space()
	return func(a space.Arch) (int, bool) {
		if id, representative, ok := t.OfficialID(a); ok {
			return id, id == representative
		}
		place := 0
		if i, ok := classes.(space.Indexer); ok {
			place = i.Index(a)
		}
		return place, space.Canonical(classes, a) == a
	}
}

// usual are the columns that are no accuracies, each in all states; of a file of measures all columns but clean
// accuracy and what else is told of images.
func usual(t *table.Table, apart bool) (names []string) {
	for _, m := range t.Available() {
		name := m.Metric.Name
		if _, _, ofImages := objective.Split(name); ofImages || apart && len(m.Settings) == 0 {
			continue
		}
		for _, s := range m.Settings {
			names = append(names, objective.Metric{Name: name, Setting: s}.Key())
		}
		if len(m.Settings) == 0 {
			names = append(names, name)
		}
	}
	return names
}
