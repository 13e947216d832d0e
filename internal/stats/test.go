package stats

import (
	"fmt"
	"math"
)

// Method says how a p-value is computed.
type Method int

const (
	Auto       Method = iota // Exact where the sample is small enough for it, else Asymptotic
	Exact                    // from the distribution over all arrangements of the sample, ties as they are
	Asymptotic               // from the normal approximation, corrected for ties
)

// choose is Exact or Asymptotic: for Auto the first for at most so many values, and that for no more than most.
func (m Method) choose(test string, values, auto, most int) (Method, error) {
	switch {
	case m == Auto && values <= auto:
		return Exact, nil
	case m == Exact && values > most:
		return m, fmt.Errorf("stats: exact p-value of %s of %d values, at most %d: use Asymptotic", test, values, most)
	case m == Auto:
		return Asymptotic, nil
	}
	return m, setting("method", m, Asymptotic)
}

// Alternative is what a test holds against the hypothesis that there is no difference.
type Alternative int

const (
	TwoSided Alternative = iota // the first sample is larger or smaller
	Less                        // the first sample is smaller
	Greater                     // the first sample is larger
)

// pOf turns the two tails of a statistic, both including the value observed, into a p-value.
func (a Alternative) pOf(atMost, atLeast float64) float64 {
	switch a {
	case Less:
		return math.Min(1, atMost)
	case Greater:
		return math.Min(1, atLeast)
	}
	return math.Min(1, 2*math.Min(atMost, atLeast))
}

// continuity is by how much a statistic moves towards its mean, in units of half a step.
func (a Alternative) continuity(z float64) float64 {
	switch a {
	case Less:
		return -1
	case Greater:
		return 1
	}
	return sign(z)
}

// normalCDF is the probability that a standard normal variable is at most z, precise in the lower tail.
func normalCDF(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
