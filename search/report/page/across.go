package page

import (
	"fmt"
	"strconv"

	"github.com/nassearch/nassearch/internal/figure/svg"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report/comparison"
)

// acrossView is what several problems say together.
type acrossView struct {
	Conclusions []compare.Conclusion
	Figure      figure
	Text        string
	Header      []string
	Rows        [][]string
}

// newAcross shows what several problems say together.
func newAcross(c compare.Comparison) *acrossView {
	a := c.Across
	chart := svg.Ranks{
		About:    fmt.Sprintf("Critical-difference diagram of %d strategies over %d problems", len(a.Strategies), a.Problems),
		Critical: float64(a.Critical), Groups: a.Groups,
	}
	v := &acrossView{Conclusions: a.Conclusions, Header: append([]string{"strategy", "mean rank"}, a.Strategies...)}
	for i, s := range a.Strategies {
		chart.Ranks = append(chart.Ranks, svg.Rank{Name: s, Slot: i, Rank: float64(a.MeanRanks[i])})
		row := []string{s, strconv.FormatFloat(float64(a.MeanRanks[i]), 'f', 2, 64)}
		for j, n := range a.Nemenyi[i] {
			if i == j {
				row = append(row, "")
				continue
			}
			row = append(row, comparison.Probability(n))
		}
		v.Rows = append(v.Rows, row)
	}
	v.Figure = figure{Wide: chart.SVG(wide.Width), Narrow: chart.SVG(narrow.Width)}
	v.Text = fmt.Sprintf("Friedman p %s, Iman-Davenport p %s over %d problems, by the mean at the end of each.",
		comparison.Probability(a.Friedman.P), comparison.Probability(a.ImanDavenport.P), a.Problems)
	return v
}
