package table

import (
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space"
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
	grids, err := t.read(ctx, filesOf(picks), t.store.all)
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

// filesOf lists the files that metrics need, ascending.
func filesOf(picks []pick) []int {
	var files []int
	for _, p := range picks {
		for _, c := range p.cells {
			files = append(files, c.file)
		}
	}
	return unique(files)
}

// unique sorts and drops repetitions.
func unique(files []int) []int {
	slices.Sort(files)
	return slices.Compact(files)
}

// read gets the grids of files, in parallel, each at the index of its file.
func (t *Table) read(
	ctx context.Context, files []int, get func(context.Context, int) (layout.Grid, error),
) ([]layout.Grid, error) {
	if len(files) == 0 {
		return nil, ctx.Err()
	}
	grids := make([]layout.Grid, files[len(files)-1]+1)
	err := parallel(ctx, len(files), func(i int) (err error) {
		grids[files[i]], err = get(ctx, files[i])
		return err
	})
	return grids, err
}

// checkLabel refuses an image class that the confusion matrices do not have.
func (t *Table) checkLabel(p pick, grids []layout.Grid) error {
	for _, c := range p.cells {
		if g := grids[c.file]; g.Values != nil && c.label >= g.Labels {
			last := classMetric.ReplaceAllString(p.metric.Name, "${1}"+strconv.Itoa(g.Labels-1)+"$3")
			return &MetricError{Metric: p.metric.Name, Table: t.info.Name, Has: []string{"image classes up to " + last}}
		}
	}
	return nil
}

func (t *Table) view(picks []pick, grids []layout.Grid) *View {
	classes := t.sp.Classes()
	metrics := make([]objective.Metric, len(picks))
	for i, p := range picks {
		metrics[i] = p.metric
	}
	v := &View{
		sp:    t.sp,
		name:  t.info.Name,
		gaps:  make([]int, classes),
		costs: make([]time.Duration, classes),

		Measured: objective.NewMeasured(metrics, make([]float64, classes*len(picks))),
	}
	sizer, _ := t.sp.(space.Sizer)
	for class := range classes {
		arch := t.sp.Class(class)
		row := v.Values(class)
		for i, p := range picks {
			row[i] = p.value(arch, grids, class)
		}
		v.gaps[class] = slices.IndexFunc(row, math.IsNaN)
		if v.gaps[class] >= 0 {
			v.holes++
		}
		v.costs[class] = trainingTime(sizer, arch)
	}
	v.source = v.fingerprint(t.info.Dataset)
	return v
}

// value returns the metric of an architecture whose class has a row in the grids; NaN if it is missing.
func (p pick) value(arch space.Arch, grids []layout.Grid, row int) float64 {
	if p.compute != nil {
		return float64(p.compute(arch))
	}
	return mean(p.cells, grids, row)
}
