package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// FriedmanResult is what Friedman's test finds for k methods on n problems.
type FriedmanResult struct {
	Problems  int
	MeanRanks []float64 // of each method over the problems; 1 is the smallest value
	ChiSquare float64   // Friedman's statistic, corrected for ties
	P         float64   // of ChiSquare with k - 1 degrees of freedom
	F         float64   // the statistic of Iman and Davenport; infinite where all problems agree
	FP        float64   // its p-value, of F with k - 1 and (k - 1)(n - 1) degrees of freedom
}

// Friedman tests whether methods differ over several problems. Row i of the table holds the value of each method
// on problem i; rank 1 goes to the smallest value, so negate what is to be large. The statistic (Friedman,
// JASA 1937; ties as in Conover, Practical Nonparametric Statistics)
//
//	chi^2 = 12 n / (k (k + 1)) sum_j (R_j - (k + 1)/2)^2 / (1 - ties / (n (k^3 - k)))
//
// is known to be conservative, that of Iman and Davenport (Communications in Statistics 1980) less so:
// F = (n - 1) chi^2 / (n (k - 1) - chi^2). Where all problems agree its p-value is (1/k!)^(n-1), as counted.
// Where all methods are equal on every problem both p-values are 1.
func Friedman(rows [][]float64) (FriedmanResult, error) {
	if err := problems(rows); err != nil {
		return FriedmanResult{}, err
	}
	n, k := float64(len(rows)), float64(len(rows[0]))
	r := FriedmanResult{Problems: len(rows), MeanRanks: make([]float64, len(rows[0]))}
	ties := 0.0
	for _, row := range rows {
		ranks, groups := rank(row)
		ties += tied(groups, cubic)
		for j, v := range ranks {
			r.MeanRanks[j] += v
		}
	}
	spread := 0.0
	for j, v := range r.MeanRanks {
		d := v - n*(k+1)/2 // exact, before the division
		spread += d * d
		r.MeanRanks[j] = v / n
	}
	correction := 1 - ties/(n*cubic(k))
	if correction <= 0 {
		r.P, r.FP = 1, 1
		return r, nil
	}
	r.ChiSquare = 12 / (n * k * (k + 1)) * spread / correction
	r.P = mathext.GammaIncRegComp((k-1)/2, r.ChiSquare/2)
	r.F, r.FP = imanDavenport(r.ChiSquare, n, k)
	return r, nil
}

func imanDavenport(chi, n, k float64) (f, p float64) {
	rest := n*(k-1) - chi
	if rest <= 1e-9*n*(k-1) {
		return math.Inf(1), math.Pow(math.Gamma(k+1), 1-n)
	}
	f = (n - 1) * chi / rest
	d1, d2 := k-1, (k-1)*(n-1)
	return f, mathext.RegIncBeta(d2/2, d1/2, d2/(d2+d1*f))
}

// problems refuses a table that is not of at least two methods on at least two problems.
func problems(rows [][]float64) error {
	if err := table(ordered, "problems", rows); err != nil {
		return err
	}
	if len(rows) < 2 || len(rows[0]) < 2 {
		return fmt.Errorf("stats: %d methods on %d problems, want at least 2 of both", len(rows[0]), len(rows))
	}
	return nil
}
