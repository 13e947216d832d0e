package table

import (
	"context"
	"fmt"
	"math"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Value is one number that a table has of an architecture.
type Value struct {
	Metric  objective.Metric
	Number  float64 // NaN if missing
	Missing bool    // the table has the metric, but not of this architecture
	Seeds   int     // how many trainings it is the mean of; 0 if nobody says it, or it was computed
	// Computed says that the space knows it, and nobody measured it: it is of the class's canonical member.
	Computed bool
}

// Lookup returns everything that the table has of one architecture, in the order of [Table.Metrics]: a metric
// at each eps; a metric with severities as their mean, and at each. It reads no more of a file than it needs to,
// so it does not notice damage elsewhere in it. With names it is of these metrics alone, and reads no other files.
func (t *Table) Lookup(ctx context.Context, a space.Arch, names ...string) ([]Value, error) {
	class, err := t.sp.ClassOf(a)
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", t.info.Name, err)
	}
	picks, grids, err := t.everything(ctx, class, names)
	if err != nil {
		return nil, err
	}
	arch := t.sp.Class(class)
	values := make([]Value, 0, len(picks))
	for _, p := range picks {
		if p.metric.Setting == objective.MeanOverSeverities(1) && !p.measured() {
			continue // the only severity says the same
		}
		v := p.value(arch, grids, 0)
		value := Value{Metric: p.metric, Number: v, Missing: math.IsNaN(v), Computed: p.compute != nil}
		if !value.Missing {
			value.Seeds = t.seedsOf(p, class)
		}
		values = append(values, value)
	}
	return values, nil
}

// seedsOf is how many trainings a value of a class is the mean of: of a mean over columns the fewest.
func (t *Table) seedsOf(p pick, class int) int {
	s, row := t.info.Seeds, t.seeds.Row(class)
	switch {
	case p.compute != nil:
		return 0
	case s.Least == s.Most:
		return s.Most
	case row == nil:
		return 0
	}
	least := math.Inf(1)
	for _, c := range p.columns {
		if n := row[c.at]; !math.IsNaN(n) {
			least = min(least, n)
		}
	}
	if math.IsInf(least, 1) {
		return 0
	}
	return int(least)
}
