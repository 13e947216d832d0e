package cmd

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/nassearch/nassearch/internal/figure/plot"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/analysis/correlate"
	"github.com/nassearch/nassearch/search/report"
)

// statisticNames are the statistics in full.
var statisticNames = map[string]string{"kendall": "Kendall's tau-b", "spearman": "Spearman's rho"}

// values are the chosen statistic of all pairs, NaN where there is none.
func (c correlation) values() [][]float64 {
	values := make([][]float64, len(c.matrix))
	for i, row := range c.matrix {
		for _, p := range row {
			k := p.Kendall
			if c.statistic == "spearman" {
				k = p.Spearman
			}
			v := math.NaN()
			if k != nil {
				v = k.Value
			}
			values[i] = append(values[i], v)
		}
	}
	return values
}

func shortNames(columns []correlate.Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Metric.Brief()
	}
	return names
}

// heatmap is the figure.
func (c correlation) heatmap() plot.Heatmap {
	title := fmt.Sprintf("%s · %s\n%s", statisticNames[c.statistic], c.classes(), c.A.Description)
	if !c.self {
		title = fmt.Sprintf("%s · %s\nrows: %s\ncolumns: %s", statisticNames[c.statistic], c.classes(), c.A.Description, c.B.Description)
	}
	return plot.Heatmap{Title: title, Rows: shortNames(c.A.columns), Columns: shortNames(c.B.columns), Values: c.values()}
}

// classes says how many classes the pairs are over.
func (c correlation) classes() string {
	least, most := c.Pairs[0].N, c.Pairs[0].N
	for _, p := range c.Pairs {
		least, most = min(least, p.N), max(most, p.N)
	}
	if least == most {
		return numeral.Thousands(most) + " classes"
	}
	return fmt.Sprintf("%s to %s classes", numeral.Thousands(least), numeral.Thousands(most))
}

// text writes the heat map, and the pairs that matter most with their intervals.
func (c correlation) text(out io.Writer) error {
	w := bufio.NewWriter(out)
	if c.self {
		fmt.Fprintf(w, "table    %s\n", c.A.Description)
	} else {
		fmt.Fprintf(w, "rows     %s\ncolumns  %s\n", c.A.Description, c.B.Description)
	}
	fmt.Fprintf(w, "shown    %s · %s\n\n", statisticNames[c.statistic], c.classes())
	h := report.Heat{Rows: shortNames(c.A.columns), Columns: shortNames(c.B.columns), Values: c.values(), Colour: colourful(out)}
	if err := h.Write(w); err != nil {
		return err
	}
	fmt.Fprintln(w)
	pairs := c.foremost()
	if err := report.Table(w, pairRows(pairs)); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nintervals are of 95 %%, %s", c.method())
	if more := len(c.Pairs) - len(pairs); more > 0 {
		fmt.Fprintf(w, "; -o csv lists %s more pairs", numeral.Thousands(more))
	}
	fmt.Fprintln(w)
	return w.Flush()
}

func (c correlation) method() string {
	if c.Bootstrap > 0 {
		return fmt.Sprintf("by %s resamples of the classes", numeral.Thousands(c.Bootstrap))
	}
	return "by formula"
}

// mostPairs is how many pairs a person reads.
const mostPairs = 60

// foremost returns all pairs if they are few, otherwise those of a metric with itself in the other table; of one
// table with itself, the first.
func (c correlation) foremost() []correlate.Pair {
	if len(c.Pairs) <= mostPairs {
		return c.Pairs
	}
	var same []correlate.Pair
	for _, p := range c.Pairs {
		if p.A.Name == p.B.Name && !c.self {
			same = append(same, p)
		}
	}
	if len(same) == 0 {
		same = c.Pairs
	}
	return same[:min(mostPairs, len(same))]
}

func pairRows(pairs []correlate.Pair) [][]string {
	rows := [][]string{{"metric", "with", "classes", "tau-b", "interval", "rho", "interval", ""}}
	for _, p := range pairs {
		row := []string{p.A.Brief(), p.B.Brief(), strconv.Itoa(p.N)}
		if p.Problem != "" {
			rows = append(rows, append(row, "", "", "", "", p.Problem))
			continue
		}
		for _, k := range []*correlate.Coefficient{p.Kendall, p.Spearman} {
			row = append(row, fmt.Sprintf("%6.3f", k.Value), fmt.Sprintf("%6.3f to %6.3f", k.Low, k.High))
		}
		rows = append(rows, append(row, ""))
	}
	return rows
}
