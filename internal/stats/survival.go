package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// Observation is when a run reached its target, or, if it did not, when it was last watched (it is censored).
type Observation struct {
	At      float64
	Reached bool
}

// SurvivalStep is a time at which runs reached their target.
type SurvivalStep struct {
	At      float64
	AtRisk  int     // runs that were still watched just before and had not reached it
	Reached int     // runs that reached it now
	Share   float64 // estimated share that has not reached it after this time

	variance float64 // of log Share (Greenwood, 1926)
}

// Survival is the Kaplan-Meier estimate of the share of runs that have not reached their target.
type Survival struct {
	Steps []SurvivalStep // earliest first

	times []float64 // of all observations, sorted
}

// KaplanMeier estimates the share of runs that have not reached their target after a time t as the product of
// 1 - d_i/n_i over the times t_i <= t at which d_i of n_i watched runs reached it (Kaplan and Meier, JASA 1958). A
// run that is censored at a time still counts as watched at that time.
func KaplanMeier(seen []Observation) (Survival, error) {
	sorted := slices.SortedFunc(slices.Values(seen), func(a, b Observation) int { return cmp.Compare(a.At, b.At) })
	s := Survival{times: make([]float64, len(seen))}
	for i, o := range sorted {
		s.times[i] = o.At
	}
	if err := finite("times", s.times); err != nil {
		return Survival{}, err
	}
	share, variance := 1., 0.
	first := 0
	for _, together := range runs(len(sorted), func(i, j int) bool { return sorted[i].At == sorted[j].At }) {
		reached := 0
		for _, o := range sorted[first : first+together] {
			if o.Reached {
				reached++
			}
		}
		if n, d := float64(len(sorted)-first), float64(reached); reached > 0 {
			share *= (n - d) / n
			variance += d / (n * (n - d))
			s.Steps = append(s.Steps, SurvivalStep{sorted[first].At, len(sorted) - first, reached, share, variance})
		}
		first += together
	}
	return s, nil
}

// Share returns the estimated share of runs that have not reached their target after a time t. Beyond the last
// observation it stays what it was there.
func (s Survival) Share(t float64) float64 {
	if i := s.step(t); i >= 0 {
		return s.Steps[i].Share
	}
	return 1
}

// Never returns the estimated share of runs that have not reached their target when the last was watched.
func (s Survival) Never() float64 { return s.Share(math.Inf(1)) }

// Median returns the earliest time after which at most half of the runs have not reached their target; false if
// more than half never do.
func (s Survival) Median() (float64, bool) {
	for _, step := range s.Steps {
		if step.Share <= half {
			return step.At, true
		}
	}
	return 0, false
}

// half is 1/2 and the rounding of a product.
const half = .5 + 1e-12

// Interval is the interval of Share(t): by Greenwood's variance on the scale log(-log S), which keeps it in
// [0, 1] (Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data). Where none or all of the n runs
// have reached the target that variance says nothing; there one end is Clopper and Pearson's for n of n runs.
func (s Survival) Interval(t, confidence float64) (Interval, error) {
	if err := share("confidence", confidence); err != nil {
		return Interval{}, err
	}
	if math.IsNaN(t) {
		return Interval{}, fmt.Errorf("stats: the share at NaN")
	}
	tail := (1 - confidence) / 2
	i := s.step(t)
	if i < 0 {
		watched, _ := slices.BinarySearch(s.times, t)
		if n := float64(len(s.times) - watched); n > 0 {
			return Interval{math.Pow(tail, 1/n), 1}, nil
		}
		return Interval{0, 1}, nil
	}
	step := s.Steps[i]
	if step.Share == 0 {
		reached := 0
		for _, step := range s.Steps {
			reached += step.Reached
		}
		return Interval{0, 1 - math.Pow(tail, 1/float64(reached))}, nil
	}
	width := mathext.NormalQuantile(1-tail) * math.Sqrt(step.variance) / math.Abs(math.Log(step.Share))
	return Interval{math.Pow(step.Share, math.Exp(width)), math.Pow(step.Share, math.Exp(-width))}, nil
}

// step returns the position of the last step at or before t, or -1.
func (s Survival) step(t float64) int {
	byTime := func(step SurvivalStep, t float64) int { return cmp.Compare(step.At, t) }
	i, found := slices.BinarySearchFunc(s.Steps, t, byTime)
	if found {
		return i
	}
	return i - 1
}
