package plot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/metrics"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/analysis/distribution"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// overEps has a panel for every metric that has eps.
func (o *options) overEps(ctx context.Context, t *table.Table) (drawing, error) {
	panels, err := panelsOf(t, o.metrics)
	if err != nil {
		return drawing{}, err
	}
	d, err := distribution.Over(ctx, t, o.known, panels, t.Info().Labels)
	if err != nil {
		return drawing{}, err
	}
	return drawing{d.Figure, boxRows(d.Boxes), d.Boxes}, nil
}

// panelsOf finds the metrics of a list, or all accuracies, that were measured at several eps.
func panelsOf(t *table.Table, list string) ([]table.MetricInfo, error) {
	panels := distribution.Metrics(t)
	if list == "" {
		panels = slices.DeleteFunc(panels, func(m table.MetricInfo) bool { return !distribution.IsAccuracy(m) })
		if len(panels) == 0 {
			return nil, fmt.Errorf("table %s has no accuracy at an eps: see 'nassearch table info'", t.Info().Name)
		}
		return panels, nil
	}
	names, err := metrics.Expand(panels, list)
	if err != nil {
		return nil, err
	}
	var chosen []table.MetricInfo
	for _, name := range names {
		i := slices.IndexFunc(panels, func(m table.MetricInfo) bool { return m.Metric.Name == name })
		if i >= 0 {
			chosen = append(chosen, panels[i])
			continue
		}
		return nil, usage.Mark(fmt.Errorf("--metrics %s: table %s has no such metric by eps: it has %s",
			name, t.Info().Name, strings.Join(metrics.Names(panels), " ")))
	}
	return chosen, nil
}

func boxRows(boxes []distribution.Box) *sheet.Sheet {
	s := sheet.New("metric", "eps", "classes", "min", "q1", "median", "q3", "max")
	for _, b := range boxes {
		row := []string{b.Name, "", strconv.Itoa(b.N)}
		if b.Eps != nil {
			row[1] = b.Eps.String()
		}
		for _, v := range []float64{b.Min, b.Q1, b.Median, b.Q3, b.Max} {
			row = append(row, report.Format(b.Metric, v))
		}
		s.Add(sheet.Texts(row...)...)
	}
	return s
}
