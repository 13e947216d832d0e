package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/figure/plot"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
)

// wholeRange is the eps that leaves nothing of an image.
const wholeRange objective.Eps = 255

// box is a box of the figure, and what programs are told of it.
type box struct {
	Metric string             `json:"metric"`
	Eps    *objective.Setting `json:"eps"` // null on clean images
	N      int                `json:"n"`
	Min    float64            `json:"min"`
	Q1     float64            `json:"q1"`
	Median float64            `json:"median"`
	Q3     float64            `json:"q3"`
	Max    float64            `json:"max"`

	metric objective.Metric
	drawn  plot.Box
}

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
	figure := epsFigure(t.Info(), metrics)
	var all []box
	measured := 0
	for i, m := range metrics {
		boxes, err := epsBoxes(ctx, t, m)
		if err != nil {
			return err
		}
		for _, b := range boxes {
			figure.Panels[i].Boxes = append(figure.Panels[i].Boxes, b.drawn)
			measured = max(measured, b.N)
			if !slices.ContainsFunc(all, func(o box) bool { return o.metric == b.metric }) { // clean images are in several panels
				all = append(all, b)
			}
		}
	}
	figure.Title += " · " + numeral.Thousands(measured) + " classes"
	if !math.IsNaN(figure.Reference) {
		figure.Title += fmt.Sprintf(" · dashed: guessing, %.3g", figure.Reference)
	}
	if err := a.writeFigure(path, figure); err != nil {
		return err
	}
	return a.listOf(t, boxRows(all), all)
}

// epsMetrics finds the metrics of a list, or all accuracies, that were measured at several eps.
func epsMetrics(t *table.Table, list string) ([]table.MetricInfo, error) {
	var metrics []table.MetricInfo
	for _, m := range available(t) {
		m.Settings = slices.DeleteFunc(m.Attacks(), func(s objective.Setting) bool { return s.Eps >= wholeRange })
		if len(m.Settings) > 0 {
			metrics = append(metrics, m)
		}
	}
	if list == "" {
		metrics = slices.DeleteFunc(metrics, func(m table.MetricInfo) bool { return measure(m) != "acc" })
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
		return nil, usage.Mark(fmt.Errorf("--metrics %s: table %s has no such metric by eps: it has %s", name, t.Info().Name, strings.Join(metricNames(metrics), " ")))
	}
	return chosen, nil
}

// source and measure are the parts of a name such as pgd_acc: what was done to the images, and what was measured.
func source(m table.MetricInfo) string {
	s, _, _ := strings.Cut(m.Metric.Name, "_")
	return s
}

func measure(m table.MetricInfo) string {
	_, s, _ := strings.Cut(m.Metric.Name, "_")
	return s
}

// epsFigure returns the figure with panels that are still empty.
func epsFigure(info table.Info, metrics []table.MetricInfo) plot.Boxes {
	f := plot.Boxes{
		Title: info.Description, XLabel: "ε (/255)", Share: true, Reference: math.NaN(),
	}
	same := !slices.ContainsFunc(metrics, func(m table.MetricInfo) bool { return measure(m) != measure(metrics[0]) })
	if same {
		f.YLabel = measureWords(measure(metrics[0]))
	}
	for _, m := range metrics {
		title := sourceWords(source(m))
		if !same {
			title += " " + measureWords(measure(m))
		}
		f.Panels = append(f.Panels, plot.BoxPanel{Title: title})
		f.Share = f.Share && (strings.HasSuffix(measure(m), "acc") || strings.HasSuffix(measure(m), "conf"))
	}
	if labels := cmp.Or(info.Labels, networks[info.Dataset].Classes); labels > 0 && same && measure(metrics[0]) == "acc" {
		f.Reference = 1 / float64(labels)
	}
	return f
}

// epsBoxes describes a metric at each eps, behind the same measure of clean images where the table has it.
func epsBoxes(ctx context.Context, t *table.Table, m table.MetricInfo) ([]box, error) {
	names, labels := []string{}, []string{}
	var eps []*objective.Setting
	clean := "clean_" + measure(m)
	if slices.ContainsFunc(available(t), func(c table.MetricInfo) bool { return c.Metric.Name == clean && len(c.Attacks()) == 0 }) {
		names, labels, eps = append(names, clean), append(labels, "clean"), append(eps, nil)
	}
	for _, s := range m.Settings {
		names = append(names, objective.Metric{Name: m.Metric.Name, Setting: s}.Key())
		labels = append(labels, strings.TrimSuffix(s.Key(), "/255"))
		eps = append(eps, &s)
	}
	view, err := t.Select(ctx, names, table.Settings{})
	if err != nil {
		return nil, err
	}
	var boxes []box
	for i, metric := range view.Metrics() {
		values := slices.DeleteFunc(column(view, i, t.Info().Classes), math.IsNaN)
		if len(values) == 0 {
			continue
		}
		b, err := plot.NewBox(labels[i], values)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", metric.Words(), err)
		}
		b.Quiet = eps[i] == nil
		boxes = append(boxes, box{
			Metric: metric.Name, Eps: eps[i], N: b.N, Min: b.Min, Q1: b.Q1, Median: b.Median, Q3: b.Q3, Max: b.Max,
			metric: metric, drawn: b,
		})
	}
	if len(boxes) == 0 {
		return nil, errors.New("no class has a value of " + m.Metric.Name)
	}
	return boxes, nil
}

func boxRows(boxes []box) [][]string {
	rows := [][]string{{"metric", "eps", "classes", "min", "q1", "median", "q3", "max"}}
	for _, b := range boxes {
		row := []string{b.Metric, "", strconv.Itoa(b.N)}
		if b.Eps != nil {
			row[1] = b.Eps.String()
		}
		for _, v := range []float64{b.Min, b.Q1, b.Median, b.Q3, b.Max} {
			row = append(row, report.Format(b.metric, v))
		}
		rows = append(rows, row)
	}
	return rows
}
