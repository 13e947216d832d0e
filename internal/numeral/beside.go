package numeral

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Numbers from least up to most are written out, others with an exponent.
const (
	least = 1e-5
	most  = 1e7
)

// exact is the most digits of whole numbers that are written out because others are so near.
const exact = 17

// isFar says whether a number other than 0 has so many zeros that an exponent is easier to read.
func isFar(v float64) bool { return math.Abs(v) >= most || math.Abs(v) < least }

// Beside returns what prints numbers of any size that stand beside each other so that different ones look different:
//
//	0.5850  94.7827  12  12667.6  0.00020687  2.914e+61  1000000000000001
//
// A number has four digits after the point if it is about of the size of one, and four to seven that count if not, a
// whole one all that it has up to 17; more if others are so near, but none that it does not have. What differs in the
// twelfth digit only is taken for the same, unless it is a whole number.
func Beside(values ...float64) func(float64) string {
	gaps := nearest(values)
	return func(v float64) string { return text(v, gaps) }
}

// nearest are the smallest differences between numbers that are not the same, by the magnitude of the numbers.
func nearest(values []float64) map[int]float64 {
	gaps := map[int]float64{}
	sorted := slices.Sorted(slices.Values(values))
	for i := 1; i < len(sorted); i++ {
		a, b := sorted[i-1], sorted[i]
		size := max(math.Abs(a), math.Abs(b))
		d := b - a
		if !(d > 0) || math.IsInf(d, 0) || d <= 1e-12*size && !(d >= 1 && size < 1<<53) {
			continue
		}
		e := magnitude(size)
		if gap, there := gaps[e]; !there || d < gap {
			gaps[e] = d
		}
	}
	return gaps
}

// text prints a number that others are so near to.
func text(v float64, gaps map[int]float64) string {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.FormatFloat(v+0, 'g', -1, 64)
	}
	e, has := magnitude(v), digits(v)
	want := usual(e)
	for size := e - 1; size <= e+1; size++ {
		if gap, there := gaps[size]; there {
			want = max(want, e-magnitude(gap)+1)
		}
	}
	want = min(want, exact)
	switch {
	case math.Trunc(v) == v && math.Abs(v) >= 10 && (!isFar(v) || max(has, want) > 7 && e < exact):
		return strconv.FormatFloat(v, 'f', 0, 64)
	case math.Abs(v) >= most && want > 7 && e < exact:
		return strconv.FormatFloat(v, 'f', max(0, min(has, want)-1-e), 64)
	case isFar(v):
		return exponential(v, min(has, want))
	}
	places := max(want-1-e, 0)
	return strconv.FormatFloat(v, 'f', max(min(places, has-1-e), leastPlaces(e)), 64)
}

// usual is how many digits of a number of that magnitude are shown where no other is near.
func usual(magnitude int) int {
	switch {
	case magnitude >= 7 || magnitude < -5:
		return 4
	case magnitude >= 4:
		return 7
	case magnitude >= -2:
		return magnitude + 5
	}
	return 4
}

// leastPlaces are the digits after the point that a number of that magnitude has even if they are zeros.
func leastPlaces(magnitude int) int {
	if magnitude >= 4 {
		return 0
	}
	return 4
}

// Stepwise prints multiples of a step, all digits up to that of the step.
func Stepwise(v, step float64) string {
	size := magnitude(step * (1 + 1e-9))
	digits := max(1, min(magnitude(v*(1+1e-9))-size+1, exact))
	written := v == 0 || !isFar(v) || digits > 7 && math.Abs(v) >= most && digits <= exact
	if written && size >= -6 && size < 7 {
		return strconv.FormatFloat(v+0, 'f', max(0, -size), 64)
	}
	if v == 0 {
		return "0"
	}
	return exponential(v, digits)
}

// exponential prints so many digits and an exponent, without zeros at the end of the digits: "2.914e+61", "1e+30".
func exponential(v float64, digits int) string {
	text := strconv.FormatFloat(v, 'e', digits-1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	if strings.Contains(mantissa, ".") {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	}
	return mantissa + "e" + exponent
}

// magnitude is the power of ten of a number's first digit.
func magnitude(v float64) int {
	_, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	e, err := strconv.Atoi(exponent)
	if err != nil { // not finite
		return 308
	}
	return e
}

// digits is how many a number has, as the shortest text that reads as it.
func digits(v float64) int {
	mantissa, _, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'e', -1, 64), "e")
	return len(strings.Replace(mantissa, ".", "", 1))
}
