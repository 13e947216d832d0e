package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// drawAny draws samples with what breaks formulas: nothing, equal values, NaN, infinities, the largest and the
// smallest numbers.
func drawAny(t *rapid.T, name string) []float64 {
	odd := rapid.SampledFrom([]float64{0, 1, 1, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, 5e-324})
	usual := rapid.SampledFrom([]float64{0, 1, 2, 2.5, -3, 1e-300, 1e300})
	return rapid.OneOf(rapid.SliceOfN(odd, 0, 6), rapid.SliceOfN(usual, 1, 6)).Draw(t, name)
}

// Whatever the input, there is an error or a number (Friedman's F and the ends of intervals may be infinite); a
// panic fails the test. The sum of numbers near the largest overflows: no statistic of these is promised.
func TestNoInputPanicsOrGivesNaN(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawAny(t, "x"), drawAny(t, "y")
		if rapid.Bool().Draw(t, "paired") && len(y) > len(x) {
			y = y[:len(x)]
		}
		for name, run := range map[string]func() ([]float64, error){
			"kendall":  func() ([]float64, error) { return ofCorrelation(KendallTauB(x, y)) },
			"spearman": func() ([]float64, error) { return ofCorrelation(Spearman(x, y)) },
			"effect":   func() ([]float64, error) { e, err := EffectSize(x, y); return []float64{e.Delta, e.A12()}, err },
			"wilcoxon": func() ([]float64, error) {
				r, err := Wilcoxon(x, y, SignedRank{Zeros: SplitZeros})
				return []float64{r.P, r.Plus, r.RankBiserial()}, err
			},
			"mann-whitney": func() ([]float64, error) {
				r, err := MannWhitney(x, y, RankSum{Method: Asymptotic})
				return []float64{r.P, r.U}, err
			},
			"friedman": func() ([]float64, error) {
				r, err := Friedman([][]float64{x, y, x})
				return []float64{r.P, r.F, r.FP, r.ChiSquare}, err
			},
			"cliques":   func() ([]float64, error) { _, err := Cliques(x, 1); return nil, err },
			"nemenyi":   func() ([]float64, error) { p, err := Nemenyi(x, 3); return flat(p), err },
			"holm":      func() ([]float64, error) { return Holm(x) },
			"survival":  func() ([]float64, error) { return ofSurvival(x) },
			"curve":     func() ([]float64, error) { return ofCurve(x, y) },
			"fronts":    func() ([]float64, error) { v, err := IGDPlus([][]float64{x}, [][]float64{y}); return []float64{v}, err },
			"attaining": func() ([]float64, error) { p, err := Attainment([][][]float64{{x}, {y}}, .5); return flat(p), err },
		} {
			values, err := run()
			for _, v := range values {
				if err == nil && math.IsNaN(v) {
					t.Fatalf("%s of %v and %v: %v", name, x, y, values)
				}
			}
		}
		for _, f := range []Statistic{Mean, Median, InterquartileMean, deviation} { // overflow is refused by Bootstrap
			b := Bootstrap{Resamples: 20}
			p, errP := b.Percentile(x, f)
			a, errA := b.BCa(x, f)
			if errP == nil && math.IsNaN(p.Low+p.High) || errA == nil && math.IsNaN(a.Low+a.High) {
				t.Fatalf("bootstrap of %v: %v, %v", x, p, a)
			}
		}
	})
}

func flat(rows [][]float64) []float64 {
	var all []float64
	for _, r := range rows {
		all = append(all, r...)
	}
	return all
}

func ofCorrelation(c Correlation, err error) ([]float64, error) {
	if err != nil {
		return nil, err
	}
	i, err := c.Interval(.95)
	return []float64{c.Value, c.P, i.Low, i.High}, err
}

func ofSurvival(times []float64) ([]float64, error) {
	var runs []Observation
	for i, at := range times {
		runs = append(runs, Observation{at, i%2 == 0})
	}
	s, err := KaplanMeier(runs)
	if err != nil {
		return nil, err
	}
	i, err := s.Interval(1, .95)
	return []float64{s.Share(1), s.Never(), i.Low, i.High}, err
}

func ofCurve(at, value []float64) ([]float64, error) {
	c := Curve{at, value}
	o, err := c.Reach(2, 1, 5)
	if err != nil {
		return nil, err
	}
	area, err := c.Area(at[0], math.MaxFloat64)
	return []float64{o.At, area}, err
}
