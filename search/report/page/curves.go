package page

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/internal/figure/svg"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/comparison"
)

// mostPoints of a curve are told under the pointer.
const mostPoints = 150

// statistic is a way to draw a band: its line, and its edges.
type statistic struct {
	name, about     string
	line, low, high func(analysis.Band) []compare.Number
}

func statistics(p compare.Plan) []statistic {
	return []statistic{
		{
			"mean", fmt.Sprintf("mean and its %g %% interval", 100*p.Confidence),
			func(b analysis.Band) []compare.Number { return b.Mean },
			func(b analysis.Band) []compare.Number { return b.Low },
			func(b analysis.Band) []compare.Number { return b.High },
		}, {
			"median", "median and quartiles",
			func(b analysis.Band) []compare.Number { return b.Median },
			func(b analysis.Band) []compare.Number { return b.Q1 },
			func(b analysis.Band) []compare.Number { return b.Q3 },
		},
	}
}

// curves draws the anytime curves: value and regret, mean and median.
func (v *problemView) curves(p compare.Plan, r analysis.Result) {
	v.HasRegret = r.Problem.Optimum.Known()
	for _, stat := range statistics(p) {
		extra := stat.name != "mean"
		l := svg.Lines{
			About: fmt.Sprintf("Best %s so far, by strategy: %s", r.Problem.Quality(), stat.about),
			X:     comparison.AxisLabel(p), Y: "best " + r.Problem.Quality() + " so far", Settled: comparison.Settled(p, r),
			Data: v.ID + " " + stat.name + " value",
		}
		l.Reference, l.Named = label(r.Problem, "optimum", r.Problem.Optimum)
		for i, s := range r.Strategies {
			l.Series = append(l.Series, series(s.Strategy, i, r.Grid, s.Curve, stat))
		}
		v.Curves = append(v.Curves, both(l, "value "+stat.name, extra))
		if !v.HasRegret {
			continue
		}
		l.About = fmt.Sprintf("Regret on a logarithmic axis, by strategy: %s", stat.about)
		l.Y, l.Log, l.Settled, l.Reference = "regret: distance to the optimum", true, 0, math.NaN()
		l.Data = v.ID + " " + stat.name + " regret"
		for i, s := range r.Strategies {
			l.Series[i] = series(s.Strategy, i, r.Grid, s.Regret, stat)
		}
		v.Curves = append(v.Curves, both(l, "regret "+stat.name, extra))
	}
	v.Caption = fmt.Sprintf("Over %s runs of each strategy: mean with its %g %% interval (bootstrap), or median with quartiles. The value axis is chosen from %s on; curves that begin below it enter from there.",
		numeral.Thousands(p.Runs), 100*p.Confidence, place(p, comparison.Settled(p, r)))
	v.Data = append(v.Data, namedData{v.ID, curveData(p, r)})
}

func place(p compare.Plan, at float64) string {
	if p.Axis == compare.Hours {
		return "hour " + numeral.Decimal(at, 3)
	}
	return "query " + strconv.Itoa(int(math.Round(at)))
}

func series(name string, slot int, x []float64, b analysis.Band, stat statistic) svg.Series {
	return svg.Series{Name: name, Slot: slot, X: x, Y: compare.Floats(stat.line(b)), Low: compare.Floats(stat.low(b)), High: compare.Floats(stat.high(b))}
}

// curveData has the curves at some of their points.
func curveData(p compare.Plan, r analysis.Result) data {
	at := some(len(r.Grid), mostPoints)
	d := data{X: pick(r.Grid, at), Unit: unit(p), Optimum: rounded(r.Problem.Optimum)}
	for i, s := range r.Strategies {
		one := serie{Name: s.Strategy, Key: i, Stat: map[string][]rounded{}}
		for _, stat := range statistics(p) {
			one.Stat[stat.name] = pick(compare.Floats(stat.line(s.Curve)), at)
			one.Stat[stat.name+" low"] = pick(compare.Floats(stat.low(s.Curve)), at)
			one.Stat[stat.name+" high"] = pick(compare.Floats(stat.high(s.Curve)), at)
		}
		d.Series = append(d.Series, one)
	}
	return d
}

func unit(p compare.Plan) string {
	if p.Axis == compare.Hours {
		return "hours"
	}
	return "queries"
}

// some returns at most so many of n positions, evenly apart, the first and the last among them.
func some(n, most int) []int {
	var all []int
	for i := range min(n, most) {
		all = append(all, int(math.Round(float64(i)*float64(n-1)/float64(max(min(n, most)-1, 1)))))
	}
	return slices.Compact(all)
}

func pick(x []float64, at []int) []rounded {
	out := make([]rounded, len(at))
	for i, k := range at {
		out[i] = rounded(x[k])
	}
	return out
}

