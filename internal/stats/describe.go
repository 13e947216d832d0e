package stats

import (
	"fmt"
	"math"
	"slices"
)

// A Statistic is a number that describes a sample, such as Mean.
type Statistic func(x []float64) (float64, error)

// Description is a sample in a few numbers.
type Description struct {
	N                        int
	Mean, InterquartileMean  float64
	StdDev                   float64 // 0 for one value
	Min, Q1, Median, Q3, Max float64 // quartiles of type 7
}

// Describe computes a Description.
func Describe(x []float64) (Description, error) {
	if err := finite("x", x); err != nil {
		return Description{}, err
	}
	s := ascending(x)
	d := Description{
		N: len(s), Mean: mean(s), InterquartileMean: interquartileMean(s),
		Min: s[0], Q1: quantile(s, .25), Median: quantile(s, .5), Q3: quantile(s, .75), Max: s[len(s)-1],
	}
	if len(s) > 1 {
		d.StdDev = stdDev(s)
	}
	return d, nil
}

// Mean is the arithmetic mean.
func Mean(x []float64) (float64, error) {
	if err := finite("x", x); err != nil {
		return 0, err
	}
	return mean(x), nil
}

// Median is the middle value, or the mean of the two in the middle.
func Median(x []float64) (float64, error) { return Quantile(x, .5) }

// Quantile is the value below which a share p in [0,1] of the sample lies, between two order statistics by
// linear interpolation at (n - 1) p: type 7 of Hyndman and Fan (The American Statistician, 1996), the default
// of R and NumPy.
func Quantile(x []float64, p float64) (float64, error) {
	if err := finite("x", x); err != nil {
		return 0, err
	}
	if !(p >= 0 && p <= 1) {
		return 0, fmt.Errorf("stats: quantile %v, want one in [0, 1]", p)
	}
	return quantile(ascending(x), p), nil
}

// InterquartileMean is the mean of the middle half of the sorted sample: a quarter of the total weight n is cut
// off at either end, a value that the cut goes through keeps the rest of its weight (the trimmed mean of
// Agarwal et al., NeurIPS 2021, made exact where n is no multiple of 4).
func InterquartileMean(x []float64) (float64, error) {
	if err := finite("x", x); err != nil {
		return 0, err
	}
	return interquartileMean(ascending(x)), nil
}

func sum(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total
}

func mean(x []float64) float64 { return sum(x) / float64(len(x)) }

func stdDev(x []float64) float64 {
	m, squares := mean(x), 0.0
	for _, v := range x {
		squares += (v - m) * (v - m)
	}
	return math.Sqrt(squares / float64(len(x)-1))
}

// ascending returns the sample sorted; itself if it is, which the resamples of Bootstrap are.
func ascending(x []float64) []float64 {
	if slices.IsSorted(x) {
		return x
	}
	return slices.Sorted(slices.Values(x))
}

// quantile is Quantile of a sorted sample.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// interquartileMean is InterquartileMean of a sorted sample. Value i covers [i, i+1] of the weight [0, n].
func interquartileMean(sorted []float64) float64 {
	n := float64(len(sorted))
	total := 0.0
	for i, v := range sorted {
		if kept := math.Min(float64(i+1), .75*n) - math.Max(float64(i), .25*n); kept > 0 {
			total += kept * v
		}
	}
	return total / (.5 * n)
}
