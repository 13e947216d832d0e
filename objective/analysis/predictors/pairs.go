package predictors

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/pool"
	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/objective"
)

// row is a measure's pairs with all targets, with what every class has to do with their mean.
type row struct {
	measure   objective.Metric
	pairs     []Pair
	all, best influence
}

// influence is that of classes on the mean of correlations: by class, over the classes of each.
type influence struct {
	sum   []float64 // by class, of influences over the number of classes that they are of
	value float64   // sum of the correlations
	n     int       // correlations
	width float64   // sum of the widths of their intervals
	sure  bool      // some are perfect, of which influences know no error
}

func (f *influence) add(a stats.Association, c *Coefficient, classes []int) {
	for k, i := range classes {
		f.sum[i] += a.Influence[k] / float64(len(classes))
	}
	f.value += a.Value
	f.n++
	f.width += c.High - c.Low
	f.sure = f.sure || math.Abs(a.Value) == 1 || len(classes) < fewInfluences
}

// fewInfluences are too few classes to know an error by.
const fewInfluences = 10

// pairs compares every measure with every target.
func (a *atlas) pairs(ctx context.Context, o Options) ([]row, error) {
	rows := make([]row, len(a.measures))
	all := make([]int, len(rows))
	for i := range all {
		all[i] = i
	}
	return rows, pool.Each(ctx, all, workers(), func(ctx context.Context, i int) (int, error) {
		var err error
		rows[i], err = a.row(ctx, i, o)
		return i, err
	}, func(int) error { return nil })
}

func (a *atlas) row(ctx context.Context, measure int, o Options) (row, error) {
	m := a.measures[measure]
	r := row{measure: m.Metric}
	mean := counting(metricsOf(a.targets))
	r.all.sum, r.best.sum = make([]float64, len(m.Values)), make([]float64, len(m.Values))
	for j, t := range a.targets {
		if err := ctx.Err(); err != nil {
			return r, context.Cause(ctx)
		}
		s := a.of[measure][j]
		classes := a.samples[s]
		draw := drawn{o, m.Metric.Key() + " " + t.Metric.Key()}
		p := Pair{Measure: m.Metric, Target: t.Metric}
		x, y := a.orders[place{false, measure, s}], a.orders[place{true, j, s}]
		all, err := draw.compare(ctx, &p.All, m, t, classes, x, y)
		if err != nil {
			return r, err
		}
		best := a.best[place{true, j, s}]
		if x, err = order(pick(m.Values, best.classes)); err != nil {
			return r, err
		}
		few, err := draw.compare(ctx, &p.Best, m, t, best.classes, x, best.order)
		if err != nil {
			return r, err
		}
		if mean[j] && all != nil {
			r.all.add(*all, p.All.Kendall, classes)
		}
		if mean[j] && few != nil {
			r.best.add(*few, p.Best.Kendall, best.classes)
		}
		r.pairs = append(r.pairs, p)
	}
	return r, nil
}

// foremost lists the share of classes that are best by a target, and those that are as good as the last of them.
func foremost(t Column, classes []int, share float64) []int {
	if len(classes) == 0 {
		return nil
	}
	values := pick(t.Values, classes)
	slices.SortFunc(values, t.Metric.Goal.Compare)
	last := values[max(int(math.Ceil(share*float64(len(values)))), 1)-1]
	return slices.DeleteFunc(slices.Clone(classes), func(i int) bool {
		return t.Metric.Goal.Compare(t.Values[i], last) > 0
	})
}

// drawn are intervals of a pair.
type drawn struct {
	Options
	pair string // by which its resamples are keyed
}

// compare fills in the correlations over classes, and returns tau-b. What the values do not allow is their problem.
func (d drawn) compare(
	ctx context.Context, to *Rows, m, t Column, classes []int, x, y *stats.Order,
) (*stats.Association, error) {
	to.N = len(classes)
	switch {
	case len(classes) < 2:
		to.Problem = "fewer than two classes have both"
	case x == nil:
		to.Problem = m.Metric.Brief() + " is the same for all"
	case y == nil:
		to.Problem = t.Metric.Brief() + " is the same for all"
	}
	if to.Problem != "" {
		return nil, nil
	}
	tau, rho := x.Kendall(y), x.Spearman(y)
	var err error
	if to.Kendall, err = coefficient(tau, d.Confidence); err != nil {
		return nil, err
	}
	if to.Spearman, err = coefficient(rho, d.Confidence); err != nil {
		return nil, err
	}
	if d.Bootstrap == 0 {
		return &tau, nil
	}
	return &tau, d.resample(ctx, to, pick(m.Values, classes), pick(t.Values, classes))
}

// resample puts percentile intervals of resampled classes in the place of those by influences. Resamples in which a
// side does not vary are left out.
func (d drawn) resample(ctx context.Context, to *Rows, x, y []float64) error {
	random := stream.New(d.Seed, fmt.Sprintf("predictors/bootstrap/%s/%d", d.pair, len(x)))
	xs, ys := make([]float64, len(x)), make([]float64, len(x))
	var taus, rhos []float64
	for range d.Bootstrap {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		for i := range xs {
			k := random.IntN(len(x))
			xs[i], ys[i] = x[k], y[k]
		}
		a, err := order(xs)
		if err != nil {
			return err
		}
		b, err := order(ys)
		if err != nil {
			return err
		}
		if a != nil && b != nil {
			taus, rhos = append(taus, a.Kendall(b).Value), append(rhos, a.Spearman(b).Value)
		}
	}
	for _, c := range []struct {
		to *Coefficient
		of []float64
	}{{to.Kendall, taus}, {to.Spearman, rhos}} {
		if len(c.of) == 0 {
			continue
		}
		in, err := stats.Middle(c.of, d.Confidence)
		if err != nil {
			return err
		}
		c.to.Low, c.to.High = min(in.Low, c.to.Value), max(in.High, c.to.Value)
	}
	return nil
}
