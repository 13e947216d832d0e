package comparison

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report"
)

// alsoMeaning explains the table that also makes.
const alsoMeaning = "the best cell of each run, mean ± standard deviation over runs; optimum: the best of all classes in that metric alone"

// TextAlso is [Text], with all that is known of the cells that were found.
func TextAlso(w io.Writer, c compare.Comparison) error { return text(w, c, true) }

// also shows it, or says why there is nothing.
func (p *printer) also(r compare.Result) {
	switch {
	case r.Problem.Multi():
		p.line("also", "runs of several metrics end with a front: there is no best cell to tell more of")
		p.raw("\n")
	case len(r.Also) > 0:
		p.line("also", alsoMeaning)
		p.raw("\n")
		p.table(also(r))
	}
}

// also has a row for each metric, since there are more of them than strategies, and a column for each strategy.
func also(r compare.Result) [][]string {
	header := []string{"metric"}
	for _, s := range r.Strategies {
		header = append(header, s.Strategy)
	}
	table := [][]string{append(header, "optimum")}
	for _, a := range r.Also {
		row := []string{a.Metric.Words()}
		for i, s := range a.Strategies {
			cell := spread(s)
			if missing := r.Strategies[i].Checkpoints[len(r.Strategies[i].Checkpoints)-1].Quality.N - s.N; missing > 0 {
				cell += fmt.Sprintf(" (%s without)", plural(missing, "run"))
			}
			row = append(row, cell)
		}
		optimum := "-"
		if a.Optimum.Known() {
			optimum = report.Format(a.Metric, float64(a.Optimum))
		}
		table = append(table, append(row, optimum))
	}
	return table
}

// spread prints "0.5872 ±0.0079", or in millions "0.345 ±0.012 M".
func spread(s compare.Spread) string {
	mean, sd := float64(s.Mean), float64(s.SD)
	digits, unit := 4, ""
	if math.Abs(mean) >= 1e4 {
		mean, sd, digits, unit = mean/1e6, sd/1e6, 3, " M"
	}
	switch {
	case !s.Mean.Known():
		return "-"
	case !s.SD.Known():
		return fmt.Sprintf("%.*f%s", digits, mean, unit)
	}
	return fmt.Sprintf("%.*f ±%.*f%s", digits, mean, digits, sd, unit)
}

// LaTeXAlso writes what is known of the cells that were found as a table for papers (package booktabs), one block a
// problem and one line a metric, so that lines can be deleted. Without anything known it has no lines.
func LaTeXAlso(w io.Writer, c compare.Comparison) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%% %s\n%% %s\n%% made by nassearch %s: %s\n", Caption(c), alsoMeaning, c.Program, c.Command)
	fmt.Fprintf(&b, "\\begin{tabular}{l%s}\n\\toprule\n", strings.Repeat("r", len(c.Plan.Strategies)+1))
	for i, r := range c.Results {
		table := also(r)
		if i == 0 {
			fmt.Fprintf(&b, "%s \\\\\n", latexRow(table[0]))
		}
		if len(r.Also) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\\midrule\n\\multicolumn{%d}{l}{found by %s} \\\\\n", len(table[0]), escape(title(r.Problem)))
		for _, row := range table[1:] {
			fmt.Fprintf(&b, "%s \\\\\n", latexRow(row))
		}
	}
	b.WriteString("\\bottomrule\n\\end{tabular}\n")
	_, err := io.WriteString(w, b.String())
	return err
}
