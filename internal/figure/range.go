package figure

import "math"

// Range is what an axis shows. A logarithmic one may have zero among its values, for which it has no place.
type Range struct {
	Low, High float64
	Log, Zero bool
}

// fit is what an axis shows: the ends that it has, or numbers with a share of their range as room at both ends. A lone
// number has a share of itself for room, and at least so much. Without numbers another range takes their place.
func (a Axis) fit(numbers []float64, other Range, share, lone, least float64) Range {
	if a.Low != a.High {
		return Range{Low: a.Low, High: a.High, Log: a.Log}
	}
	r := everything()
	r.Log = a.Log
	for _, v := range numbers {
		r.see(v)
	}
	if r.Low > r.High {
		r.Low, r.High = other.Low, other.High
	}
	room := share*r.High - share*r.Low
	switch size := math.Abs(r.High); {
	case room != 0:
	case size > 0 && size < least/1e3: // beside which so much would be everything
		room = size
	default:
		room = max(lone*size, least)
	}
	r.Low, r.High = max(r.Low-room, -math.MaxFloat64), min(r.High+room, math.MaxFloat64)
	return r
}

// everything is the range of no numbers yet.
func everything() Range { return Range{Low: math.Inf(1), High: math.Inf(-1)} }

// see widens the range to hold a number, unless that is not finite.
func (r *Range) see(v float64) {
	switch {
	case !finite(v):
	case r.Log && v <= 0:
		r.Zero = true
	default:
		r.Low, r.High = min(r.Low, v), max(r.High, v)
	}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Share is where a number is, from 0 at the low end to 1 at the high one. On a logarithmic scale what is below the low
// end is there.
func (r Range) Share(v float64) float64 {
	switch {
	case r.High == r.Low:
		return .5
	case r.Log:
		return (math.Log(max(v, r.Low)) - math.Log(r.Low)) / (math.Log(r.High) - math.Log(r.Low))
	case math.IsInf(r.High-r.Low, 0) || math.IsInf(v-r.Low, 0):
		return (v/2 - r.Low/2) / (r.High/2 - r.Low/2)
	}
	return (v - r.Low) / (r.High - r.Low)
}

// At is the number that is so far from the low end: what [Range.Share] undoes.
func (r Range) At(share float64) float64 {
	if r.Low == r.High {
		return r.Low
	}
	return (1-share)*r.Low + share*r.High
}

// Of is the range of numbers, from 0 to 1 if there are none.
func Of(numbers ...float64) Range { return Axis{}.fit(numbers, Range{High: 1}, 0, 0, 0) }
