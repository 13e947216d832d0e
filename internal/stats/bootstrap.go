package stats

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mathext"
)

// Bootstrap computes confidence intervals by drawing samples from the sample, with replacement (Efron, The Annals
// of Statistics 1979). Equal settings and samples give equal intervals.
type Bootstrap struct {
	Resamples  int     // 0 means 9,999
	Confidence float64 // 0 means 0.95
	Seed       uint64
}

// Percentile is the interval between the (1 -+ Confidence)/2 quantiles of the statistic of the resamples. The
// statistic must not depend on the order of the sample, and neither keep nor change it.
func (b Bootstrap) Percentile(x []float64, f Statistic) (Interval, error) {
	b, err := b.check(x)
	if err != nil {
		return Interval{}, err
	}
	_, drawn, err := b.draw(x, f)
	if err != nil {
		return Interval{}, err
	}
	return b.interval(drawn), nil
}

// interval is between the quantiles of what the resamples have, sorted.
func (b Bootstrap) interval(drawn []float64) Interval {
	tail := (1 - b.Confidence) / 2
	return Interval{quantile(drawn, tail), quantile(drawn, 1-tail)}
}

// Middle is the interval between quantiles of numbers, such as those of resamples, that a share of them lies in.
func Middle(drawn []float64, confidence float64) (Interval, error) {
	if err := cmp.Or(ordered("drawn", drawn), share("confidence", confidence)); err != nil {
		return Interval{}, err
	}
	return Bootstrap{Confidence: confidence}.interval(ascending(drawn)), nil
}

// BCa is the bias-corrected and accelerated percentile interval (Efron, JASA 1987): its quantiles are
//
//	Phi(z0 + (z0 + z) / (1 - a (z0 + z))),  z = Phi^-1((1 -+ Confidence)/2),
//
// where Phi(z0) is the share of resamples with a smaller statistic than the sample has (equal ones count half),
// and the acceleration a is a sixth of the skewness of the jackknife's deviations. It needs two values, and a
// statistic that lies within those of the resamples. The statistic must be as for Percentile.
func (b Bootstrap) BCa(x []float64, f Statistic) (Interval, error) {
	b, err := b.check(x)
	if err != nil {
		return Interval{}, err
	}
	if len(x) < 2 {
		return Interval{}, fmt.Errorf("stats: no BCa interval of one value: use Percentile")
	}
	value, drawn, err := b.draw(x, f)
	if err != nil {
		return Interval{}, err
	}
	below, _ := slices.BinarySearch(drawn, value)
	upTo, _ := slices.BinarySearch(drawn, math.Nextafter(value, math.Inf(1)))
	z0 := mathext.NormalQuantile(float64(below+upTo) / float64(2*len(drawn)))
	if math.IsInf(z0, 0) {
		return Interval{}, fmt.Errorf("stats: no BCa interval: the statistic of the sample, %v, is beyond all those "+
			"of its resamples, [%v, %v]: use Percentile", value, drawn[0], drawn[len(drawn)-1])
	}
	a, err := acceleration(x, f)
	if err != nil {
		return Interval{}, err
	}
	at := func(p float64) float64 {
		z := z0 + mathext.NormalQuantile(p)
		if a*z >= 1 { // beyond the pole: the limit
			return quantile(drawn, max(0, sign(z)))
		}
		return quantile(drawn, normalCDF(z0+z/(1-a*z)))
	}
	return Interval{at((1 - b.Confidence) / 2), at((1 + b.Confidence) / 2)}, nil
}

