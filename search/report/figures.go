package report

import (
	"fmt"
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
)

// Axis is that of a metric, in its unit where its numbers are large.
func Axis(m objective.Metric, values [][]float64, metric int) figure.Axis {
	a := figure.Axis{Title: m.Words()}
	isLarge := func(v []float64) bool { return math.Abs(v[metric]) >= large }
	if m.Unit() == objective.Millions && slices.ContainsFunc(values, isLarge) {
		a.Format = axis(m)
	}
	return a
}

// axis prints the numbers of an axis as those of a metric.
func axis(m objective.Metric) func(...float64) func(float64) string {
	return func(ticks ...float64) func(float64) string { return Beside(m, ticks...) }
}

// measured are the values of the trials that have some, of the full training.
func measured(trials []search.Trial) (values [][]float64) {
	for _, t := range trials {
		if t.Answers() {
			values = append(values, t.Values)
		}
	}
	return values
}

// CurveFigure is the best value after each query, and the own of every query of the full training, of a study with one
// objective: over the queries or, where these are not alike, over the clock.
func (s Summary) CurveFigure() figure.Curves {
	m := s.Result.Study.Objective[0]
	each := figure.Series{Name: "this query", Color: figure.Plain, Look: figure.Dots}
	best := figure.Series{Name: "best so far", Y: s.Result.Curve()}
	course := CourseOf(s)
	best.X = course.X[0]
	for _, t := range s.Result.Trials {
		y := math.NaN()
		if t.Answers() {
			y = t.Values[0]
		}
		each.Y = append(each.Y, y)
	}
	each.X = best.X
	c := figure.Curves{
		About: "Best value after each query", X: course.Axis, Y: Axis(m, measured(s.Result.Trials), 0),
		Series: []figure.Series{each, best}, Step: true,
	}
	if s.Optimum != nil {
		c.Reference = &figure.Reference{At: *s.Optimum, Name: "optimum " + Format(m, *s.Optimum)}
	}
	return c
}

// VolumeFigure is the hypervolume after each query, of a study with several objectives, along what
// [Summary.CurveFigure] is.
func (s Summary) VolumeFigure() figure.Curves {
	line := figure.Series{Name: "so far", Y: s.Multi.Volumes}
	course := CourseOf(s)
	line.X = course.X[0][:len(line.Y)] // of none if nobody knows it
	c := figure.Curves{
		About: "Hypervolume after each query", X: course.Axis, Y: figure.Axis{Title: "hypervolume"},
		Series: []figure.Series{line}, Step: true,
	}
	if t := s.Truth; t != nil {
		c.Reference = &figure.Reference{At: t.Hypervolume, Name: fmt.Sprintf("true front %.4f", t.Hypervolume)}
	}
	return c
}

// FrontFigure is the trials and their front, of a study with two objectives.
func (s Summary) FrontFigure() figure.Scatter {
	metrics, values := s.Result.Study.Objective, measured(s.Result.Trials)
	var front [][]float64
	for _, p := range s.Points() {
		front = append(front, p.Measured)
	}
	f := figure.Scatter{
		About: "Trials and their front", Points: figure.Points(values),
		X: Axis(metrics[0], values, 0), Y: Axis(metrics[1], values, 1),
		Front: figure.Front{
			Name: "front", Points: figure.Points(front), SmallX: metrics[0].Goal == objective.Minimize,
		},
	}
	f.X.Room = true
	return f
}
