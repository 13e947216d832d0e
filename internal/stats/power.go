package stats

import (
	"cmp"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// PairedDesign plans a two-sided Wilcoxon signed-rank test of n pairs whose differences have a standard deviation
// sd. The theory is that of normal differences: the power at a true mean difference d is
//
//	Phi(|d|/sd sqrt(3n/pi - z^2/2) - z),  z = Phi^-1(1 - Alpha/2),
//
// where 3/pi is the test's efficiency beside Student's t (Hodges and Lehmann, Annals of Mathematical Statistics
// 1956), and z^2/2 what the t test loses to its estimated variance (Guenther, The American Statistician 1981).
type PairedDesign struct {
	Alpha float64 // level of the test; 0 means 0.05
	Power float64 // probability of finding the difference; 0 means 0.8
}

// Pairs returns how many pairs show a difference d with the design's power. There are at least so many that the
// test can reach its level at all: 6 at 0.05.
func (p PairedDesign) Pairs(d, sd float64) (int, error) {
	p, err := p.check(sd)
	if err != nil {
		return 0, err
	}
	if d == 0 || math.IsNaN(d) || math.IsInf(d, 0) {
		return 0, fmt.Errorf("stats: no number of pairs shows a difference of %v", d)
	}
	z := p.critical()
	t := (z + mathext.NormalQuantile(p.Power)) * sd / d
	n := math.Ceil(math.Max(math.Pi/3*(t*t+z*z/2), p.fewest()))
	if n > 1e15 {
		return 0, fmt.Errorf("stats: a difference of %v at a standard deviation of %v needs more than 1e15 pairs", d, sd)
	}
	return int(n), nil
}

// Difference returns the smallest difference that n pairs show with the design's power: what "no difference
// shown" does not exclude. It is infinite where n pairs cannot reach the level.
func (p PairedDesign) Difference(n int, sd float64) (float64, error) {
	p, err := p.check(sd)
	if err != nil {
		return 0, err
	}
	z := p.critical()
	free := 3*float64(n)/math.Pi - z*z/2
	if float64(n) < p.fewest() || free <= 0 {
		return math.Inf(1), nil
	}
	return math.Max(0, (z+mathext.NormalQuantile(p.Power))*sd/math.Sqrt(free)), nil
}

func (p PairedDesign) check(sd float64) (PairedDesign, error) {
	p.Alpha, p.Power = cmp.Or(p.Alpha, .05), cmp.Or(p.Power, .8)
	if !(sd > 0) || math.IsInf(sd, 1) {
		return p, fmt.Errorf("stats: the standard deviation of the differences is %v, want a positive number", sd)
	}
	return p, cmp.Or(share("alpha", p.Alpha), share("power", p.Power))
}

func (p PairedDesign) critical() float64 { return mathext.NormalQuantile(1 - p.Alpha/2) }

// fewest is the number of pairs below which even equal signs of all are likelier than Alpha: 2^(1-n) > Alpha.
func (p PairedDesign) fewest() float64 { return math.Ceil(1 - math.Log2(p.Alpha)) }
