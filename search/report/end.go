package report

import (
	"fmt"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/internal/plain"
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

// Again is the line by which a shell makes the study again, with the version of the program and the fingerprint of the
// values behind it, as a comment; empty if nobody knows it.
func (s Summary) Again() string {
	if s.Context.Command == "" {
		return ""
	}
	about := fmt.Sprintf("nassearch %s, source %s", s.Context.Program, s.Result.Study.Source)
	return s.Context.Command + "  # " + plain.Text(about)
}
