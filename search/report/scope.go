package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search"
)

// Within says which part of a space was searched, and how many of its classes; it is empty for the whole.
func Within(s search.Scope, searched, classes int) string {
	if searched == 0 {
		return ""
	}
	words := slices.Clone(s.Where)
	if s.Known {
		words = append(words, "a value is known")
	}
	return fmt.Sprintf("%s · %s of %s classes (%s): ranks and regret are among these", strings.Join(words, " · "),
		numeral.Thousands(searched), numeral.Thousands(classes), numeral.Percent(float64(searched)/float64(classes)))
}
