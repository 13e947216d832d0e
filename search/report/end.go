package report

import (
	"fmt"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// staleShare is the number of free duplicates a query from which on a study is said to repeat itself.
const staleShare = 99

// end tells why a study stopped before its budget was spent, and of one that did little but repeat itself.
func (s Summary) end(p *sheet.Printer) {
	study := s.Result.Study
	if !study.CountDuplicates && s.Duplicates > staleShare*s.Queries {
		text := fmt.Sprintf("%s of %s proposals were of known classes: the search did little else than repeat itself",
			numeral.Thousands(s.Duplicates), numeral.Thousands(s.Queries+s.Duplicates))
		p.Line("repeats", text)
	}
	text := string(s.Stop)
	switch s.Stop {
	case search.BudgetSpent:
		return
	case search.Stalled:
		text += ": " + numeral.Thousands(study.MaxDuplicates) + " in a row"
	case search.Repetitive:
		text += ": " + search.RepetitiveRule
	}
	p.Line("stopped", text)
}
