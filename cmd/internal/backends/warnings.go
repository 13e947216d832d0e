package backends

import (
	"fmt"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// Missing says, if it is so, that a table that was made lacks so many classes.
func Missing(p *sheet.Printer, classes int) {
	if classes > 0 {
		p.Line("missing", numeral.Thousands(classes)+" classes: a search warns of them, and a query of one fails")
	}
}

// warned tells which trials' numbers may be better than their networks are: those of the best, which is nil if there is
// none, and how many others.
func warned(best *live.Record, trials int) (all []string) {
	if best != nil && len(best.Warnings) > 0 {
		for _, text := range best.Warnings {
			all = append(all, "of the best, "+text)
		}
		trials--
	}
	if trials > 0 {
		all = append(all, fmt.Sprintf("%s other networks may be less robust than measured: the study's file says why",
			numeral.Thousands(trials)))
	}
	return all
}
