package stats

import "math"

// Numbers near the ends of what a float64 can be overflow in sums and squares, or vanish in them. What is computed of
// them is computed of the same numbers with smaller or larger exponents, which changes no digit; all other numbers are
// taken as they are.
const (
	lowestExponent  = -400
	highestExponent = 450
)

// leastNormal is from where on numbers have all of their digits.
const leastNormal = 0x1p-1022

// excess is the exponent of two of the largest number, if that is extreme; 0 if not.
func excess(x ...float64) int {
	largest := 0.0
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	_, e := math.Frexp(largest)
	if largest == 0 || e >= lowestExponent && e <= highestExponent {
		return 0
	}
	return e
}

// shifted returns the numbers times a power of two; themselves if that is 0.
func shifted(x []float64, power int) []float64 {
	if power == 0 {
		return x
	}
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Ldexp(v, power)
	}
	return out
}

// Difference returns a - b as [Round] takes it, so that the difference of decimals is one; that of whole numbers as it
// is. It is NaN beyond all numbers.
func Difference(a, b float64) float64 {
	d := a - b
	switch {
	case infinite(d):
		return math.NaN()
	case whole(a, b):
		return d
	}
	return Round(d, max(math.Abs(a), math.Abs(b)))
}

// whole says whether all numbers are, and can be told from the next ones.
func whole(x ...float64) bool {
	for _, v := range x {
		if math.Trunc(v) != v || math.Abs(v) >= 1<<53 {
			return false
		}
	}
	return true
}

// Round rounds what was computed from numbers up to a largest to what it can mean: to twelve digits of that, or to
// twelve decimals if that is from a thousandth to a thousand; to whole numbers at the most as long as these can be told
// apart.
func Round(v, largest float64) float64 {
	if largest < leastNormal {
		return v
	}
	scale := 1e12
	if largest < 1e-3 || largest >= 1e3 {
		scale = math.Pow(10, 12-math.Floor(math.Log10(largest)))
	}
	if largest < 1<<53 {
		scale = max(scale, 1)
	}
	if rounded := math.Round(v*scale) / scale; !infinite(rounded) {
		return rounded
	}
	return v
}
