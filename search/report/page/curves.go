package page

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/svg"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/comparison"
)

// mostPoints of a curve are told under the pointer.
const mostPoints = 150

// curves draws the anytime curves: value and regret, mean and median. The script has the values at some of their
// points.
func (v *problemView) curves(p compare.Plan, r analysis.Result) {
	v.HasRegret = r.Problem.Optimum.Known()
	at := some(len(r.Grid), mostPoints)
	d := data{X: pick(r.Grid, at), Unit: unit(p), Optimum: rounded(r.Problem.Optimum)}
	for i, s := range r.Strategies {
		d.Series = append(d.Series, serie{Name: s.Strategy, Key: i, Stat: map[string][]rounded{}})
	}
	settled := 0.
	for _, stat := range comparison.Statistics(p) {
		values := comparison.Curves(p, r, stat)
		settled = values.Settled
		for i, s := range values.Series {
			of := d.Series[i].Stat
			of[stat.Name], of[stat.Name+" low"], of[stat.Name+" high"] = pick(s.Y, at), pick(s.Low, at), pick(s.High, at)
		}
		v.curve("value", "best "+r.Problem.Quality()+" so far", stat, values)
		if v.HasRegret {
			v.curve("regret", "regret: distance to the optimum", stat, comparison.Regret(p, r, stat))
		}
	}
	v.Caption = fmt.Sprintf("Over %s runs of each strategy: mean with its %g %% interval (bootstrap), or median with "+
		"quartiles. The value axis is chosen from %s on; curves that begin below it enter from there.",
		numeral.Thousands(p.Runs), 100*p.Confidence, place(p, settled))
	v.Data = append(v.Data, namedData{v.ID, d})
}

// curve draws one of the views of the curves.
func (v *problemView) curve(view, title string, stat comparison.Statistic, c figure.Curves) {
	c.Y.Title, c.Data = title, v.ID+" "+stat.Name+" "+view
	f := both(svg.Curves, c)
	f.View, f.Extra = view+" "+stat.Name, stat.Name != "mean"
	v.Curves = append(v.Curves, f)
}

func place(p compare.Plan, at float64) string {
	if p.Axis == compare.Hours {
		return "hour " + numeral.Decimal(at, 3)
	}
	return "query " + strconv.Itoa(int(math.Round(at)))
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
func (v *problemView) ends(p compare.Plan, r analysis.Result) error {
	b, err := comparison.Ends(p, r)
	b.Values.Title = r.Problem.Quality() + " after " + comparison.Budget(p)
	f := both(svg.Boxes, b)
	v.Ends = &f
	v.EndsCaption = fmt.Sprintf("Each dot is a run; dots of about equal value are piled up. Below them: quartiles (box), "+
		"median (line), extremes (whiskers), mean (diamond) with its %g %% interval (thick line).", 100*p.Confidence)
	return err
}

// reach draws how soon runs came near the optimum, and to it.
func (v *problemView) reach(p compare.Plan, r analysis.Result) {
	if len(r.Strategies) == 0 {
		return
	}
	for k := len(r.Strategies[0].Reach) - 1; k >= 0; k-- {
		name := fmt.Sprintf("%s-reach-%d", v.ID, k)
		c := comparison.Reach(p, r, k)
		c.Data = name + " share value"
		d := data{Unit: unit(p), Percent: true, Optimum: rounded(math.NaN())}
		for _, s := range c.Series {
			shares := map[string][]rounded{"share": all(s.Y)}
			d.Series = append(d.Series, serie{Name: s.Name, Key: s.Color, X: all(s.X), Stat: shares})
		}
		v.Reach = append(v.Reach, pictured{Wide: svg.Curves(c, small), View: "reach"})
		v.Data = append(v.Data, namedData{name, d})
	}
	v.ReachTitle = "Queries to the optimum"
	if p.Axis == compare.Hours {
		v.ReachTitle = "Time to the optimum"
	}
	v.ReachCaption = "Kaplan-Meier estimate of the share of runs that had come so near to the optimum. " +
		"Runs that never did are censored at their end."
}

func all(x []float64) []rounded {
	out := make([]rounded, len(x))
	for i, v := range x {
		out[i] = rounded(v)
	}
	return out
}
