package table

import (
	"context"
	"strconv"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
)

// Select reads what metrics need, and no more, and returns them in the order of their names. A name is one of
// [Table.Metrics], with a number in place of <k>; it may carry its setting as a CSV header does: "pgd_acc@8/255",
// "fog_acc@severity3".
//
// Errors are *MetricError, *EpsError, *SeverityError and *FileError for what the table does not have, and
// *FormatError for files that are damaged.
func (t *Table) Select(ctx context.Context, names []string, s Settings) (*View, error) {
	picks, err := t.pickAll(names, s)
	if err != nil {
		return nil, err
	}
	var columns []column
	for _, p := range picks {
		columns = append(columns, p.columns...)
	}
	grids, err := t.read(ctx, columns, layout.Every)
	if err != nil {
		return nil, err
	}
	for _, p := range picks {
		if err := t.checkLabel(p, grids); err != nil {
			return nil, err
		}
	}
	return t.view(picks, grids), nil
}

// checkLabel refuses an image class that the confusion matrices do not have.
func (t *Table) checkLabel(p pick, grids []layout.Grid) error {
	for _, c := range p.columns {
		if g := grids[c.file]; g.Values != nil && c.label >= g.Labels {
			last := classMetric.ReplaceAllString(p.metric.Name, "${1}"+strconv.Itoa(g.Labels-1)+"$3")
			return &MetricError{Metric: p.metric.Name, Table: t.info.Name, Has: []string{"image classes up to " + last}}
		}
	}
	return nil
}

func (t *Table) view(picks []pick, grids []layout.Grid) *View {
	classes := t.sp.Classes()
	metrics, values := make([]objective.Metric, len(picks)), make([]float64, 0, classes*len(picks))
	for i, p := range picks {
		metrics[i] = p.metric
	}
	for class := range classes {
		arch := t.sp.Class(class)
		for _, p := range picks {
			values = append(values, p.value(arch, grids, class))
		}
	}
	v := &View{
		sp: t.sp, info: t.info, path: t.path, Measured: objective.NewMeasured(metrics, values), lower: t.levels(metrics),
	}
	v.source = v.fingerprint(t.info.Dataset)
	return v
}
