package comparison

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/figure/plot"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
)

// Figure is a picture for papers with the name of its file, without an ending.
type Figure struct {
	Name string
	plot.Figure
}

// Settled is where on the axis the choice of a value axis begins: all strategies start far from where they end.
func Settled(p compare.Plan, r analysis.Result) float64 { return r.Grid[0] + p.End()/30 }

// Figures are the curves, the regret and the ends of each problem, and the critical differences of several.
func Figures(c analysis.Comparison) ([]Figure, error) {
	var all []Figure
	for _, r := range c.Results {
		prefix := ""
		if len(c.Results) > 1 {
			prefix = fileName(r.Problem.Name) + "-"
		}
		all = append(all, Figure{prefix + "curves", curves(c.Plan, r, false)})
		if r.Problem.Optimum.Known() {
			all = append(all, Figure{prefix + "regret", curves(c.Plan, r, true)})
		}
		ends, any, err := ends(c.Plan, r)
		if err != nil {
			return nil, err
		}
		if any {
			all = append(all, Figure{prefix + "end", ends})
		}
	}
	if c.Across != nil {
		all = append(all, Figure{"cd", ranks(c.Across)})
	}
	return all, nil
}

var strange = regexp.MustCompile(`[^A-Za-z0-9_.]+`)

// fileName is a problem's name without what a file's cannot have.
func fileName(problem string) string {
	return strings.Trim(strange.ReplaceAllString(problem, "-"), "-")
}

func curves(p compare.Plan, r analysis.Result, regret bool) plot.Curves {
	f := plot.Curves{
		Title: numeral.Thousands(p.Runs) + " runs of each; band: interval of the mean", XLabel: AxisLabel(p), YLabel: "best " + title(r.Problem),
		Log: regret, Reference: float64(r.Problem.Optimum),
	}
	if regret {
		f.YLabel, f.Reference = "regret of "+title(r.Problem), math.NaN()
	} else {
		f.Settled = Settled(p, r)
	}
	for _, s := range r.Strategies {
		b := s.Curve
		if regret {
			b = s.Regret
		}
		f.Curves = append(f.Curves, plot.Curve{Label: s.Strategy, X: r.Grid, Y: compare.Floats(b.Mean), Low: compare.Floats(b.Low), High: compare.Floats(b.High)})
	}
	return f
}

// AxisLabel names the axis of a plan.
func AxisLabel(p compare.Plan) string {
	switch {
	case p.Axis == compare.Hours:
		return "simulated hours"
	case p.CountDuplicates:
		return "queries"
	}
	return "queries (distinct classes)"
}

// ends are box plots of what the runs had found; false if no run has a value.
func ends(p compare.Plan, r analysis.Result) (f plot.Boxes, any bool, err error) {
	f = plot.Boxes{
		Title: numeral.Thousands(p.Runs) + " runs of each, " + Budget(p) + "; diamond: mean with its interval", YLabel: title(r.Problem), Reference: float64(r.Problem.Optimum),
		Panels: make([]plot.BoxPanel, 1),
	}
	for i, s := range r.Strategies {
		values := r.Ends(p, s.Strategy)
		if len(values) == 0 {
			continue
		}
		b, err := plot.NewBox(s.Strategy, values)
		if err != nil {
			return f, false, err
		}
		mean := s.Checkpoints[len(s.Checkpoints)-1].Quality.Mean
		b.Series = &plot.Series{Color: i, Low: float64(mean.Low), High: float64(mean.High)}
		f.Panels[0].Boxes = append(f.Panels[0].Boxes, b)
	}
	return f, len(f.Panels[0].Boxes) > 0, nil
}

func ranks(a *analysis.Across) plot.Ranks {
	f := plot.Ranks{Labels: a.Strategies, Ranks: compare.Floats(a.MeanRanks), Critical: float64(a.Critical)}
	for _, g := range a.Groups {
		var at []int
		for _, name := range g {
			at = append(at, slices.Index(a.Strategies, name))
		}
		f.Groups = append(f.Groups, at)
	}
	return f
}
