package analysis

import (
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
)

// distribution describes numbers.
func (a *analysis) distribution(x []float64) Distribution {
	if len(x) == 0 {
		return a.nothing()
	}
	s, err := stats.Describe(x)
	a.keep(err)
	d := Distribution{
		N: s.N, SD: compare.Number(s.StdDev),
		Min: compare.Number(s.Min), Q1: compare.Number(s.Q1), Q3: compare.Number(s.Q3), Max: compare.Number(s.Max),
	}
	sorted := slices.Sorted(slices.Values(x))
	for _, s := range a.statistics {
		*d.of(s.Name) = a.estimate(x, s.Of(sorted), s.Of)
	}
	return d
}

// nothing is the distribution of no numbers.
func (a *analysis) nothing() Distribution {
	n := compare.Unknown()
	d := Distribution{SD: n, Min: n, Q1: n, Q3: n, Max: n}
	for _, s := range a.statistics {
		*d.of(s.Name) = unknown()
	}
	return d
}

// unknown is the estimate from no numbers.
func unknown() Estimate { return Estimate{compare.Unknown(), compare.Unknown(), compare.Unknown()} }

// estimate adds the interval to a statistic: BCa, or where a sample has none (its resamples are all on one side) the
// percentile interval. One number has no interval.
func (a *analysis) estimate(x []float64, value float64, of stats.Statistic) Estimate {
	n := compare.Number(value)
	switch {
	case len(x) < 2:
		return Estimate{n, compare.Unknown(), compare.Unknown()}
	case slices.Min(x) == slices.Max(x):
		return Estimate{n, n, n}
	}
	i, err := a.bootstrap().BCa(x, of)
	if err != nil {
		i, err = a.bootstrap().Percentile(x, of)
	}
	a.keep(err)
	return Estimate{n, compare.Number(i.Low), compare.Number(i.High)}
}

// regret is the distance to the optimum.
func regret(p compare.Problem, n compare.Number) compare.Number {
	return compare.Number(p.Regret(float64(n)))
}

// regrets are those of the ends of an interval, the low one first.
func regrets(p compare.Problem, low, high compare.Number) (compare.Number, compare.Number) {
	if p.Goal() == objective.Maximize {
		low, high = high, low
	}
	return regret(p, low), regret(p, high)
}

// regret turns the distribution of a quality into that of the distance to the optimum.
func (d Distribution) regret(p compare.Problem) Distribution {
	d.Mean, d.Median, d.IQM = d.Mean.regret(p), d.Median.regret(p), d.IQM.regret(p)
	d.More = slices.Clone(d.More)
	for i, more := range d.More {
		d.More[i].Estimate = more.regret(p)
	}
	d.Min, d.Max = regrets(p, d.Min, d.Max)
	d.Q1, d.Q3 = regrets(p, d.Q1, d.Q3)
	return d
}

func (e Estimate) regret(p compare.Problem) Estimate {
	e.Value = regret(p, e.Value)
	e.Low, e.High = regrets(p, e.Low, e.High)
	return e
}

// regret turns the band of a quality into that of the distance to the optimum.
func (b Band) regret(p compare.Problem) Band {
	out := newBand(len(b.Mean))
	for i := range b.Mean {
		out.Mean[i], out.Median[i] = regret(p, b.Mean[i]), regret(p, b.Median[i])
		out.Low[i], out.High[i] = regrets(p, b.Low[i], b.High[i])
		out.Q1[i], out.Q3[i] = regrets(p, b.Q1[i], b.Q3[i])
	}
	return out
}

// band reads the curves of the runs that have a value, from where all of these have one.
func (a *analysis) band(s sample) Band {
	b := newBand(len(a.grid))
	var rows [][]float64
	first := 0
	for _, r := range s.runs {
		if math.IsNaN(a.end(r)) {
			continue
		}
		row := make([]float64, len(a.grid))
		for i, x := range a.grid {
			row[i] = a.at(r, x)
			if math.IsNaN(row[i]) {
				first = max(first, i+1)
			}
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 || first == len(a.grid) {
		return b
	}
	for i := range rows {
		rows[i] = rows[i][first:]
	}
	means, err := a.bootstrap().Means(rows)
	a.keep(err)
	column := make([]float64, len(rows))
	for j, mean := range means {
		for i, row := range rows {
			column[i] = row[j]
		}
		d, err := stats.Describe(column)
		a.keep(err)
		at := first + j
		b.Mean[at], b.Median[at] = compare.Number(d.Mean), compare.Number(d.Median)
		b.Q1[at], b.Q3[at] = compare.Number(d.Q1), compare.Number(d.Q3)
		if len(rows) > 1 {
			b.Low[at], b.High[at] = compare.Number(mean.Low), compare.Number(mean.High)
		}
	}
	return b
}

// newBand knows nothing.
func newBand(n int) Band {
	unknown := func() []compare.Number { return slices.Repeat([]compare.Number{compare.Unknown()}, n) }
	return Band{unknown(), unknown(), unknown(), unknown(), unknown(), unknown()}
}
