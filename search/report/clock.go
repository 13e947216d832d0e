package report

import (
	"math"
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

// Course is what studies are followed along, beside each other.
type Course struct {
	X     [][]float64 // of each study, where its queries stand
	Axis  figure.Axis
	Unit  string // of X: "query", "minutes"
	Words string // "after each query", "over simulated minutes"
}

// CourseOf returns that of some studies: their queries or, where those of any one are not all alike and every one has a
// clock that runs, the clock.
func CourseOf(all ...Summary) Course {
	c, clocked := Course{X: make([][]float64, len(all))}, false
	span, least := 0., math.Inf(1)
	for i, s := range all {
		hours := 0.
		for _, t := range s.Result.Trials {
			c.X[i] = append(c.X[i], t.End.Hours())
			hours = max(hours, t.End.Hours())
		}
		span, least = max(span, hours), min(least, hours)
		if s.Clock != nil {
			clocked, span = true, max(span, s.Clock.Budget)
		}
	}
	unit := UnitOf(span)
	clocked = clocked && least > 0
	for _, x := range c.X {
		for i := range x {
			if clocked {
				x[i] = unit.Count(x[i])
			} else {
				x[i] = float64(i + 1)
			}
		}
	}
	if !clocked {
		c.Axis.Title, c.Unit, c.Words = "queries", "query", "after each query"
		return c
	}
	c.Axis.Title, c.Unit = "simulated "+unit.Name, unit.Name
	c.Words = "over " + c.Axis.Title
	return c
}
