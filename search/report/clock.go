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
	unit, hours := c.Unit()
	text := numeral.Decimal(c.Hours/hours, clockDigits)
	if c.Budget > 0 {
		text += " of " + numeral.Decimal(c.Budget/hours, clockDigits)
	}
	return text + " simulated " + unit
}

// Unit is what the clock is read in, and how many hours one is: seconds up to two minutes, minutes up to two hours.
func (c Clock) Unit() (name string, hours float64) {
	switch length := max(c.Hours, c.Budget); {
	case length < 2./60:
		return "seconds", 1. / 3600
	case length < 2:
		return "minutes", 1. / 60
	}
	return "hours", 1
}

// clockDigits are enough to tell times apart.
const clockDigits = 4

// progress returns what a study is followed along: its queries, or the clock.
func (s Summary) progress() (x []float64, axis figure.Axis) {
	if s.Clock != nil {
		unit, hours := s.Clock.Unit()
		for _, at := range s.Clock.Curve {
			x = append(x, at/hours)
		}
		return x, figure.Axis{Title: "simulated " + unit}
	}
	for i := range s.Result.Trials {
		x = append(x, float64(i+1))
	}
	return x, figure.Axis{Title: "queries"}
}
