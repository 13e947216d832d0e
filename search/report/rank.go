package report

import "github.com/nassearch/nassearch/internal/numeral"

// Rank tells a rank among the classes whose value is known, of so many that there are: "2 of 6,466", "1 of 212 known".
func Rank(rank, known, classes int) string {
	text := numeral.Thousands(rank)
	switch {
	case known < classes:
		text += " of " + numeral.Thousands(known) + " known"
	case classes > 0:
		text += " of " + numeral.Thousands(classes)
	}
	return text
}

// toOptimum says what a regret is the distance to, where values of some classes are not known.
func toOptimum(known, classes int) string {
	if known < classes {
		return " to the best known"
	}
	return ""
}
