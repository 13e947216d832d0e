package comparison

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// also has a row for each metric, since there are more of them than strategies, and a column for each strategy.
func also(r analysis.Result) *sheet.Sheet {
	t := sheet.New("metric")
	t.Title, t.Named = "All that is known of the best cells: mean ± standard deviation over runs", true
	for _, s := range r.Strategies {
		t.AddColumn(s.Strategy)
	}
	t.AddColumn("optimum")
	for _, a := range r.Also {
		beside := []float64{float64(a.Optimum)}
		for _, of := range a.Strategies {
			beside = append(beside, float64(of.Mean))
		}
		print := report.Beside(a.Metric, slices.DeleteFunc(beside, math.IsNaN)...)
		cells := []sheet.Cell{sheet.Text(a.Metric.Words())}
		for i, of := range a.Strategies {
			text := spread(of, print)
			if missing := r.Strategies[i].End().Quality.N - of.N; missing > 0 {
				text += fmt.Sprintf(" (%s without)", numeral.Count(missing, "run"))
			}
			cells = append(cells, sheet.Number(float64(of.Mean), text))
		}
		t.Add(append(cells, cell(a.Optimum, print))...)
	}
	return t
}

// spread prints "0.5872 ±0.0079", or in millions "0.345 ±0.012 M".
func spread(s analysis.Spread, print func(float64) string) string {
	mean := Shown(s.Mean, print)
	if !s.Mean.Known() || !s.SD.Known() {
		return mean
	}
	size, millions := strings.CutSuffix(mean, " M")
	sd, unit := float64(s.SD), ""
	if millions {
		sd, unit = sd/1e6, " M"
	}
	_, decimals, pointed := strings.Cut(size, ".")
	if !pointed || strings.Contains(decimals, "e") {
		return size + " ±" + print(sd) + unit
	}
	return size + " ±" + strconv.FormatFloat(sd, 'f', len(decimals), 64) + unit
}
