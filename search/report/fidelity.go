package report

import (
	"cmp"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
)

// Shorter says how many queries were of shorter trainings, "90 of fidelity 1/8: as long as 42 full trainings"; empty
// if none was.
func (s Summary) Shorter() string {
	var parts []string
	for _, a := range s.Fidelities {
		if f := objective.FidelityText(a.Fidelity); f != "1" {
			parts = append(parts, numeral.Thousands(a.Queries)+" of fidelity "+f)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	trainings := numeral.Count(s.Result.Trainings(), "full training")
	return strings.Join(parts, ", ") + ": as long as " + trainings
}

// None says why there is no best architecture.
func (s Summary) None() string {
	if s.Fidelities != nil && s.Failed < s.Queries {
		return "none: no query of the full training gave a value"
	}
	return "none: no query gave a value"
}

// FidelityCells returns what tells the fidelity of a trial; nil if all are of the full training.
func FidelityCells(r search.Result) func(search.Trial) string {
	if r.Fidelities() == nil {
		return nil
	}
	return func(t search.Trial) string { return objective.FidelityText(cmp.Or(t.Fidelity, 1)) }
}
