package table

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space"
)

// file reads the values of one class, as a grid with one row, or of [layout.Every] class.
type file func(ctx context.Context, class int) (layout.Grid, error)

// column says where numbers stand that were measured at a setting.
type column struct {
	setting objective.Setting
	file    int // of the table's
	at      int // position in its rows: which eps, severity or column
	label   int // image class, or one of those below
}

// What a column takes of the accuracies of all image classes, if it is not a class's.
const (
	whole    = -1 // there is no confusion matrix
	worst    = -2 // the smallest
	perLabel = -3 // each, as a metric of its own
)

// of returns the column's number in a row of its file.
func (c column) of(grids []layout.Grid, row int) float64 {
	g := grids[c.file]
	r := g.Row(row)
	if r == nil {
		return math.NaN()
	}
	switch c.label {
	case whole:
		return r[c.at]
	case worst:
		low := math.Inf(1)
		for _, v := range r[c.at*g.Labels : (c.at+1)*g.Labels] {
			low = min(low, v) // NaN if any is
		}
		return low
	default:
		return r[c.at*g.Labels+c.label]
	}
}

// pick is a metric and where its value comes from.
type pick struct {
	metric  objective.Metric
	columns []column               // whose mean it is
	compute func(space.Arch) int64 // in their place
}

// measured says whether the metric stands in a file as it is.
func (p pick) measured() bool { return len(p.columns) == 1 && p.columns[0].setting == p.metric.Setting }

// value returns the metric of an architecture whose class has a row in the grids; NaN if a column misses it. The sum
// runs in the order of the columns.
func (p pick) value(arch space.Arch, grids []layout.Grid, row int) float64 {
	if p.compute != nil {
		return float64(p.compute(arch))
	}
	sum := 0.0
	for _, c := range p.columns {
		sum += c.of(grids, row)
	}
	return sum / float64(len(p.columns))
}

// read reads the files of columns, in parallel, each to its own place.
func (t *Table) read(ctx context.Context, columns []column, class int) ([]layout.Grid, error) {
	wanted := make([]bool, len(t.files))
	for _, c := range columns {
		wanted[c.file] = true
	}
	grids, errs := make([]layout.Grid, len(t.files)), make([]error, len(t.files))
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i, read := range t.files {
		if wanted[i] {
			work.Go(func() error {
				grids[i], errs[i] = read(ctx, class)
				return nil
			})
		}
	}
	return grids, cmp.Or(work.Wait(), cmp.Or(errs...), ctx.Err()) // of several errors the first file's, in every run
}

// everything reads all files, or those of the metrics that are named, for one class or [layout.Every], and lists what
// is in them, in the order of [Table.Metrics]: metrics of image classes one class after the other.
func (t *Table) everything(ctx context.Context, class int, names []string) ([]pick, []layout.Grid, error) {
	var columns []column
	var families []family
	for _, f := range t.families {
		if f.missing == nil && (len(names) == 0 || slices.Contains(names, f.name)) {
			families, columns = append(families, f), append(columns, f.columns...)
		}
	}
	grids, err := t.read(ctx, columns, class)
	if err != nil {
		return nil, nil, err
	}
	var all []pick
	for _, f := range families {
		if !f.each() {
			all = append(all, f.picks()...)
			continue
		}
		labels := 0
		for _, c := range f.columns {
			if g := grids[c.file]; g.Values != nil {
				labels = max(labels, g.Labels)
			}
		}
		for k := range labels {
			all = append(all, f.ofLabel(k).picks()...)
		}
	}
	return all, grids, nil
}
