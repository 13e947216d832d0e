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
	unit := c.Unit()
	text := unit.Text(c.Hours)
	if c.Budget > 0 {
		text += " of " + unit.Text(c.Budget)
	}
	return text + " simulated " + unit.Name
}

// Unit is what the clock is read in.
func (c Clock) Unit() Unit { return UnitOf(max(c.Hours, c.Budget)) }

// Unit is what times of the virtual clock are shown in, which are kept in hours.
type Unit struct {
	Name, Short string // "minutes", "min"

	hours float64 // that one is
}

// UnitOf returns that for times up to so many hours: seconds up to two minutes, minutes up to two hours.
func UnitOf(hours float64) Unit {
	switch {
	case hours < 2./60:
		return Unit{"seconds", "s", 1. / 3600}
	case hours < 2:
		return Unit{"minutes", "min", 1. / 60}
	}
	return Unit{"hours", "h", 1}
}

// Count is how many of the unit a time is.
func (u Unit) Count(hours float64) float64 { return hours / u.hours }

// Text is the number of [Unit.Count], with digits enough to tell times apart.
func (u Unit) Text(hours float64) string { return numeral.Decimal(u.Count(hours), 4) }

// progress returns what a study is followed along: its queries, or the clock.
func (s Summary) progress() (x []float64, axis figure.Axis) {
	if s.Clock != nil {
		unit := s.Clock.Unit()
		for _, at := range s.Clock.Curve {
			x = append(x, unit.Count(at))
		}
		return x, figure.Axis{Title: "simulated " + unit.Name}
	}
	for i := range s.Result.Trials {
		x = append(x, float64(i+1))
	}
	return x, figure.Axis{Title: "queries"}
}

// along says what a study is followed along: "after each query", "over simulated hours".
func (s Summary) along() string {
	if s.Clock == nil {
		return "after each query"
	}
	_, axis := s.progress()
	return "over " + axis.Title
}
