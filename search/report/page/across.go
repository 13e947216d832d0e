package page

import (
	"fmt"

	"github.com/nassearch/nassearch/internal/figure/svg"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// acrossView is what several problems say together.
type acrossView struct {
	Conclusions []string
	Figure      figure
	Text        string
	Ranks       *sheet.Sheet
}

// newAcross shows what several problems say together.
func newAcross(c analysis.Comparison) *acrossView {
	a := c.Across
	chart := svg.Ranks{
		About:    fmt.Sprintf("Critical-difference diagram of %d strategies over %d problems", len(a.Strategies), a.Problems),
		Critical: float64(a.Critical), Groups: a.Groups,
	}
	for i, s := range a.Strategies {
		chart.Ranks = append(chart.Ranks, svg.Rank{Name: s, Slot: i, Rank: float64(a.MeanRanks[i])})
	}
	return &acrossView{
		Conclusions: sentences(c, a.Conclusions), Ranks: comparison.Ranks(a),
		Figure: figure{Wide: chart.SVG(wide.Width), Narrow: chart.SVG(narrow.Width)},
		Text: fmt.Sprintf("Friedman p %s, Iman-Davenport p %s over %d problems, by the mean at the end of each.",
			comparison.Probability(a.Friedman.P), comparison.Probability(a.ImanDavenport.P), a.Problems),
	}
}

// sentences says conclusions in words.
func sentences(c analysis.Comparison, all []analysis.Conclusion) (texts []string) {
	for _, x := range all {
		texts = append(texts, comparison.Sentence(c, x))
	}
	return texts
}
