package correlate

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/term"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/analysis/correlate"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// csv writes one row a pair.
func (c correlation) csv(w io.Writer) error {
	s := sheet.New("a", "b", "n", "kendall", "kendall_low", "kendall_high", "kendall_p",
		"spearman", "spearman_low", "spearman_high", "spearman_p", "problem")
	for _, p := range c.Pairs {
		row := sheet.Texts(p.A.Brief(), p.B.Brief(), strconv.Itoa(p.N))
		for _, k := range []*correlate.Coefficient{p.Kendall, p.Spearman} {
			if k == nil {
				row = append(row, make([]sheet.Cell, 4)...)
				continue
			}
			row = append(row, sheet.Float(k.Value), sheet.Float(k.Low), sheet.Float(k.High), sheet.Float(k.P))
		}
		s.Add(append(row, sheet.Text(p.Problem))...)
	}
	return s.CSV(w)
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
func (c correlation) text(w io.Writer) error {
	var heat strings.Builder
	if err := term.Heat(&heat, c.result.Heat(c.statistic), output.Colourful(w)); err != nil {
		return err
	}
	p := sheet.To(w)
	if c.result.Self {
		p.Line("table", c.A.Description)
	} else {
		p.Line("rows", c.A.Description)
		p.Line("columns", c.B.Description)
	}
	p.Line("shown", c.statistic.Words()+" · "+c.classes())
	p.Raw("\n" + heat.String() + "\n")
	pairs := c.result.Foremost(mostPairs)
	p.Sheet(pairRows(pairs))
	p.Raw("\nintervals are of 95 %, " + c.method())
	if more := len(c.Pairs) - len(pairs); more > 0 {
		p.Raw(fmt.Sprintf("; -o csv lists %s more pairs", numeral.Thousands(more)))
	}
	p.Raw("\n")
	return p.Err()
}

func (c correlation) method() string {
	if c.Bootstrap > 0 {
		return fmt.Sprintf("by %s resamples of the classes", numeral.Thousands(c.Bootstrap))
	}
	return "by formula"
}

// mostPairs is how many pairs a person reads.
const mostPairs = 60

func pairRows(pairs []correlate.Pair) *sheet.Sheet {
	s := sheet.New("metric", "with", "classes", "tau-b", "interval", "rho", "interval", "")
	for _, p := range pairs {
		row := []string{p.A.Brief(), p.B.Brief(), strconv.Itoa(p.N)}
		if p.Problem != "" {
			s.Add(sheet.Texts(append(row, "", "", "", "", p.Problem)...)...)
			continue
		}
		for _, k := range []*correlate.Coefficient{p.Kendall, p.Spearman} {
			row = append(row, fmt.Sprintf("%6.3f", k.Value), fmt.Sprintf("%6.3f to %6.3f", k.Low, k.High))
		}
		s.Add(sheet.Texts(append(row, "")...)...)
	}
	return s
}
