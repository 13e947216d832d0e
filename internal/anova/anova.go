// Package anova explains a number by factors: by the level that each factor has (main effects) and by those that two or
// more have together (interactions). Models are fitted by least squares, whether the design is balanced or not and
// whether or not its columns tell all effects apart; what they do not tell is not estimated.
//
// Observations may come in clusters that are one observation each, such as copies, and in strata, between which nothing
// is compared. Intervals are robust: of the effects by the sandwich of clusters (Liang and Zeger, Biometrika 1986) with
// the correction G/(G-1) (N-1)/(N-K) for G clusters, N observations and K columns, of shares of variance by the delta
// method over clusters; both with the quantiles of Student's t with G - 1 degrees of freedom.
package anova

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrConstant says that a number is the same in all observations, so that there is nothing to explain.
var ErrConstant = errors.New("all values are equal")

// Sample is observations of a number and of factors.
type Sample struct {
	Levels  []int     // how many each factor has
	X       [][]int   // of each observation, the level of each factor, from 0
	Y       []float64 // of each observation
	Cluster []int     // of each observation, the number of its cluster, from 0; nil: each is one
	Stratum []int     // of each observation, the number of its stratum, from 0; nil: all are in one
	// Fixed are levels of which every observation of a stratum has equally many, over all factors. Only where they are
	// can matter then, not that they are there: their main effects are counted from their mean over the factors.
	Fixed []int
}

// Term is factors whose levels have an effect together, ascending: one for a main effect, two for an interaction.
type Term []int

// check refuses what is no sample.
func (s Sample) check(terms []Term) error {
	n := len(s.Y)
	for name, length := range map[string]int{"x": len(s.X), "cluster": len(s.Cluster), "stratum": len(s.Stratum)} {
		if length != n && (name == "x" || length > 0) {
			return fmt.Errorf("anova: %d values of y, %d of %s", n, length, name)
		}
	}
	for i := range s.Y {
		if err := s.checkOne(i); err != nil {
			return err
		}
	}
	for _, t := range terms {
		outside := func(f int) bool { return f < 0 || f >= len(s.Levels) }
		if len(t) == 0 || !slices.IsSorted(t) || slices.ContainsFunc(t, outside) {
			return fmt.Errorf("anova: term %v: want factors from 0 to %d, ascending", t, len(s.Levels)-1)
		}
	}
	if n == 0 || slices.Min(s.Y) == slices.Max(s.Y) {
		return ErrConstant
	}
	return nil
}

// checkOne refuses what is no observation.
func (s Sample) checkOne(i int) error {
	if math.IsNaN(s.Y[i]) || math.IsInf(s.Y[i], 0) {
		return fmt.Errorf("anova: y of observation %d is %v", i, s.Y[i])
	}
	if len(s.X[i]) != len(s.Levels) {
		return fmt.Errorf("anova: observation %d has levels of %d factors, want %d", i, len(s.X[i]), len(s.Levels))
	}
	for f, level := range s.X[i] {
		if level < 0 || level >= s.Levels[f] {
			return fmt.Errorf("anova: observation %d: level %d of factor %d, which has %d", i, level, f, s.Levels[f])
		}
	}
	return nil
}

// numbered returns the numbers from 0 in place of any, and how many there are; those of one group if there are none.
func numbered(of []int, n int, each bool) (numbers []int, count int) {
	numbers = make([]int, n)
	if len(of) == 0 {
		if !each {
			return numbers, min(n, 1)
		}
		for i := range numbers {
			numbers[i] = i
		}
		return numbers, n
	}
	known := map[int]int{}
	for i, v := range of {
		if _, ok := known[v]; !ok {
			known[v] = len(known)
		}
		numbers[i] = known[v]
	}
	return numbers, len(known)
}
