package backends

import (
	"context"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
	"go.uber.org/zap"
)

// Select reads metrics from a table, and says if it has holes.
func Select(
	ctx context.Context, log *zap.Logger, t *table.Table, names []string, s table.Settings,
) (*table.View, error) {
	view, err := t.Select(ctx, names, s)
	if err != nil {
		return nil, err
	}
	if n := view.Holes(); n > 0 {
		log.Warn("the table has holes: queries of them will fail", zap.Int("holes", n), zap.Int("classes", t.Info().Classes))
	}
	return view, nil
}

// AlsoNames lists what a table has at the eps of a search, or its own, and as means over severities.
func AlsoNames(t *table.Table, of []objective.Metric) []string {
	at := objective.At(t.Info().DefaultEps)
	for _, m := range of {
		if m.Setting.Eps != 0 {
			at = m.Setting
		}
	}
	var names []string
	for _, m := range t.Available() {
		if strings.Contains(m.Metric.Name, "_class") {
			continue // accuracies on single classes of images would drown the rest
		}
		if attacks := m.Attacks(); len(attacks) == 0 || m.Plain() {
			names = append(names, m.Metric.Name)
		} else if slices.Contains(attacks, at) {
			names = append(names, objective.Metric{Name: m.Metric.Name, Setting: at}.Key())
		}
	}
	return names
}

// Also returns what else the table has of an architecture.
func Also(ctx context.Context, t *table.Table, view *table.View) func(space.Arch) ([]report.Number, error) {
	return func(arch space.Arch) ([]report.Number, error) {
		all, err := t.Lookup(ctx, arch)
		if err != nil {
			return nil, err
		}
		names := AlsoNames(t, view.Metrics())
		var numbers []report.Number
		for _, v := range all {
			if !v.Missing && slices.Contains(names, v.Metric.Brief()) {
				numbers = append(numbers, report.Number{Metric: v.Metric, Value: v.Number})
			}
		}
		return numbers, nil
	}
}

// Context is what a table tells of a search that asked it.
func Context(ctx context.Context, t *table.Table, view *table.View) report.Context {
	return report.Context{
		Backend: "table", About: t.Info().Description, Dataset: t.Info().Dataset, Space: t.Space(), Known: view,
		Also: Also(ctx, t, view),
	}
}
