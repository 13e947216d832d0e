package stats

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// Effect is how far one sample lies above another: the ordinal effect size of two samples that are not paired.
type Effect struct {
	Delta float64 // Cliff's delta in [-1, 1]: the share of pairs with x > y less that of pairs with x < y

	deviation float64 // of Delta
	smaller   int     // size of the smaller sample
}

// EffectSize is Cliff's delta (Cliff, Psychological Bulletin 1993) and with it A12 of x over y. It takes
// O((n + m) log (n + m)).
func EffectSize(x, y []float64) (Effect, error) {
	if err := cmp.Or(ordered("x", x), ordered("y", y)); err != nil {
		return Effect{}, err
	}
	rows, net, untied := dominance(x, y)
	columns, _, _ := dominance(y, x)
	n, m := float64(len(x)), float64(len(y))
	delta := float64(net) / (n * m)
	e := Effect{Delta: delta, smaller: min(len(x), len(y))}
	if e.smaller < 2 {
		e.deviation = math.NaN()
		return e, nil
	}
	spread := func(d []float64, center float64) float64 {
		s := 0.0
		for _, v := range d {
			s += (v - center) * (v - center)
		}
		return s
	}
	cells := untied - n*m*delta*delta // sum over all pairs of (sign(x - y) - delta)^2
	variance := (m*m*spread(rows, delta) + n*n*spread(columns, -delta) - cells) / (n * m * (n - 1) * (m - 1))
	e.deviation = math.Sqrt(math.Max(variance, (1-delta*delta)/(n*m-1)))
	return e, nil
}

// A12 is the probability that a value of x is above one of y, ties counting half (Vargha and Delaney, Journal of
// Educational and Behavioral Statistics 2000): (delta + 1)/2.
func (e Effect) A12() float64 { return (e.Delta + 1) / 2 }

// Interval is the asymmetric interval of delta by its unbiased variance (Cliff, 1993; Feng and Cliff, Journal of
// Modern Applied Statistical Methods 2004):
//
//	(d - d^3 -+ z s sqrt((1 - d^2)^2 + z^2 s^2)) / (1 - d^2 + z^2 s^2).
//
// Where no pair contradicts, d = -+1, the other end is (n - z^2)/(n + z^2) for the n of the smaller sample. With
// a sample of one value it is all of [-1, 1].
func (e Effect) Interval(confidence float64) (Interval, error) {
	if err := share("confidence", confidence); err != nil {
		return Interval{}, err
	}
	z, d := normalQuantile((1+confidence)/2), e.Delta
	if !(e.deviation >= 0) || e.smaller < 2 {
		return Interval{-1, 1}, nil
	}
	if math.Abs(d) == 1 {
		n := float64(e.smaller)
		inner := (n - z*z) / (n + z*z)
		return Interval{min(d, d*inner), max(d, d*inner)}, nil
	}
	zs := z * e.deviation
	half := zs * math.Sqrt((1-d*d)*(1-d*d)+zs*zs)
	scale := 1 - d*d + zs*zs
	return Interval{math.Max(-1, (d-d*d*d-half)/scale), math.Min(1, (d-d*d*d+half)/scale)}, nil
}

// A12Interval is Interval on the scale of A12.
func (e Effect) A12Interval(confidence float64) (Interval, error) {
	i, err := e.Interval(confidence)
	if err != nil {
		return Interval{}, err
	}
	return Interval{(i.Low + 1) / 2, (i.High + 1) / 2}, nil
}

// dominance returns, for each value of x, the share of y below it less the share above; the number of pairs with x > y
// less that with x < y; and the number of pairs that are not tied.
func dominance(x, y []float64) (d []float64, net int, untied float64) {
	sorted := slices.Sorted(slices.Values(y))
	d = make([]float64, len(x))
	for i, v := range x {
		below := sort.SearchFloat64s(sorted, v)
		above := len(sorted) - sort.Search(len(sorted), func(k int) bool { return sorted[k] > v })
		d[i] = float64(below-above) / float64(len(y))
		net += below - above
		untied += float64(below + above)
	}
	return d, net, untied
}
