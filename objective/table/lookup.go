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
}

// Lookup returns everything that the table has of one architecture, in the order of [Table.Metrics]: a metric
// at each eps; a metric with severities as their mean, and at each. It reads no more of a file than it needs to,
// so it does not notice damage elsewhere in it.
func (t *Table) Lookup(ctx context.Context, a space.Arch) ([]Value, error) {
	class, err := t.sp.ClassOf(a)
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", t.info.Name, err)
	}
	picks, grids, err := t.everything(ctx, class)
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
		values = append(values, Value{p.metric, v, math.IsNaN(v)})
	}
	return values, nil
}
