package predictors

import (
	"fmt"
	"math"
	"strings"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/predictors"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/search/report/article"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// meansSection lists the measures, the farthest from 0 first.
func (w words) meansSection() article.Section {
	brief := sheet.New("measure", "mean tau", "interval", "best "+share(w.options.Best), "interval", "more than params",
		"interval")
	brief.Title, brief.Named = "Mean of tau-b over the targets", true
	all := sheet.New("measure", "targets", "tau", "tau_low", "tau_high", "best_tau", "best_tau_low", "best_tau_high",
		"more_than_params", "more_low", "more_high")
	for _, m := range w.Means {
		row, exact := sheet.Texts(m.Measure.Brief()), append(sheet.Texts(m.Measure.Brief()), sheet.Int(m.Targets))
		for _, c := range []*predictors.Coefficient{m.All, m.Best, m.More} {
			row, exact = append(row, shown(c)...), append(exact, numbers(c)...)
		}
		brief.Add(row...)
		all.Add(exact...)
	}
	return article.Section{Name: "measures", Title: "Measures",
		Lead: "over all attacks at every eps and all corruptions that are targets, without means and clean accuracy",
		Tables: []article.Table{{Name: "measures", Brief: brief, All: all,
			Note: "More than params: by how much the mean is farther from 0 than that of the number of parameters."}}}
}

// pairsSection has the heat maps, and every pair.
func (w words) pairsSection() article.Section {
	brief := sheet.New("measure", "target", "classes", "tau-b", "interval", "rho", "interval",
		"best "+share(w.options.Best), "interval", "")
	brief.Lead, brief.Title = 2, "All pairs"
	all := sheet.New("measure", "target", "classes", "kendall", "kendall_low", "kendall_high", "spearman", "spearman_low",
		"spearman_high", "best_classes", "best_kendall", "best_kendall_low", "best_kendall_high", "best_spearman",
		"best_spearman_low", "best_spearman_high", "problem")
	for _, pairs := range w.Pairs {
		for _, p := range pairs {
			row := append(sheet.Texts(p.Measure.Brief(), p.Target.Brief()), sheet.Int(p.All.N))
			exact := append([]sheet.Cell{}, row...)
			for _, c := range []*predictors.Coefficient{p.All.Kendall, p.All.Spearman, p.Best.Kendall} {
				row = append(row, shown(c)...)
			}
			exact = append(append(exact, numbers(p.All.Kendall)...), numbers(p.All.Spearman)...)
			exact = append(append(exact, sheet.Int(p.Best.N)), numbers(p.Best.Kendall)...)
			exact = append(append(exact, numbers(p.Best.Spearman)...), sheet.Text(p.All.Problem))
			brief.Add(append(row, sheet.Text(p.All.Problem))...)
			all.Add(exact...)
		}
	}
	best := "best " + share(w.options.Best)
	return article.Section{Name: "correlations", Title: "Pairs",
		Lead: "Kendall's tau-b: 1 if a measure and a target put classes in the same order, -1 in the opposite one",
		Pictures: []article.Picture{
			{Name: "tau", Shown: true, Caption: "Over all classes.",
				Figure: w.heat("tau-b over all classes", func(p predictors.Pair) predictors.Rows { return p.All })},
			{Name: "tau-best", Caption: "Over the " + best + " of the classes by each target.",
				Figure: w.heat("tau-b over the "+best, func(p predictors.Pair) predictors.Rows { return p.Best })},
		},
		Tables: []article.Table{{Name: "correlations", Brief: brief, All: all, Folded: true}}}
}

// heat has the measures in the order of their means.
func (w words) heat(title string, of func(predictors.Pair) predictors.Rows) figure.Heat {
	h := figure.Heat{Title: title}
	for _, t := range w.Targets {
		h.Columns = append(h.Columns, t.Brief())
	}
	for _, m := range w.Means {
		h.Rows = append(h.Rows, m.Measure.Brief())
		var row []float64
		for _, p := range w.pairsOf(m.Measure) {
			v := math.NaN()
			if c := of(p).Kendall; c != nil {
				v = c.Value
			}
			row = append(row, v)
		}
		h.Values = append(h.Values, row)
	}
	return h
}

func (w words) pairsOf(m objective.Metric) []predictors.Pair {
	for i, of := range w.Measures {
		if of == m {
			return w.Pairs[i]
		}
	}
	return nil
}

// mostCurves are drawn of a metric, besides that of params.
const mostCurves = 7

// overEps has a picture for every metric with several eps of one norm.
func (w words) overEps() (all []article.Picture) {
	type attacked struct {
		name string
		norm string
	}
	key := func(t objective.Metric) attacked { return attacked{t.Name, t.Setting.Norm.String()} }
	there := map[attacked]int{}
	for _, t := range w.Targets {
		if t.Setting.Eps == 0 {
			continue
		}
		if there[key(t)]++; there[key(t)] != 2 {
			continue
		}
		f := figure.Curves{Title: t.Name, About: "tau-b of measures with " + t.Name + " over eps",
			X: figure.Axis{Title: "eps (/255)"}, Y: figure.Axis{Title: "tau-b"}}
		for k, m := range w.Means {
			if k >= mostCurves && m.Measure.Name != predictors.Params {
				continue
			}
			s := figure.Series{Name: m.Measure.Brief(), Color: len(f.Series)}
			for j, of := range w.Targets {
				if c := w.pairsOf(m.Measure)[j].All.Kendall; key(of) == key(t) && of.Setting.Eps != 0 && c != nil {
					s.Add(figure.Point{X: float64(of.Setting.Eps), Y: c.Value})
					s.Low, s.High = append(s.Low, c.Low), append(s.High, c.High)
				}
			}
			f.Series = append(f.Series, s)
		}
		norm := ""
		if t.Setting.Norm != robustness.Linf {
			norm = "-" + strings.ToLower(t.Setting.Norm.String())
		}
		all = append(all, article.Picture{Name: "eps-" + plain.FileName(t.Name+norm), Figure: f,
			Caption: fmt.Sprintf("The %d measures with the largest mean, and params.", min(mostCurves, len(w.Means)))})
	}
	return all
}

// shown is a number with its interval for people, numbers for programs.
func shown(c *predictors.Coefficient) []sheet.Cell {
	if c == nil {
		return make([]sheet.Cell, 2)
	}
	text := func(v float64) string { return fmt.Sprintf("%6.3f", v) }
	return []sheet.Cell{sheet.Number(c.Value, text(c.Value)), sheet.Range(text(c.Low), text(c.High))}
}

func numbers(c *predictors.Coefficient) []sheet.Cell {
	if c == nil {
		return make([]sheet.Cell, 3)
	}
	return []sheet.Cell{sheet.Float(c.Value), sheet.Float(c.Low), sheet.Float(c.High)}
}
