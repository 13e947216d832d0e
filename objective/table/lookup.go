package table

import (
	"context"
	"fmt"
	"math"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space"
)

// Value is one number that a table has of an architecture.
type Value struct {
	Metric  objective.Metric
	Number  float64 // NaN if missing
	Missing bool    // the table has the metric, but not of this architecture
}

// Lookup returns everything that the table has of one architecture, in the order of [Table.Metrics]: a metric
// at each eps; a metric with severities as their mean, and at each. It reads no more of a file than it needs to,
// so it does not notice damage elsewhere in it.
func (t *Table) Lookup(ctx context.Context, a space.Arch) ([]Value, error) {
	class, err := t.sp.ClassOf(a)
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", t.info.Name, err)
	}
	var files []int
	for i := range t.families {
		if f := &t.families[i]; f.missing == nil {
			files = append(files, filesOf([]pick{{cells: cells(f.columns, f.label)}})...)
		}
	}
	grids, err := t.read(ctx, unique(files), func(ctx context.Context, file int) (layout.Grid, error) {
		return t.store.one(ctx, file, class)
	})
	if err != nil {
		return nil, err
	}
	arch := t.sp.Class(class)
	var values []Value
	for i := range t.families {
		for _, p := range t.picks(&t.families[i], grids) {
			v := p.value(arch, grids, 0)
			values = append(values, Value{p.metric, v, math.IsNaN(v)})
		}
	}
	return values, nil
}

// picks lists a family at all of its settings: its mean before single columns, one image class after the other.
func (t *Table) picks(f *family, grids []layout.Grid) []pick {
	if f.missing != nil {
		return nil
	}
	if f.compute != nil || f.fixed {
		p, _ := t.choose(f, f.label, objective.Metric{Name: f.name}, Settings{}) // neither depends on settings
		return []pick{p}
	}
	var out []pick
	for _, m := range f.members(grids) {
		if len(f.info().Severities()) > 1 {
			out = append(out, f.overSeverities(m.name, m.label))
		}
		for _, c := range f.columns {
			metric := objective.Metric{Name: m.name, Goal: f.goal, Setting: c.setting}
			out = append(out, pick{metric: metric, cells: cells([]column{c}, m.label)})
		}
	}
	return out
}
