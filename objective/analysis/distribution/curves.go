package distribution

import (
	"cmp"
	"slices"

	"github.com/nassearch/nassearch/internal/figure"
)

// Curves has a line through the medians of each metric over severities, from clean images on, which have severity 0.
func (d Distribution) Curves() figure.Curves {
	f := figure.Curves{
		Title: d.Figure.Title, X: figure.Axis{Title: "severity"}, Y: d.Figure.Values, Reference: d.Figure.Reference,
	}
	f.Y.Title = "median"
	if d.Figure.Values.Title != "" {
		f.Y.Title += " " + d.Figure.Values.Title
	}
	for i, boxes := range d.panels {
		s := figure.Series{Name: d.Figure.Panels[i].Title, Color: i}
		slices.SortStableFunc(boxes, func(a, b Box) int { return cmp.Compare(a.Severity, b.Severity) })
		for _, b := range boxes {
			s.Add(figure.Point{X: float64(b.Severity), Y: b.Median})
		}
		f.Series = append(f.Series, s)
	}
	return f
}
