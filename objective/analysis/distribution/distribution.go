// Package distribution describes how a metric is spread over the classes of a table, from eps to eps, or from severity
// to severity.
package distribution

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
)

// wholeRange is the eps that leaves nothing of an image.
const wholeRange objective.Eps = 255

// Box is a metric of all classes that have it, at an eps, at a severity or on clean images.
type Box struct {
	Name string             `json:"metric"`
	Eps  *objective.Setting `json:"eps"` // null on clean images, and on corrupted ones
	// Severity is that of corrupted images.
	Severity int     `json:"severity,omitzero"`
	N        int     `json:"n"`
	Min      float64 `json:"min"`
	Q1       float64 `json:"q1"`
	Median   float64 `json:"median"`
	Q3       float64 `json:"q3"`
	Max      float64 `json:"max"`

	Metric objective.Metric `json:"-"`

	drawn figure.Box
}

// Distribution is metrics over eps, or over severities.
type Distribution struct {
	Boxes  []Box        // each once
	Figure figure.Boxes // a panel for each metric, with clean images first where the table has them

	panels [][]Box
}

// Metrics lists the metrics of a table that were measured at eps, with these as their settings, but for the eps that
// leaves nothing of an image.
func Metrics(t *table.Table) []table.MetricInfo {
	var metrics []table.MetricInfo
	for _, m := range t.Available() {
		m.Settings = slices.DeleteFunc(m.Attacks(), func(s objective.Setting) bool { return s.Eps >= wholeRange })
		if len(m.Settings) > 0 {
			metrics = append(metrics, m)
		}
	}
	return metrics
}

// Corruptions lists the metrics of a table that were measured at severities, with these as their settings.
func Corruptions(t *table.Table) []table.MetricInfo {
	var metrics []table.MetricInfo
	for _, m := range t.Available() {
		if m.Settings = m.Severities(); len(m.Settings) > 0 {
			metrics = append(metrics, m)
		}
	}
	return metrics
}

// IsAccuracy says whether a metric is a share of images that are classified rightly.
func IsAccuracy(m table.MetricInfo) bool {
	_, measure, ok := objective.Split(m.Metric.Name)
	return ok && measure == accuracy
}

const accuracy = "accuracy"

// Over describes metrics that [Metrics] or [Corruptions] lists, in the catalogue's words. Guessing is right for one in
// so many images as there are classes of images, 0 if that is not known.
func Over(
	ctx context.Context, t *table.Table, known objective.Catalogue, metrics []table.MetricInfo, imageClasses int,
) (Distribution, error) {
	d := Distribution{Figure: empty(t.Info().Description, known, metrics, imageClasses)}
	measured := 0
	for i, m := range metrics {
		boxes, err := describe(ctx, t, m)
		if err != nil {
			return d, err
		}
		d.panels = append(d.panels, boxes)
		for _, b := range boxes {
			d.Figure.Panels[i].Boxes = append(d.Figure.Panels[i].Boxes, b.drawn)
			measured = max(measured, b.N)
			again := func(o Box) bool { return o.Metric == b.Metric } // clean images are in several panels
			if !slices.ContainsFunc(d.Boxes, again) {
				d.Boxes = append(d.Boxes, b)
			}
		}
	}
	d.Figure.Title += " · " + numeral.Thousands(measured) + " classes"
	if r := d.Figure.Reference; r != nil {
		d.Figure.Title += fmt.Sprintf(" · dashed: guessing, %.3g", r.At)
	}
	return d, nil
}

// empty is the figure with panels that are still empty.
func empty(title string, known objective.Catalogue, metrics []table.MetricInfo, imageClasses int) figure.Boxes {
	f := figure.Boxes{Title: title, Category: "ε (/255)"}
	if metrics[0].Settings[0].Severity != 0 {
		f.Category = "severity"
	}
	_, first, _ := objective.Split(metrics[0].Metric.Name)
	same, shares := true, true
	for _, m := range metrics {
		source, measure, _ := objective.Split(m.Metric.Name)
		same, shares = same && measure == first, shares && table.IsShare(m.Metric.Name)
		f.Panels = append(f.Panels, figure.Panel{Title: known.Source(source)})
	}
	if same {
		f.Values.Title = first
	}
	for i, m := range metrics {
		if _, measure, _ := objective.Split(m.Metric.Name); !same {
			f.Panels[i].Title += " " + measure
		}
	}
	if shares {
		f.Values.High = 1
	}
	if imageClasses > 0 && same && first == accuracy {
		f.Reference = &figure.Reference{At: 1 / float64(imageClasses), Name: "guessing"}
	}
	return f
}

// describe makes the boxes of a metric at each eps, behind the same measure of clean images where the table has it.
func describe(ctx context.Context, t *table.Table, m table.MetricInfo) ([]Box, error) {
	var names []string
	source, _, _ := objective.Split(m.Metric.Name)
	clean := "clean" + strings.TrimPrefix(m.Metric.Name, source)
	isClean := func(c table.MetricInfo) bool { return c.Metric.Name == clean && len(c.Attacks()) == 0 }
	if slices.ContainsFunc(t.Available(), isClean) {
		names = append(names, clean)
	}
	for _, s := range m.Settings {
		names = append(names, objective.Metric{Name: m.Metric.Name, Setting: s}.Key())
	}
	view, err := t.Select(ctx, names, table.Settings{})
	if err != nil {
		return nil, err
	}
	var boxes []Box
	for i, metric := range view.Metrics() {
		values := slices.DeleteFunc(view.Column(i), math.IsNaN)
		if len(values) == 0 {
			continue
		}
		eps, severity, name := &metric.Setting, metric.Setting.Severity, strings.TrimSuffix(metric.Setting.Key(), "/255")
		switch {
		case metric.Name == clean:
			eps, name = nil, "clean"
		case severity != 0:
			eps, name = nil, strconv.Itoa(severity)
		}
		b, err := figure.NewBox(name, figure.Plain, values)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", metric.Words(), err)
		}
		b.Quiet = metric.Name == clean
		boxes = append(boxes, Box{metric.Name, eps, severity, b.N, b.Min, b.Q1, b.Median, b.Q3, b.Max, metric, b})
	}
	if len(boxes) == 0 {
		return nil, fmt.Errorf("no class has a value of %s", m.Metric.Name)
	}
	return boxes, nil
}
