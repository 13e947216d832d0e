package cmd

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/analysis/distribution"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
)

// plotEps draws a panel for every metric that has eps.
func (a *app) plotEps(ctx context.Context, path string) error {
	t, _, err := a.openTable()
	if err != nil {
		return err
	}
	metrics, err := epsMetrics(t, a.config.GetString("metrics"))
	if err != nil {
		return err
	}
	d, err := distribution.Over(ctx, t, metrics, cmp.Or(t.Info().Labels, networks[t.Info().Dataset].Classes))
	if err != nil {
		return err
	}
	if err := a.writeFigure(path, d.Figure); err != nil {
		return err
	}
	return a.listOf(t, boxRows(d.Boxes), d.Boxes)
}

// epsMetrics finds the metrics of a list, or all accuracies, that were measured at several eps.
func epsMetrics(t *table.Table, list string) ([]table.MetricInfo, error) {
	metrics := distribution.Metrics(t)
	if list == "" {
		metrics = slices.DeleteFunc(metrics, func(m table.MetricInfo) bool { return !distribution.IsAccuracy(m) })
		if len(metrics) == 0 {
			return nil, fmt.Errorf("table %s has no accuracy at an eps: see 'nassearch table info'", t.Info().Name)
		}
		return metrics, nil
	}
	names, err := expand(metrics, list)
	if err != nil {
		return nil, err
	}
	var chosen []table.MetricInfo
	for _, name := range names {
		i := slices.IndexFunc(metrics, func(m table.MetricInfo) bool { return m.Metric.Name == name })
		if i >= 0 {
			chosen = append(chosen, metrics[i])
			continue
		}
		return nil, usage.Mark(fmt.Errorf("--metrics %s: table %s has no such metric by eps: it has %s",
			name, t.Info().Name, strings.Join(metricNames(metrics), " ")))
	}
	return chosen, nil
}

func boxRows(boxes []distribution.Box) [][]string {
	rows := [][]string{{"metric", "eps", "classes", "min", "q1", "median", "q3", "max"}}
	for _, b := range boxes {
		row := []string{b.Name, "", strconv.Itoa(b.N)}
		if b.Eps != nil {
			row[1] = b.Eps.String()
		}
		for _, v := range []float64{b.Min, b.Q1, b.Median, b.Q3, b.Max} {
			row = append(row, report.Format(b.Metric, v))
		}
		rows = append(rows, row)
	}
	return rows
}
