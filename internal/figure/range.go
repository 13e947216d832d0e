package figure

import (
	"math"
	"strconv"

	"github.com/nassearch/nassearch/internal/numeral"
)

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
	room := share * (r.High - r.Low)
	if room == 0 {
		room = max(lone*math.Abs(r.High), least)
	}
	r.Low, r.High = r.Low-room, r.High+room
	return r
}

// everything is the range of no numbers yet.
func everything() Range { return Range{Low: math.Inf(1), High: math.Inf(-1)} }

// see widens the range to hold a number, unless that is NaN.
func (r *Range) see(v float64) {
	switch {
	case math.IsNaN(v):
	case r.Log && v <= 0:
		r.Zero = true
	default:
		r.Low, r.High = min(r.Low, v), max(r.High, v)
	}
}

// Share is where a number is, from 0 at the low end to 1 at the high one. On a logarithmic scale what is below the low
// end is there.
func (r Range) Share(v float64) float64 {
	switch {
	case r.High == r.Low:
		return .5
	case r.Log:
		return math.Log(max(v, r.Low)/r.Low) / math.Log(r.High/r.Low)
	}
	return (v - r.Low) / (r.High - r.Low)
}

// Tick is a marked place of an axis.
type Tick struct {
	At    float64
	Label string
}

// Ticks are round places of a range, on a linear scale as many as there are up to n+1, as an axis writes them.
func (a Axis) Ticks(r Range, n int) []Tick {
	ticks := r.ticks(n)
	if a.Format != nil {
		for i := range ticks {
			ticks[i].Label = a.Format(ticks[i].At)
		}
	}
	return ticks
}

func (r Range) ticks(n int) []Tick {
	if r.Log {
		return r.decades(n)
	}
	most := float64(max(n, 1) + 1)
	step := roundStep((r.High - r.Low) / (most + 1))
	if step == 0 {
		return []Tick{{r.Low, numeral.Decimal(r.Low, 4)}}
	}
	first, last := r.multiples(step)
	for last-first+1 > most {
		step = roundStep(1.5 * step)
		first, last = r.multiples(step)
	}
	places := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	var all []Tick
	for k := first; k <= last; k++ {
		v := k*step + 0 // no -0
		all = append(all, Tick{v, strconv.FormatFloat(v, 'f', places, 64)})
	}
	return all
}

// multiples of a step that are in the range: the first and the last.
func (r Range) multiples(step float64) (first, last float64) {
	return math.Ceil(r.Low/step - 1e-9), math.Floor(r.High/step + 1e-9)
}

// roundStep is the smallest 1, 2 or 5 times a power of ten that is not below x.
func roundStep(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 0) {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= x*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// decades returns powers of ten, with 2 and 5 times them where there is room.
func (r Range) decades(n int) []Tick {
	multiples := []float64{1, 2, 5}
	if math.Log10(r.High/r.Low) > float64(n)/3 {
		multiples = multiples[:1]
	}
	var all []Tick
	for e := math.Floor(math.Log10(r.Low)); e <= math.Ceil(math.Log10(r.High)); e++ {
		for _, m := range multiples {
			if v := m * math.Pow(10, e); v >= r.Low*(1-1e-9) && v <= r.High*(1+1e-9) {
				all = append(all, Tick{v, numeral.RoundPower(v)})
			}
		}
	}
	return all
}
