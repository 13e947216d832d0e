package page

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/report"
)

// alike are studies that search for the same.
type alike struct {
	metrics []objective.Metric
	names   []string
	of      []report.Summary
}

// aside is what studies found, beside each other.
type aside struct {
	charted
	Title   string // what they search for; empty where all search for the same
	Caption string
}

// together are the curves of studies that search for the same, where there are two of them.
func together(ctx context.Context, all []Watched) (charts []aside, err error) {
	groups := groups(all)
	for i, g := range groups {
		c, err := g.chart(ctx, fmt.Sprintf("together-%d", i))
		if err != nil {
			return nil, err
		}
		a := aside{charted: c, Caption: "The best value %s, of every study that searches for the same."}
		if len(g.metrics) > 1 {
			a.Caption = "The share of the box between the worst and the best values of all these studies so far that the " +
				"front of each dominates, %s."
		}
		a.Caption = fmt.Sprintf(a.Caption, report.CourseOf(g.of...).Words)
		if len(groups) > 1 {
			a.Title = words(g.metrics)
		}
		charts = append(charts, a)
	}
	return charts, nil
}

// groups are those studies of which two or more search for the same, in the order of the first ones.
func groups(all []Watched) []alike {
	var groups []alike
	for i, w := range all {
		if w.Brief || w.Kind != "study" || w.Summary == nil || !drawable(*w.Summary) {
			continue
		}
		metrics := w.Summary.Result.Study.Objective
		at := slices.IndexFunc(groups, func(g alike) bool { return words(g.metrics) == words(metrics) })
		if at < 0 {
			at, groups = len(groups), append(groups, alike{metrics: metrics})
		}
		g := &groups[at]
		g.names, g.of = append(g.names, called(all, i)), append(g.of, *w.Summary)
	}
	return slices.DeleteFunc(groups, func(g alike) bool { return len(g.of) < 2 })
}

// mostMeasured are the trials of a study of three metrics and more up to which its hypervolumes are drawn: after each
// it has to be found anew, in a time that grows with the front.
const mostMeasured = 1000

// drawable says whether there is a curve of what a study found.
func drawable(s report.Summary) bool {
	n := len(s.Result.Trials)
	return n > 0 && (len(s.Result.Study.Objective) <= 2 || n <= mostMeasured)
}

// words are those of metrics, joined.
func words(metrics []objective.Metric) string {
	var all []string
	for _, m := range metrics {
		all = append(all, m.Words())
	}
	return strings.Join(all, " and ")
}

// chart draws the best so far of each, or the hypervolume so far in the box of all values that they have found.
func (g alike) chart(ctx context.Context, id string) (charted, error) {
	var points [][]float64
	for _, s := range g.of {
		for _, t := range s.Result.Trials {
			if t.Answers() {
				points = append(points, t.Values)
			}
		}
	}
	course := report.CourseOf(g.of...)
	c := figure.Curves{About: "Best so far of each study", X: course.Axis, Step: true}
	if len(g.metrics) > 1 {
		c.About, c.Y = "Hypervolume so far of each study", figure.Axis{Title: "hypervolume"}
	} else {
		c.Y = report.Axis(g.metrics[0], points, 0)
	}
	box := objective.BoxAround(g.metrics, points)
	for i, s := range g.of {
		line := figure.Series{Name: g.names[i], Color: i, X: course.X[i]}
		if len(g.metrics) == 1 {
			line.Y = s.Result.Curve()
		} else {
			volumes, err := s.Result.Volumes(ctx, box)
			if err != nil {
				return charted{}, err
			}
			for _, v := range volumes {
				line.Y = append(line.Y, v.Value)
			}
		}
		c.Series = append(c.Series, line)
	}
	c.Series = thinned(c.Series, mostDots)
	return chart(id, course.Unit, c), nil
}

// volumes draws the hypervolume so far of a study of several metrics; nil where there is none.
func volumes(ctx context.Context, id string, s report.Summary) (*aside, error) {
	metrics := s.Result.Study.Objective
	if len(metrics) < 2 || !drawable(s) {
		return nil, nil
	}
	c, err := alike{metrics, []string{"so far"}, []report.Summary{s}}.chart(ctx, id)
	return &aside{charted: c, Caption: "The share of the box between the worst and the best values so far that the " +
		"front dominates, " + report.CourseOf(s).Words + "."}, err
}

// called is the shortest name that tells a study from the others.
func called(all []Watched, i int) string {
	base := func(w Watched) string { return strings.TrimSuffix(filepath.Base(w.Path), filepath.Ext(w.Path)) }
	for k, other := range all {
		if k != i && base(other) == base(all[i]) {
			return all[i].Path
		}
	}
	return base(all[i])
}

// thinned leaves of every series no more than so many points: those where a line changes come first.
func thinned(all []figure.Series, most int) []figure.Series {
	out := slices.Clone(all)
	for i, s := range all {
		if len(s.X) <= most {
			continue
		}
		at := some(len(s.X), most)
		if s.Look == figure.Line {
			at = append(changes(s.Y), len(s.X)-1)
			at = slices.Compact(at)
		}
		out[i].X, out[i].Y = pickFrom(s.X, at), pickFrom(s.Y, at)
	}
	return out
}

// changes are the positions at which numbers are others than before, and the first.
func changes(y []float64) (at []int) {
	for i, v := range y {
		if i == 0 || v != y[i-1] && !(math.IsNaN(v) && math.IsNaN(y[i-1])) {
			at = append(at, i)
		}
	}
	return at
}

func pickFrom[T any](list []T, at []int) []T {
	out := make([]T, len(at))
	for i, k := range at {
		out[i] = list[k]
	}
	return out
}
