package analysis

import (
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
)

// distribution describes numbers.
func (a analysis) distribution(x []float64) (Distribution, error) {
	if len(x) == 0 {
		return nothing(), nil
	}
	s, err := stats.Describe(x)
	if err != nil {
		return Distribution{}, err
	}
	d := Distribution{
		N: s.N, SD: compare.Number(s.StdDev),
		Min: compare.Number(s.Min), Q1: compare.Number(s.Q1), Q3: compare.Number(s.Q3), Max: compare.Number(s.Max),
	}
	for _, e := range []struct {
		to    *Estimate
		value float64
		of    stats.Statistic
	}{
		{&d.Mean, s.Mean, stats.Mean}, {&d.Median, s.Median, stats.Median},
		{&d.IQM, s.InterquartileMean, stats.InterquartileMean},
	} {
		if *e.to, err = a.estimate(x, e.value, e.of); err != nil {
			return d, err
		}
	}
	return d, nil
}

// nothing is the distribution of no numbers.
func nothing() Distribution {
	n := compare.Unknown()
	e := Estimate{n, n, n}
	return Distribution{Mean: e, Median: e, IQM: e, SD: n, Min: n, Q1: n, Q3: n, Max: n}
}

// estimate adds the interval to a statistic: BCa, or where a sample has none (its resamples are all on one side) the
// percentile interval. One number has no interval.
func (a analysis) estimate(x []float64, value float64, of stats.Statistic) (Estimate, error) {
	if len(x) < 2 {
		return Estimate{compare.Number(value), compare.Unknown(), compare.Unknown()}, nil
	}
	if slices.Min(x) == slices.Max(x) {
		return Estimate{compare.Number(value), compare.Number(value), compare.Number(value)}, nil
	}
	i, err := a.bootstrap().BCa(x, of)
	if err != nil {
		i, err = a.bootstrap().Percentile(x, of)
	}
	return Estimate{compare.Number(value), compare.Number(i.Low), compare.Number(i.High)}, err
}

// regret turns the distribution of a quality into that of the distance to the optimum.
func (d Distribution) regret(p compare.Problem) Distribution {
	to := func(n compare.Number) compare.Number { return compare.Number(p.Regret(float64(n))) }
	out := Distribution{N: d.N, SD: d.SD, Mean: d.Mean.regret(p), Median: d.Median.regret(p), IQM: d.IQM.regret(p)}
	out.Min, out.Q1, out.Q3, out.Max = to(d.Min), to(d.Q1), to(d.Q3), to(d.Max)
	if p.Goal() == objective.Maximize {
		out.Min, out.Q1, out.Q3, out.Max = out.Max, out.Q3, out.Q1, out.Min
	}
	return out
}

func (e Estimate) regret(p compare.Problem) Estimate {
	to := func(n compare.Number) compare.Number { return compare.Number(p.Regret(float64(n))) }
	out := Estimate{to(e.Value), to(e.Low), to(e.High)}
	if p.Goal() == objective.Maximize {
		out.Low, out.High = out.High, out.Low
	}
	return out
}

// band reads the curves of the runs that have a value, from where all of these have one.
func (a analysis) band(s sample) (Band, error) {
	b := newBand(len(a.grid))
	var rows [][]float64
	first := 0
	for _, r := range s.runs {
		if len(r.Steps) == 0 || r.Steps[0].On(a.plan.Axis) > a.plan.End() {
			continue
		}
		row := make([]float64, len(a.grid))
		for i, x := range a.grid {
			row[i] = r.At(a.plan.Axis, x)
			if math.IsNaN(row[i]) {
				first = max(first, i+1)
			}
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 || first == len(a.grid) {
		return b, nil
	}
	for i := range rows {
		rows[i] = rows[i][first:]
	}
	means, err := a.bootstrap().Means(rows)
	if err != nil {
		return b, err
	}
	column := make([]float64, len(rows))
	for j := range means {
		for i, row := range rows {
			column[i] = row[j]
		}
		d, err := stats.Describe(column)
		if err != nil {
			return b, err
		}
		at := first + j
		b.Mean[at], b.Median[at] = compare.Number(d.Mean), compare.Number(d.Median)
		b.Q1[at], b.Q3[at] = compare.Number(d.Q1), compare.Number(d.Q3)
		if len(rows) > 1 {
			b.Low[at], b.High[at] = compare.Number(means[j].Low), compare.Number(means[j].High)
		}
	}
	return b, nil
}

// newBand knows nothing.
func newBand(n int) Band {
	unknown := func() []compare.Number {
		x := make([]compare.Number, n)
		for i := range x {
			x[i] = compare.Unknown()
		}
		return x
	}
	return Band{unknown(), unknown(), unknown(), unknown(), unknown(), unknown()}
}

// regret turns the band of a quality into that of the distance to the optimum.
func (b Band) regret(p compare.Problem) Band {
	out := newBand(len(b.Mean))
	for i := range b.Mean {
		for _, n := range []struct{ from, to []compare.Number }{
			{b.Mean, out.Mean}, {b.Low, out.Low}, {b.High, out.High}, {b.Median, out.Median}, {b.Q1, out.Q1}, {b.Q3, out.Q3},
		} {
			n.to[i] = compare.Number(p.Regret(float64(n.from[i])))
		}
	}
	if p.Goal() == objective.Maximize {
		out.Low, out.High, out.Q1, out.Q3 = out.High, out.Low, out.Q3, out.Q1
	}
	return out
}
