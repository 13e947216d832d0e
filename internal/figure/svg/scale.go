package svg

import (
	"math"
	"strconv"

	"github.com/nassearch/nassearch/internal/numeral"
)

// scale maps numbers to coordinates. A logarithmic one may have a place for zero beyond its low end, which no
// logarithm has.
type scale struct {
	low, high float64 // of the numbers
	from, to  float64 // their coordinates
	log       bool
	zero      float64 // coordinate of zero; NaN if there is none
}

func linear(low, high, from, to float64) scale {
	return scale{low: low, high: high, from: from, to: to, zero: math.NaN()}
}

// at returns a coordinate. On a logarithmic scale numbers below the low end are there.
func (s scale) at(v float64) float64 {
	if s.high == s.low {
		return (s.from + s.to) / 2
	}
	if !s.log {
		return s.from + (v-s.low)/(s.high-s.low)*(s.to-s.from)
	}
	if v <= 0 && !math.IsNaN(s.zero) {
		return s.zero
	}
	v = math.Max(v, s.low)
	return s.from + math.Log(v/s.low)/math.Log(s.high/s.low)*(s.to-s.from)
}

// tick is a marked place of an axis.
type tick struct {
	at    float64
	label string
}

// ticks returns round places, on a linear scale as many as there are up to n+1.
func (s scale) ticks(n int) []tick {
	if s.log {
		return s.decades(n)
	}
	most := float64(max(n, 1) + 1)
	step := roundStep((s.high - s.low) / (most + 1))
	if step == 0 {
		return []tick{{s.low, numeral.Decimal(s.low, 4)}}
	}
	first, last := s.multiples(step)
	for last-first+1 > most {
		step = roundStep(1.5 * step)
		first, last = s.multiples(step)
	}
	places := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	var all []tick
	for k := first; k <= last; k++ {
		v := k*step + 0 // no -0
		all = append(all, tick{v, strconv.FormatFloat(v, 'f', places, 64)})
	}
	return all
}

// multiples of a step that are on the scale: the first and the last.
func (s scale) multiples(step float64) (first, last float64) {
	return math.Ceil(s.low/step - 1e-9), math.Floor(s.high/step + 1e-9)
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
func (s scale) decades(n int) []tick {
	multiples := []float64{1, 2, 5}
	if math.Log10(s.high/s.low) > float64(n)/3 {
		multiples = multiples[:1]
	}
	var all []tick
	for e := math.Floor(math.Log10(s.low)); e <= math.Ceil(math.Log10(s.high)); e++ {
		for _, m := range multiples {
			if v := m * math.Pow(10, e); v >= s.low*(1-1e-9) && v <= s.high*(1+1e-9) {
				all = append(all, tick{v, numeral.RoundPower(v)})
			}
		}
	}
	return all
}

// Ticks returns round places of an axis, at most n+1 of a linear one, and their names.
func Ticks(low, high float64, n int, log bool) (at []float64, names []string) {
	for _, t := range (scale{low: low, high: high, log: log}).ticks(n) {
		at, names = append(at, t.at), append(names, t.label)
	}
	return at, names
}
