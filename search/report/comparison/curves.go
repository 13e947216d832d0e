package comparison

import (
	"fmt"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
)

// Statistic is what a curve shows of the runs: a line, and a band around it.
type Statistic struct {
	Name, About string
	of          func(analysis.Band) (line, low, high []compare.Number)
}

// Statistics are the mean and the median.
func Statistics(p compare.Plan) []Statistic {
	return []Statistic{
		{
			"mean", fmt.Sprintf("mean and its %g %% interval", 100*p.Confidence),
			func(b analysis.Band) (line, low, high []compare.Number) { return b.Mean, b.Low, b.High },
		}, {
			"median", "median and quartiles",
			func(b analysis.Band) (line, low, high []compare.Number) { return b.Median, b.Q1, b.Q3 },
		},
	}
}

// Curves are the best so far, by strategy.
func Curves(p compare.Plan, r analysis.Result, s Statistic) figure.Curves {
	f := anytime(p, r, s, func(s analysis.Summary) analysis.Band { return s.Curve })
	f.About = fmt.Sprintf("Best %s so far, by strategy: %s", r.Problem.Quality(), s.About)
	f.Y.Title, f.Reference = "best "+Title(r.Problem), optimum(r.Problem)
	f.Settled = Along(p, r.Grid[0]+p.End()/30)[0] // all strategies start far from where they end
	return f
}

// Regret is the distances of the best so far from the optimum, by strategy.
func Regret(p compare.Plan, r analysis.Result, s Statistic) figure.Curves {
	f := anytime(p, r, s, func(s analysis.Summary) analysis.Band { return s.Regret })
	f.About = "Regret on a logarithmic axis, by strategy: " + s.About
	f.Y.Title, f.Y.Log = "regret of "+Title(r.Problem), true
	return f
}

func anytime(p compare.Plan, r analysis.Result, of Statistic, band func(analysis.Summary) analysis.Band) figure.Curves {
	f := figure.Curves{
		Title: numeral.Thousands(p.Runs) + " runs of each; band: interval of the " + of.Name,
		X:     figure.Axis{Title: axisLabel(p)},
	}
	x := Along(p, r.Grid...)
	for i, s := range r.Strategies {
		line, low, high := of.of(band(s))
		f.Series = append(f.Series, figure.Series{
			Name: s.Strategy, Color: i, X: x, Y: compare.Floats(line), Low: compare.Floats(low), High: compare.Floats(high),
		})
	}
	return f
}

// Reach is how soon runs came near the optimum, by strategy: the share that had, of one of the goals of the summaries.
func Reach(p compare.Plan, r analysis.Result, goal int) figure.Curves {
	title := "at the optimum"
	switch g := r.Strategies[0].Reach[goal].Goal; {
	case g.Part > 0:
		title = "within " + hundredths(g.Part) + " of the range of it"
	case g.Within > 0:
		title = "within " + numeral.Decimal(g.Within, 3) + " of it"
	}
	f := figure.Curves{
		About: "Share of runs " + title + " by then, by strategy", X: figure.Axis{Title: axisLabel(p)}, Step: true,
		Y: figure.Axis{
			Title: "share of runs " + title, High: 1,
			Format: func(...float64) func(float64) string { return percent },
		},
	}
	for i, s := range r.Strategies {
		line := figure.Series{Name: s.Strategy, Color: i}
		line.X, line.Y = stairs(p, s.Reach[goal])
		f.Series = append(f.Series, line)
	}
	return f
}

// stairs are the corners from the beginning of the axis to its end.
func stairs(p compare.Plan, r analysis.Reach) (x, y []float64) {
	start := 0.
	if p.Axis == compare.Queries {
		start = 1
	}
	x, y = append(x, start), append(y, 0)
	for _, e := range r.Events {
		if e.At <= start {
			y[0] = e.Share
			continue
		}
		x, y = append(x, e.At), append(y, e.Share)
	}
	return Along(p, append(x, p.End())...), append(y, y[len(y)-1])
}

// Reference names the front that those of runs are measured against.
func Reference(p compare.Problem) string {
	if p.Joint {
		return "the front of all runs together"
	}
	return "the true front"
}

// Fronts are what half of the runs attained in two metrics, what few and most did, and what they are measured against.
func Fronts(r analysis.Result) figure.Curves {
	first, second := r.Problem.Objective[0], r.Problem.Objective[1]
	f := figure.Curves{
		About: fmt.Sprintf("Fronts of %s and %s that half of the runs attained, by strategy, beside %s",
			first.Words(), second.Words(), Reference(r.Problem)),
		X: report.Axis(first, r.Problem.Front, 0), Y: report.Axis(second, r.Problem.Front, 1),
	}
	f.X.Room = true
	for i, s := range r.Strategies {
		if s.Multi == nil {
			continue
		}
		for _, surface := range s.Multi.Attainment {
			front := figure.Front{SmallX: first.Goal == objective.Minimize, Points: figure.Points(surface.Points)}
			line := figure.Series{Name: s.Strategy, Color: i}
			if surface.Share != .5 {
				line.Look = figure.Hair
			}
			line.Add(front.Line()...)
			if len(line.X) > 0 {
				f.Series = append(f.Series, line)
			}
		}
	}
	truth := figure.Series{Color: figure.Plain, Look: figure.Dots}
	truth.Add(figure.Points(r.Problem.Front)...)
	f.Series = append(f.Series, truth)
	return f
}
