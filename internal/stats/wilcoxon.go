package stats

import (
	"cmp"
	"math"
)

const (
	wilcoxonAuto  = 50  // most pairs for which Auto is Exact
	wilcoxonExact = 300 // most pairs for which an exact p-value is computed
)

// Zeros says what a signed-rank test does with pairs that do not differ.
type Zeros int

const (
	DropZeros  Zeros = iota // they are left out (Wilcoxon, 1945)
	PrattZeros              // they are ranked, then left out (Pratt, JASA 1959)
	SplitZeros              // they are ranked, and their ranks go half to either side
)

// SignedRank holds the settings of Wilcoxon's test; the zero value is the usual two-sided test.
type SignedRank struct {
	Alternative Alternative
	Zeros       Zeros
	Method      Method // Auto is Exact for up to 50 pairs
	Continuity  bool   // correct the normal approximation for continuity
}

// SignedRankResult is what Wilcoxon's test finds.
type SignedRankResult struct {
	Plus, Minus float64 // sums of the ranks of pairs with x > y and with x < y
	Pairs       int     // that differ
	P           float64
	Method      Method // Exact or Asymptotic
}

// Statistic is the smaller of the two sums of ranks.
func (r SignedRankResult) Statistic() float64 { return math.Min(r.Plus, r.Minus) }

// RankBiserial is the effect size (Plus - Minus)/(Plus + Minus) in [-1, 1] (Kerby, Comprehensive Psychology
// 2014), 0 where no pair differs.
func (r SignedRankResult) RankBiserial() float64 {
	if r.Pairs == 0 {
		return 0
	}
	return (r.Plus - r.Minus) / (r.Plus + r.Minus)
}

// Wilcoxon is the signed-rank test of paired samples (Wilcoxon, Biometrics Bulletin 1945): is the distribution
// of x - y symmetric about zero? Differences are rounded as by Differences, so that equal ones are ties. The
// exact p-value is over all 2^n signs of the ranks as they are, mean ranks of ties included; the normal one has
// the variance corrected for ties and zeros. Where no pair differs p is 1.
func Wilcoxon(x, y []float64, s SignedRank) (SignedRankResult, error) {
	if err := cmp.Or(setting("alternative", s.Alternative, Greater), setting("zeros", s.Zeros, SplitZeros)); err != nil {
		return SignedRankResult{}, err
	}
	d, err := Differences(x, y)
	if err != nil {
		return SignedRankResult{}, err
	}
	ranked := s.rank(d)
	m, err := s.Method.choose("Wilcoxon", len(ranked.signed), wilcoxonAuto, wilcoxonExact)
	r := SignedRankResult{Plus: ranked.plus, Minus: ranked.minus, Pairs: len(ranked.signed), Method: m}
	switch {
	case err != nil:
		return SignedRankResult{}, err
	case r.Pairs == 0:
		r.P = 1
	case m == Asymptotic:
		r.P = s.normalP(ranked)
	default:
		r.P = s.exactP(ranked)
	}
	return r, nil
}

// Differences returns x - y, rounded to twelve digits of the largest number in x and y: 0.3 - 0.2 and 0.2 - 0.1 are
// the same. Those of whole numbers are as they are, and none is rounded to more than whole numbers as long as these can
// be told apart.
func Differences(x, y []float64) ([]float64, error) {
	if err := pairs(finite, x, y); err != nil {
		return nil, err
	}
	largest := 0.0
	for i := range x {
		largest = max(largest, math.Abs(x[i]), math.Abs(y[i]))
	}
	unit := math.Pow(10, math.Floor(math.Log10(largest))-12)
	if largest < 1<<53 {
		unit = min(unit, 1)
	}
	exact := whole(x...) && whole(y...) || largest < leastNormal // which has no twelve digits
	d := make([]float64, len(x))
	for i := range x {
		d[i] = x[i] - y[i]
		if exact {
			continue
		}
		if rounded := math.Round(d[i]/unit) * unit; !math.IsNaN(rounded) && !math.IsInf(rounded, 0) {
			d[i] = rounded
		}
	}
	return d, nil
}

// signedRanks are the ranks of absolute differences.
type signedRanks struct {
	plus, minus float64
	signed      []float64 // ranks of the pairs that differ
	ranked      int       // pairs that have a rank, zeros may be among them
	zeros       int       // pairs that do not differ but have a rank
	groups      []int     // sizes of the groups of equal ranks, the zeros, if any, first
}

func (s SignedRank) rank(d []float64) signedRanks {
	var size, signs []float64
	var r signedRanks
	for _, v := range d {
		if v == 0 && s.Zeros == DropZeros {
			continue
		}
		if v == 0 {
			r.zeros++
		}
		size, signs = append(size, math.Abs(v)), append(signs, sign(v))
	}
	ranks, groups := rank(size)
	r.groups, r.ranked = groups, len(size)
	for i, v := range ranks {
		switch {
		case signs[i] > 0:
			r.plus += v
		case signs[i] < 0:
			r.minus += v
		case s.Zeros == SplitZeros:
			r.plus += v / 2
			r.minus += v / 2
		}
		if signs[i] != 0 {
			r.signed = append(r.signed, v)
		}
	}
	return r
}

// normalP is the p-value of z = (plus - mean)/sd.
func (s SignedRank) normalP(r signedRanks) float64 {
	squares := func(n float64) float64 { return n * (n + 1) * (2*n + 1) }
	n, zeros := float64(r.ranked), float64(r.zeros)
	mean, variance, groups := n*(n+1)/4, squares(n), r.groups
	if s.Zeros == PrattZeros && r.zeros > 0 {
		mean -= zeros * (zeros + 1) / 4
		variance -= squares(zeros)
		groups = groups[1:]
	}
	sd := math.Sqrt((variance - tied(groups, cubic)/2) / 24)
	z := (r.plus - mean) / sd
	if s.Continuity {
		z -= s.Alternative.continuity(z) / (2 * sd)
	}
	return s.Alternative.pOf(normalCDF(z), normalCDF(-z))
}

// exactP adds the ranks one after the other, each with either sign, to the distribution of twice the positive
// sum: twice, since mean ranks of ties can be halves.
func (s SignedRank) exactP(r signedRanks) float64 {
	most, observed := 0, r.plus
	if s.Zeros == SplitZeros {
		observed = (r.plus - r.minus + sum(r.signed)) / 2 // without the share of the zeros
	}
	for _, v := range r.signed {
		most += int(2 * v)
	}
	p := make([]float64, most+1)
	p[0] = 1
	reached := 0
	for _, v := range r.signed {
		step := int(2 * v)
		reached += step
		for t := reached; t >= 0; t-- {
			p[t] /= 2
			if t >= step {
				p[t] += p[t-step] / 2
			}
		}
	}
	at := int(math.Round(2 * observed))
	return s.Alternative.pOf(sum(p[:at+1]), sum(p[at:]))
}
