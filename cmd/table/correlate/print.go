package correlate

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/term"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/analysis/correlate"
	"github.com/nassearch/nassearch/search/report"
)

// rows has one row a pair.
func (c correlation) rows() [][]string {
	rows := [][]string{{"a", "b", "n", "kendall", "kendall_low", "kendall_high", "kendall_p",
		"spearman", "spearman_low", "spearman_high", "spearman_p", "problem"}}
	for _, p := range c.Pairs {
		row := []string{p.A.Brief(), p.B.Brief(), strconv.Itoa(p.N)}
		for _, k := range []*correlate.Coefficient{p.Kendall, p.Spearman} {
			if k == nil {
				row = append(row, "", "", "", "")
				continue
			}
			for _, v := range []float64{k.Value, k.Low, k.High, k.P} {
				row = append(row, strconv.FormatFloat(v, 'g', -1, 64))
			}
		}
		rows = append(rows, append(row, p.Problem))
	}
	return rows
}

// heatmap is the figure.
func (c correlation) heatmap() figure.Heat {
	h := c.result.Heat(c.statistic)
	h.Title = fmt.Sprintf("%s · %s\n", c.statistic.Words(), c.classes())
	if c.result.Self {
		h.Title += c.A.Description
	} else {
		h.Title += "rows: " + c.A.Description + "\ncolumns: " + c.B.Description
	}
	return h
}

// classes says how many classes the pairs are over.
func (c correlation) classes() string {
	least, most := c.result.Architectures()
	if least == most {
		return numeral.Thousands(most) + " classes"
	}
	return fmt.Sprintf("%s to %s classes", numeral.Thousands(least), numeral.Thousands(most))
}

// text writes the heat map, and the pairs that matter most with their intervals.
func (c correlation) text(out io.Writer) error {
	w := bufio.NewWriter(out)
	if c.result.Self {
		fmt.Fprintf(w, "table    %s\n", c.A.Description)
	} else {
		fmt.Fprintf(w, "rows     %s\ncolumns  %s\n", c.A.Description, c.B.Description)
	}
	fmt.Fprintf(w, "shown    %s · %s\n\n", c.statistic.Words(), c.classes())
	if err := term.Heat(w, c.result.Heat(c.statistic), output.Colourful(out)); err != nil {
		return err
	}
	fmt.Fprintln(w)
	pairs := c.result.Foremost(mostPairs)
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
