package compare

import (
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/compare"
)

// nothing returns an error if no run has found a value.
func nothing(runs []compare.Run) error {
	queries := 0
	for _, r := range runs {
		if len(r.Steps) > 0 {
			return nil
		}
		queries += r.Failed
	}
	because := ""
	if i := slices.IndexFunc(runs, func(r compare.Run) bool { return r.Failure != "" }); i >= 0 {
		because = ", the first run because: " + runs[i].Failure
	}
	return fmt.Errorf("no run gave a value: all %s queries of %s runs failed%s",
		numeral.Thousands(queries), numeral.Thousands(len(runs)), because)
}
