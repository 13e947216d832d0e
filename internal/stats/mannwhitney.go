package stats

import (
	"cmp"
	"math"
	"slices"
)

const (
	mannWhitneyAuto  = 40  // most values in both samples for which Auto is Exact
	mannWhitneyExact = 120 // most values in both samples for which an exact p-value is computed
)

// RankSum holds the settings of the Mann-Whitney test; the zero value is the usual two-sided test.
type RankSum struct {
	Alternative Alternative
	Method      Method // Auto is Exact for up to 40 values in both samples
	Continuity  bool   // correct the normal approximation for continuity
}

// RankSumResult is what the Mann-Whitney test finds.
type RankSumResult struct {
	U      float64 // pairs with x > y, and half of those with x = y
	P      float64
	Method Method // Exact or Asymptotic
}

// MannWhitney is the test of two samples that are not paired (Mann and Whitney, Annals of Mathematical
// Statistics 1947): is a value of x as often above one of y as below? The exact p-value is over all ways to
// divide the values in two such samples, ties included; the normal one has the variance corrected for ties.
// Where all values are equal p is 1.
func MannWhitney(x, y []float64, s RankSum) (RankSumResult, error) {
	if err := cmp.Or(setting("alternative", s.Alternative, Greater), ordered("x", x), ordered("y", y)); err != nil {
		return RankSumResult{}, err
	}
	ranks, groups := rank(slices.Concat(x, y))
	n := float64(len(x))
	m, err := s.Method.choose("Mann-Whitney", len(ranks), mannWhitneyAuto, mannWhitneyExact)
	r := RankSumResult{U: sum(ranks[:len(x)]) - n*(n+1)/2, Method: m}
	switch {
	case err != nil:
		return RankSumResult{}, err
	case len(groups) == 1:
		r.P = 1
	case m == Asymptotic:
		r.P = s.normalP(r.U, n, float64(len(y)), groups)
	default:
		r.P = s.exactP(ranks, len(x))
	}
	return r, nil
}

// normalP is the p-value of z = (U - nm/2)/sd.
func (s RankSum) normalP(u, n, m float64, groups []int) float64 {
	all := n + m
	sd := math.Sqrt(n * m / 12 * (all + 1 - tied(groups, cubic)/(all*(all-1))))
	d := u - n*m/2
	if s.Continuity {
		d -= s.Alternative.continuity(d) / 2
	}
	return s.Alternative.pOf(normalCDF(d/sd), normalCDF(-d/sd))
}

// exactP counts, for every sum of the doubled ranks (mean ranks of ties can be halves), the ways to choose n of
// them: row k of the table is for k chosen ones.
func (s RankSum) exactP(ranks []float64, n int) float64 {
	most, observed := 0, int(2*sum(ranks[:n]))
	for _, v := range ranks {
		most += int(2 * v)
	}
	ways := make([][]float64, n+1)
	for k := range ways {
		ways[k] = make([]float64, most+1)
	}
	ways[0][0] = 1
	reached := 0
	for i, v := range ranks {
		step := int(2 * v)
		reached += step
		for k := min(i+1, n); k > 0; k-- {
			for t := reached; t >= step; t-- {
				ways[k][t] += ways[k-1][t-step]
			}
		}
	}
	total := sum(ways[n])
	return s.Alternative.pOf(sum(ways[n][:observed+1])/total, sum(ways[n][observed:])/total)
}
