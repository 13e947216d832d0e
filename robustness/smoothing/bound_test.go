package smoothing_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/robustness/smoothing"
)

// What scipy.stats.beta.ppf(alpha, k, n-k+1) of SciPy 1.17.1 gives.
func TestLowerIsSciPys(t *testing.T) {
	for _, c := range []struct {
		k, n        int
		alpha, want float64
	}{
		{1, 1, .05, .05},
		{1, 2, .05, .02532056551910361},
		{1, 10, .05, .005116196891823701},
		{5, 10, .05, .2224411010081294},
		{9, 10, .001, .37627691091117454},
		{10, 10, .001, .5011872336272722},
		{50, 100, .001, .34479800642531777},
		{51, 100, .5, .5049833006154476},
		{66, 100, .001, .5016499513368726},
		{99, 100, .001, .9113731112960424},
		{100, 100, .001, .933254300796991},
		{501, 1000, .001, .4517643768755041},
		{549, 1000, .001, .4996730641422577},
		{990, 1000, .001, .9760361871553114},
		{999, 1000, .001, .9908045023646124},
		{1000, 1000, .001, .9931160484209338},
		{50500, 100000, .001, .5001089517395879},
		{99000, 100000, .001, .9889893403774748},
		{99999, 100000, .001, .9999076696662654},
		{100000, 100000, .001, .9999309248330094},
		{99000, 100000, 1e-12, .9876151480713611},
		{7, 20, .9, .46726697866533107},
		{3, 1000, .01, .0004363865640761268},
		{999999, 1000000, .001, .9999907666245347},
	} {
		if got := smoothing.Lower(c.k, c.n, c.alpha); !(math.Abs(got-c.want) <= 1e-12) {
			t.Errorf("Lower(%d, %d, %g) = %v, SciPy has %v", c.k, c.n, c.alpha, got, c.want)
		}
	}
}

// tail is the probability that an event of probability p happens k times of n or more, in 200 bits.
func tail(k, n int, p float64) *big.Float {
	number := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
	odds := number(1)
	odds.Sub(odds, number(p)).Quo(odds, number(p))
	term, sum := number(1), number(0)
	for range n {
		term.Mul(term, number(p))
	}
	for i := n; i >= k; i-- {
		sum.Add(sum, term)
		term.Mul(term, odds).Mul(term, number(float64(i))).Quo(term, number(float64(n-i+1)))
	}
	return sum
}

// The bound is where the exact tail of the binomial distribution crosses alpha.
func TestLowerIsWhereTheTailIsAlpha(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 400).Draw(t, "n")
		k := rapid.IntRange(1, n).Draw(t, "k")
		alpha := math.Pow(10, rapid.Float64Range(-15, -.001).Draw(t, "exponent of alpha"))
		p := smoothing.Lower(k, n, alpha)
		const slack = 1e-11
		if tail(k, n, p*(1-slack)).Cmp(big.NewFloat(alpha)) > 0 {
			t.Errorf("Lower(%d, %d, %g) = %v is too high", k, n, alpha, p)
		}
		if tail(k, n, p*(1+slack)).Cmp(big.NewFloat(alpha)) < 0 {
			t.Errorf("Lower(%d, %d, %g) = %v is too low", k, n, alpha, p)
		}
	})
}

func TestLowerAtItsEnds(t *testing.T) {
	for _, n := range []int{1, 2, 7, 1000, 1 << 30} {
		for _, alpha := range []float64{5e-324, 1e-300, 1e-9, .001, .5, .999, 1 - 1e-16} {
			if got := smoothing.Lower(0, n, alpha); got != 0 {
				t.Errorf("Lower(0, %d, %g) = %v", n, alpha, got)
			}
			want := math.Pow(alpha, 1/float64(n))
			if got := smoothing.Lower(n, n, alpha); !(math.Abs(got-want) <= 1e-13) {
				t.Errorf("Lower(%d, %d, %g) = %v, want %v", n, n, alpha, got, want)
			}
			if k := n / 2; k > 0 {
				if got := smoothing.Lower(k, n, alpha); !(got >= 0 && got <= 1) {
					t.Errorf("Lower(%d, %d, %g) = %v", k, n, alpha, got)
				}
			}
		}
	}
}

func TestLowerGrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1000000).Draw(t, "n")
		k := rapid.IntRange(0, n-1).Draw(t, "k")
		alpha := rapid.Float64Range(1e-9, .6).Draw(t, "alpha")
		p, more := smoothing.Lower(k, n, alpha), smoothing.Lower(k+1, n, alpha)
		if !(p < more) {
			t.Errorf("%v of %d votes, %v of one more", p, k, more)
		}
		if surer := smoothing.Lower(k, n, alpha/2); k > 0 && !(surer < p) {
			t.Errorf("%v with alpha %g, %v with half of it", p, alpha, surer)
		}
	})
}
