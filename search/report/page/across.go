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
	Figure      pictured
	Text        string
	Ranks       *sheet.Sheet
}

// newAcross shows what several problems say together.
func newAcross(c analysis.Comparison) *acrossView {
	a := c.Across
	return &acrossView{
		Conclusions: sentences(c, a.Conclusions), Ranks: comparison.Ranks(a),
		Figure: both(svg.Ranks, comparison.CriticalDifferences(a)),
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