// ends draws what the runs had found at their end.
func (v *problemView) ends(p compare.Plan, r analysis.Result) {
	d := svg.Distributions{
		About: fmt.Sprintf("Every run's best %s at the end, by strategy", r.Problem.Quality()),
		X:     r.Problem.Quality() + " after " + comparison.Budget(p),
	}
	d.Reference, d.Named = label(r.Problem, "optimum", r.Problem.Optimum)
	for i, s := range r.Strategies {
		last := s.Checkpoints[len(s.Checkpoints)-1].Quality
		g := svg.Group{
			Name: s.Strategy, Slot: i, Mean: float64(last.Mean.Value), Low: float64(last.Mean.Low), High: float64(last.Mean.High),
			Q1: float64(last.Q1), Median: float64(last.Median.Value), Q3: float64(last.Q3),
			Note: "mean " + comparison.Value(r.Problem, last.Mean.Value), Values: r.Ends(p, s.Strategy),
		}
		if len(g.Values) == 0 {
			g.Note = "no run has a value"
		}
		d.Groups = append(d.Groups, g)
	}
	v.Ends = &figure{Wide: d.SVG(wide.Width), Narrow: d.SVG(narrow.Width)}
	v.EndsCaption = fmt.Sprintf("Each dot is a run; dots of about equal value are piled up. Below them: quartiles (box), median (line), extremes (whiskers), mean (diamond) with its %g %% interval (thick line).", 100*p.Confidence)
}

// reach draws how soon runs came near the optimum, and to it.
func (v *problemView) reach(p compare.Plan, r analysis.Result) {
	if len(r.Strategies) == 0 {
		return
	}
	goals := r.Strategies[0].Reach
	for k := len(goals) - 1; k >= 0; k-- {
		title := "at the optimum"
		if goals[k].Within > 0 {
			title = "within " + numeral.Decimal(goals[k].Within, 3) + " of it"
		}
		name := fmt.Sprintf("%s-reach-%d", v.ID, k)
		l := svg.Lines{
			About: "Share of runs " + title + " by then, by strategy", X: comparison.AxisLabel(p), Y: "share of runs " + title,
			Step: true, Fixed: true, High: 1, Reference: math.NaN(), Data: name + " share value",
			Format: func(v float64) string { return strconv.FormatFloat(100*v+0, 'f', 0, 64) + " %" },
		}
		d := data{Unit: unit(p), Percent: true, Optimum: rounded(math.NaN())}
		for i, s := range r.Strategies {
			x, y := stairs(p, s.Reach[k])
			l.Series = append(l.Series, svg.Series{Name: s.Strategy, Slot: i, X: x, Y: y})
			d.Series = append(d.Series, serie{Name: s.Strategy, Key: i, X: all(x), Stat: map[string][]rounded{"share": all(y)}})
		}
		v.Reach = append(v.Reach, figure{Wide: l.SVG(small), View: "reach"})
		v.Data = append(v.Data, namedData{name, d})
	}
	v.ReachTitle = map[compare.Axis]string{compare.Queries: "Queries to the optimum", compare.Hours: "Time to the optimum"}[p.Axis]
	v.ReachCaption = "Kaplan-Meier estimate of the share of runs that had come so near to the optimum. Runs that never did are censored at their end."
}

// stairs are the corners from the beginning of the axis to its end.
func stairs(p compare.Plan, r analysis.Reach) (x, y []float64) {
	start := 0.
	if p.Axis == compare.Queries {
		start = 1
	}
	share := 0.
	x, y = append(x, start), append(y, share)
	for _, e := range r.Events {
		share = e.Share
		if e.At <= start {
			y[0] = share
			continue
		}
		x, y = append(x, e.At), append(y, share)
	}
	return append(x, p.End()), append(y, share)
}

func all(x []float64) []rounded {
	out := make([]rounded, len(x))
	for i, v := range x {
		out[i] = rounded(v)
	}
	return out
}

// fronts draws what half of the runs attained, and the true front.
func fronts(r analysis.Result) *figure {
	first, second := r.Problem.Objective[0], r.Problem.Objective[1]
	l := svg.Lines{
		About: fmt.Sprintf("Fronts of %s and %s that half of the runs attained, by strategy, beside the true front", first.Words(), second.Words()),
		X:     first.Words(), Y: second.Words(), Reference: math.NaN(), Room: true,
		Format: unitOf(second, r.Problem.Front, 1), FormatX: unitOf(first, r.Problem.Front, 0),
	}
	add := func(name string, slot int, points [][]float64, thin bool) {
		s := svg.Series{Name: name, Slot: slot, Thin: thin}
		s.X, s.Y = corners(points)
		if len(s.X) > 0 {
			l.Series = append(l.Series, s)
		}
	}
	for i, s := range r.Strategies {
		if s.Multi == nil {
			continue
		}
		for _, surface := range s.Multi.Attainment {
			add(s.Strategy, i, surface.Points, surface.Share != .5)
		}
	}
	truth := svg.Series{Name: "true front", Slot: svg.Plain, Dots: true}
	for _, q := range r.Problem.Front {
		truth.X, truth.Y = append(truth.X, q[0]), append(truth.Y, q[1])
	}
	l.Series = append(l.Series, truth)
	f := both(l, "", false)
	return &f
}

// corners are the line of what points of a front attain: from each it goes along a corner to the next.
func corners(points [][]float64) (x, y []float64) {
	for i, q := range points {
		if i > 0 {
			x, y = append(x, q[0]), append(y, points[i-1][1])
		}
		x, y = append(x, q[0]), append(y, q[1])
	}
	return x, y
}

// unitOf prints large numbers of a metric by their unit; nil for small ones, which need no more than an axis gives.
func unitOf(m objective.Metric, points [][]float64, metric int) func(float64) string {
	for _, q := range points {
		if math.Abs(q[metric]) >= 1e4 {
			return func(v float64) string { return report.Format(m, v) }
		}
	}
	return nil
}
