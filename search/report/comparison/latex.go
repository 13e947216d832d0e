package comparison

import (
	"fmt"
	"io"

	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// LaTeX writes a table for papers (package booktabs), one block a problem, with what it shows in a comment and the
// best of each column bold, with a star if it is shown to be better than every other.
func LaTeX(w io.Writer, c analysis.Comparison) error {
	return latex(w, c, nil, "", func(r analysis.Result) *sheet.Sheet { return quality(c.Plan, r) })
}

// LaTeXAlso writes what is known of the cells that were found as a table for papers (package booktabs), one block a
// problem and one line a metric, so that lines can be deleted. Without anything known it has no lines.
func LaTeXAlso(w io.Writer, c analysis.Comparison) error {
	return latex(w, c, []string{alsoMeaning}, "found by ", also)
}

func latex(
	w io.Writer, c analysis.Comparison, meaning []string, title string, of func(analysis.Result) *sheet.Sheet,
) error {
	what := fmt.Sprintf("%s; %d runs of each strategy, %s", c.Plan.Problems[0].About, c.Plan.Runs, Budget(c.Plan))
	comments := append([]string{what}, meaning...)
	comments = append(comments, fmt.Sprintf("made by nassearch %s: %s", c.Program, c.Command))
	var blocks []*sheet.Sheet
	for _, r := range c.Results {
		t := of(r)
		t.Title = title + Title(r.Problem)
		blocks = append(blocks, t)
	}
	return sheet.LaTeX(w, comments, blocks...)
}

// Title names what the runs on a problem are compared by.
func Title(p compare.Problem) string {
	if p.Multi() {
		return p.Quality() + " of " + p.Name
	}
	return p.Quality()
}
