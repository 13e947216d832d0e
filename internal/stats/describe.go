package stats

import (
	"math"
	"slices"
)

// A Statistic is a number that describes a sample that is not empty, such as Mean.
type Statistic func(x []float64) float64

// Description is a sample in a few numbers.
type Description struct {
	N                        int
	Mean, InterquartileMean  float64
	StdDev                   float64 // 0 for one value; infinite if it is beyond all numbers
	Min, Q1, Median, Q3, Max float64 // quartiles of type 7
}

// Describe computes a Description.
func Describe(x []float64) (Description, error) {
	if err := finite("x", x); err != nil {
		return Description{}, err
	}
	s := ascending(x)
	if e := excess(x...); e != 0 {
		d, err := Describe(shifted(s, -e))
		return d.shifted(e), err
	}
	d := Description{
		N: len(s), Mean: Mean(s), InterquartileMean: InterquartileMean(s),
		Min: s[0], Q1: quantile(s, .25), Median: quantile(s, .5), Q3: quantile(s, .75), Max: s[len(s)-1],
	}
	squares := 0.0
	for _, v := range s {
		squares += (v - d.Mean) * (v - d.Mean)
	}
	if len(s) > 1 {
		d.StdDev = math.Sqrt(squares / float64(len(s)-1))
	}
	return d, nil
}

// shifted is the description of the sample times a power of two.
func (d Description) shifted(power int) Description {
	numbers := []*float64{&d.Mean, &d.InterquartileMean, &d.StdDev, &d.Min, &d.Q1, &d.Median, &d.Q3, &d.Max}
	for _, v := range numbers {
		*v = math.Ldexp(*v, power)
	}
	return d
}

// Mean is the arithmetic mean.
func Mean(x []float64) float64 {
	e := excess(x...)
	return math.Ldexp(sum(shifted(x, -e))/float64(len(x)), e)
}

// Median is the middle value, or the mean of the two in the middle.
func Median(x []float64) float64 { return quantile(ascending(x), .5) }

// InterquartileMean is the mean of the middle half of the sorted sample: a quarter of the total weight n is cut
// off at either end, a value that the cut goes through keeps the rest of its weight (the trimmed mean of
// Agarwal et al., NeurIPS 2021, made exact where n is no multiple of 4).
func InterquartileMean(x []float64) float64 {
	n := float64(len(x))
	e := excess(x...)
	total := 0.0
	for i, v := range shifted(ascending(x), -e) { // which covers [i, i+1] of the weight [0, n]
		if kept := math.Min(float64(i+1), .75*n) - math.Max(float64(i), .25*n); kept > 0 {
			total += kept * v
		}
	}
	return math.Ldexp(total/(.5*n), e)
}

func sum(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total
}

// ascending returns the sample sorted; itself if it is, which the resamples of Bootstrap are.
func ascending(x []float64) []float64 {
	if slices.IsSorted(x) {
		return x
	}
	return slices.Sorted(slices.Values(x))
}

// quantile is the value below which a share p in [0,1] of the sample lies, between two order statistics by linear
// interpolation at (n - 1) p: type 7 of Hyndman and Fan (The American Statistician, 1996), the default of R and NumPy.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	low, high, share := sorted[i], sorted[i+1], at-float64(i)
	if math.IsInf(high-low, 0) {
		return (1-share)*low + share*high
	}
	return low + share*(high-low)
}
