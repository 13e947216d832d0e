package table

import (
	"context"
	"math"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space"
)

// Range is what a table has of a metric over all classes.
type Range struct {
	Metric  objective.Metric
	Classes int // that have a value
	Min     float64
	Max     float64
	Optimum space.Arch // canonical member of the class with the best value, the first of several; empty if none has one
	Seeds   Seeds      // over how many trainings the values are means
}

// Ranges describes every metric, at each eps that it was measured at, corruptions by their means over severities;
// those of single image classes are left out. It takes memory by what the files hold.
func (t *Table) Ranges(ctx context.Context) ([]Range, error) {
	var picks []pick
	for _, f := range t.families {
		if f.missing == nil && !f.each() {
			picks = append(picks, t.ranged(f)...)
		}
	}
	var columns []column
	for _, p := range picks {
		columns = append(columns, p.columns...)
	}
	grids, err := t.read(ctx, columns, layout.Every)
	if err != nil {
		return nil, err
	}
	rows := make([][]int, len(grids))
	for i, g := range grids {
		rows[i] = g.Classes(t.info.Classes)
	}
	var all []Range
	for _, p := range picks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		classes := layout.Grid{}.Classes(t.info.Classes)
		if p.compute == nil {
			classes = rows[p.columns[0].file]
		}
		all = append(all, t.rangeOf(p, grids, classes))
	}
	return all, nil
}

// ranged are the settings of a family that are described.
func (t *Table) ranged(f family) (picks []pick) {
	if len(f.info().Attacks()) == 0 {
		if p, err := t.choose(f, objective.Setting{}, Settings{}); err == nil {
			picks = append(picks, p)
		}
		for _, p := range f.picks() {
			if p.metric.Setting.State != objective.UsualState {
				picks = append(picks, p)
			}
		}
		return picks
	}
	for _, p := range f.picks() {
		if s := p.metric.Setting; !s.IsZero() && s.MeanOf == 0 {
			picks = append(picks, p)
		}
	}
	return picks
}

// rangeOf describes a metric of classes that may have it.
func (t *Table) rangeOf(p pick, grids []layout.Grid, classes []int) Range {
	r := Range{Metric: p.metric, Min: math.NaN(), Max: math.NaN()}
	best, at := math.NaN(), -1
	for _, class := range classes {
		var arch space.Arch
		if p.compute != nil {
			arch = t.sp.Class(class)
		}
		v := p.value(arch, grids, class)
		if math.IsNaN(v) {
			continue
		}
		if r.Classes++; r.Classes == 1 {
			r.Min, r.Max = v, v
		}
		r.Min, r.Max = min(r.Min, v), max(r.Max, v)
		if at < 0 || p.metric.Goal.Better(v, best) {
			best, at = v, class
		}
		if n := t.seedsOf(p, class); n > 0 {
			r.Seeds = r.Seeds.with(n)
		}
	}
	if at >= 0 {
		r.Optimum = t.sp.Class(at)
	}
	return r
}
