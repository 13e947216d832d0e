package comparison

import (
	"math"
	"strconv"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report"
)

// unit is what times on the axis of a plan are shown in; false if it is no time.
func unit(p compare.Plan) (u report.Unit, clock bool) {
	if p.Axis != compare.Hours {
		return u, false
	}
	return report.UnitOf(p.End()), true
}

// Axis names what the axis of a plan is shown in: queries, or a unit of time that fits its end.
func Axis(p compare.Plan) string {
	if u, clock := unit(p); clock {
		return u.Name
	}
	return string(p.Axis)
}

// Along returns points of the axis of a plan as they are shown.
func Along(p compare.Plan, points ...float64) []float64 {
	u, clock := unit(p)
	if !clock {
		return points
	}
	shown := make([]float64, len(points))
	for i, at := range points {
		shown[i] = u.Count(at)
	}
	return shown
}

// axisLabel names the axis of a plan.
func axisLabel(p compare.Plan) string {
	switch {
	case p.Axis == compare.Hours:
		return "simulated " + Axis(p)
	case p.CountDuplicates:
		return "queries"
	}
	return "queries (distinct classes)"
}

// At names a point of the plan's axis: "at 50", "at 12.5 h", "at 40 s".
func At(p compare.Plan, at float64) string {
	if u, clock := unit(p); clock {
		return "at " + u.Text(at) + " " + u.Short
	}
	return "at " + strconv.FormatFloat(at, 'f', -1, 64)
}

// simulated tells a time in words: "20 simulated hours".
func simulated(hours float64) string {
	u := report.UnitOf(hours)
	return u.Text(hours) + " simulated " + u.Name
}

// mostPlaces are the most digits after the point that a time is shown with.
const mostPlaces = 6

// times returns what prints times of one unit that stand below each other: so many digits after the point that the
// shortest has two that count.
func times(shown ...number) func(float64) string {
	places := 1
	for _, n := range shown {
		if v := math.Abs(float64(n)); n.Known() && v > 0 {
			places = max(places, numeral.Places(v, 2))
		}
	}
	return Digits(min(places, mostPlaces))
}
