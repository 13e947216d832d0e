package figure

import (
	"math"

	"github.com/nassearch/nassearch/internal/numeral"
)

// Tick is a marked place of an axis.
type Tick struct {
	At    float64
	Label string
}

// Ticks are round places of a range, on a linear scale as many as there are up to n+1, as an axis writes them.
func (a Axis) Ticks(r Range, n int) []Tick {
	ticks := r.ticks(n)
	if a.Format == nil {
		return ticks
	}
	places := make([]float64, len(ticks))
	for i, t := range ticks {
		places[i] = t.At
	}
	print := a.Format(places...)
	for i, at := range places {
		ticks[i].Label = print(at)
	}
	return ticks
}

func (r Range) ticks(n int) []Tick {
	if r.Log {
		return r.decades(n)
	}
	if r.High == r.Low {
		return []Tick{{r.Low, numeral.Decimal(r.Low, 4)}}
	}
	most := float64(max(n, 1) + 1)
	step := roundStep(r.High/(most+1) - r.Low/(most+1))
	first, last := r.multiples(step)
	for last-first+1 > most && step > 0 {
		step = roundStep(1.5 * step)
		first, last = r.multiples(step)
	}
	if !(step > 0) || max(math.Abs(first), math.Abs(last)) > 1<<52 { // no multiples of it can be told apart
		span := r.High/2 - r.Low/2
		return []Tick{{r.Low, numeral.Stepwise(r.Low, span)}, {r.High, numeral.Stepwise(r.High, span)}}
	}
	var all []Tick
	for k := first; k <= last; k++ {
		v := k*step + 0 // no -0
		all = append(all, Tick{v, numeral.Stepwise(v, step)})
	}
	return all
}

// multiples of a step that are in the range: the first and the last.
func (r Range) multiples(step float64) (first, last float64) {
	return math.Ceil(r.Low/step - 1e-9), math.Floor(r.High/step + 1e-9)
}

// roundStep is the smallest 1, 2 or 5 times a power of ten that is not below x; 0 if there is none.
func roundStep(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 0) {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5, 10} {
		if v := m * power; v >= x*(1-1e-9) && !math.IsInf(v, 0) {
			return v
		}
	}
	return 0
}

// decades returns powers of ten, with 2 and 5 times them where there is room, and not all of them where there is none.
func (r Range) decades(n int) []Tick {
	multiples := []float64{1, 2, 5}
	low, high := math.Log10(r.Low), math.Log10(r.High)
	if high-low > float64(n)/3 {
		multiples = multiples[:1]
	}
	stride := max(1, math.Ceil((high-low)/float64(max(n, 1)+1)))
	var all []Tick
	for e := math.Floor(low/stride) * stride; e <= math.Ceil(high); e += stride {
		for _, m := range multiples {
			if v := m * math.Pow(10, e); v > 0 && finite(v) && v >= r.Low*(1-1e-9) && v <= r.High*(1+1e-9) {
				all = append(all, Tick{v, numeral.RoundPower(v)})
			}
		}
	}
	return all
}
