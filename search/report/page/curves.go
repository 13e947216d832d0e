package page

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/svg"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report/comparison"
)

// mostPoints of a curve are told under the pointer.
const mostPoints = 150

// curves draws the anytime curves: value and regret, mean and median. The script has the values at some of their
// points.
func (v *problemView) curves(p compare.Plan) {
	at := some(len(v.Grid), mostPoints)
	var all []float64
	for _, s := range v.Strategies {
		for _, line := range [][]compare.Number{s.Curve.Mean, s.Curve.Median} {
			all = append(all, compare.Floats(line)...)
		}
	}
	n := digits(all)
	d := newData(comparison.Axis(p), float64(v.Problem.Optimum), n)
	d.X = pick(comparison.Along(p, v.Grid...), at, few)
	d.Million = !v.Problem.Multi() && isMillions(v.Problem.Objective[0])
	for i, s := range v.Strategies {
		d.Series = append(d.Series, serie{Name: s.Strategy, Key: i, Stat: map[string][]rounded{}})
	}
	for _, stat := range comparison.Statistics(p) {
		values := comparison.Curves(p, v.Result, stat)
		v.Settled = place(p, values.Settled)
		for i, s := range values.Series {
			of := d.Series[i].Stat
			of[stat.Name] = pick(s.Y, at, n)
			of[stat.Name+" low"], of[stat.Name+" high"] = pick(s.Low, at, n), pick(s.High, at, n)
		}
		v.curve("value", "best "+v.Problem.Quality()+" so far", stat, values)
		if v.Problem.Optimum.Known() {
			v.curve("regret", "regret: distance to the optimum", stat, comparison.Regret(p, v.Result, stat))
		}
	}
	v.Data = append(v.Data, namedData{v.ID, d})
}

func (v *problemView) curve(view, title string, stat comparison.Statistic, c figure.Curves) {
	c.Y.Title, c.Data = title, v.ID+" "+stat.Name+" "+view
	f := both(svg.Curves, c)
	f.View, f.Extra = view+" "+stat.Name, stat.Name != "mean"
	v.Curves = append(v.Curves, f)
}

// place names one on the axis as it is shown.
func place(p compare.Plan, at float64) string {
	if p.Axis == compare.Hours {
		return strings.TrimSuffix(comparison.Axis(p), "s") + " " + numeral.Decimal(at, 3)
	}
	return "query " + strconv.Itoa(int(math.Round(at)))
}

// some returns at most so many of n positions, evenly apart, the first and the last among them.
func some(n, most int) []int {
	var all []int
	for i := range min(n, most) {
		all = append(all, int(math.Round(float64(i)*float64(n-1)/float64(max(min(n, most)-1, 1)))))
	}
	return slices.Compact(all)
}

// isMillions says what large values of a metric are counted in.
func isMillions(m objective.Metric) bool { return m.Unit() == objective.Millions }

// pick rounds numbers at some positions to so many digits; nil is all of them.
func pick(x []float64, at []int, digits int) []rounded {
	if at == nil {
		at = some(len(x), len(x))
	}
	out := make([]rounded, len(at))
	for i, k := range at {
		out[i] = rounded{x[k], digits}
	}
	return out
}

func (v *problemView) reach(p compare.Plan) {
	for k := len(v.Strategies[0].Reach) - 1; k >= 0; k-- {
		name := fmt.Sprintf("%s-reach-%d", v.ID, k)
		c := comparison.Reach(p, v.Result, k)
		c.Data = name + " share value"
		d := newData(comparison.Axis(p), math.NaN(), few)
		d.Percent = true
		for _, s := range c.Series {
			shares := map[string][]rounded{"share": pick(s.Y, nil, few)}
			d.Series = append(d.Series, serie{Name: s.Name, Key: s.Color, X: pick(s.X, nil, few), Stat: shares})
		}
		v.Reach = append(v.Reach, pictured{Wide: svg.Curves(c, small), View: "reach"})
		v.Data = append(v.Data, namedData{name, d})
	}
}
