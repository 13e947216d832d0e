package report

import (
	"time"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search"
)

// Clock tells a study by what it cost, where queries are not all alike or time was its budget.
type Clock struct {
	Budget float64   `json:"budget_hours,omitempty"` // 0 for no limit
	Hours  float64   `json:"hours"`                  // until the last trial ended
	Curve  []float64 `json:"curve_hours"`            // of the queries, when each was told
}

// clock returns the clock of a study; nil where queries say as much.
func clock(r search.Result, budget time.Duration) *Clock {
	if r.Fidelities() == nil && budget == 0 {
		return nil
	}
	c := &Clock{Budget: budget.Hours(), Curve: make([]float64, 0, len(r.Trials))}
	for _, t := range r.Trials {
		c.Curve = append(c.Curve, t.End.Hours())
		c.Hours = max(c.Hours, t.End.Hours())
	}
	return c
}

// String tells it in words: "31.2 of 40 simulated hours".
func (c Clock) String() string {
	text := numeral.Decimal(c.Hours, clockDigits)
	if c.Budget > 0 {
		text += " of " + numeral.Decimal(c.Budget, clockDigits)
	}
	return text + " simulated hours"
}

// clockDigits are enough to tell times apart.
const clockDigits = 4

// progress returns what a study is followed along: its queries, or the clock.
func (s Summary) progress() (x []float64, axis figure.Axis) {
	if s.Clock != nil {
		return s.Clock.Curve, figure.Axis{Title: "simulated hours"}
	}
	for i := range s.Result.Trials {
		x = append(x, float64(i+1))
	}
	return x, figure.Axis{Title: "queries"}
}
