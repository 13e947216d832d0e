package backends

import (
	"fmt"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live"
)

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