// Means are the percentile intervals of the column means of a table, such as a band around the mean of the
// curves in its rows; rows are drawn whole. A thousand resamples are enough for a band that is looked at.
func (b Bootstrap) Means(rows [][]float64) ([]Interval, error) {
	if err := table(finite, "rows", rows); err != nil {
		return nil, err
	}
	b, err := b.check(rows[0])
	if err != nil {
		return nil, err
	}
	columns := make([][]float64, len(rows[0]))
	for j := range columns {
		columns[j] = make([]float64, b.Resamples)
	}
	e := excess(slices.Concat(rows...)...)
	if e != 0 {
		rows = slices.Clone(rows)
		for i, row := range rows {
			rows[i] = shifted(row, -e)
		}
	}
	random, counts, sum := b.random(), make([]int, len(rows)), make([]float64, len(columns))
	for r := range b.Resamples {
		resample(random, counts)
		clear(sum)
		for i, c := range counts {
			if c > 0 {
				floats.AddScaled(sum, float64(c), rows[i])
			}
		}
		for j, s := range sum {
			columns[j][r] = s / float64(len(rows))
		}
	}
	bands := make([]Interval, len(columns))
	for j, c := range columns {
		slices.Sort(c)
		band := b.interval(c)
		bands[j] = Interval{math.Ldexp(band.Low, e), math.Ldexp(band.High, e)}
	}
	return bands, nil
}

// check fills in defaults and refuses settings and samples that give no interval.
func (b Bootstrap) check(x []float64) (Bootstrap, error) {
	b.Resamples = cmp.Or(b.Resamples, 9999)
	b.Confidence = cmp.Or(b.Confidence, .95)
	if b.Resamples < 1 {
		return b, fmt.Errorf("stats: %d bootstrap resamples, want at least 1", b.Resamples)
	}
	return b, cmp.Or(share("confidence", b.Confidence), finite("x", x))
}

func (b Bootstrap) random() *rand.Rand { return rand.New(rand.NewPCG(b.Seed, 0x626f6f74)) }

// draw returns the statistic of the sample, and those of the resamples, sorted. The sample is sorted first and
// a resample is drawn as counts, so that it is sorted too: a statistic that sorts has little to do.
func (b Bootstrap) draw(x []float64, f Statistic) (value float64, drawn []float64, err error) {
	x = slices.Sorted(slices.Values(x))
	if value, err = evaluate(f, slices.Clone(x)); err != nil {
		return 0, nil, err
	}
	random, counts, sample := b.random(), make([]int, len(x)), make([]float64, len(x))
	drawn = make([]float64, b.Resamples)
	for r := range drawn {
		resample(random, counts)
		at := 0
		for i, c := range counts {
			for range c {
				sample[at] = x[i]
				at++
			}
		}
		if drawn[r], err = evaluate(f, sample); err != nil {
			return 0, nil, fmt.Errorf("bootstrap resample %d: %w", r, err)
		}
	}
	slices.Sort(drawn)
	return value, drawn, nil
}

// resample sets how often each of the sample's values is drawn.
func resample(random *rand.Rand, counts []int) {
	clear(counts)
	for range counts {
		counts[random.IntN(len(counts))]++
	}
}

// evaluate refuses a statistic that is not a number.
func evaluate(f Statistic, x []float64) (float64, error) {
	v := f(x)
	if infinite(v) {
		return v, fmt.Errorf("stats: the statistic of a sample of %d is %v", len(x), v)
	}
	return v, nil
}

// acceleration is sum d^3 / (6 (sum d^2)^1.5), d being how much the statistic of the sample without one of its
// values is below the mean of all n of these; 0 where they are equal.
func acceleration(x []float64, f Statistic) (float64, error) {
	left := make([]float64, len(x))
	for i := range x {
		var err error
		if left[i], err = evaluate(f, slices.Concat(x[:i], x[i+1:])); err != nil {
			return 0, fmt.Errorf("jackknife without value %d: %w", i, err)
		}
	}
	d := deviations(left)
	if d == nil {
		return 0, nil
	}
	var squares, cubes float64
	for _, v := range d {
		squares += v * v
		cubes -= v * v * v
	}
	return cubes / (6 * math.Pow(squares, 1.5)), nil
}

// deviations returns the deviations from the mean in units of the largest absolute value, so that no square of
// them overflows; nil for a constant.
func deviations(x []float64) []float64 {
	low, high := slices.Min(x), slices.Max(x)
	if low == high {
		return nil
	}
	d := make([]float64, len(x))
	for i, v := range x {
		d[i] = v / max(-low, high)
	}
	m := Mean(d)
	for i := range d {
		d[i] -= m
	}
	return d
}
