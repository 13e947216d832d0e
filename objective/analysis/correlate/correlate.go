// Package correlate compares how metrics order architectures: the metrics of one table with each other, or those
// of one table with those of another.
package correlate

import (
	"cmp"
	"context"
	"errors"
	"math"
	"runtime"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"golang.org/x/sync/errgroup"
)

// Column is a metric of many architectures. Columns that are compared have the same architecture at the same index.
type Column struct {
	Metric objective.Metric
	Values []float64 // NaN where missing
}

// Coefficient is a rank correlation with its confidence interval. Values are taken as they are: where more of one
// metric goes with less of the other it is negative, whichever way is better.
type Coefficient struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	P     float64 `json:"p"` // two-sided, against no association
}

// Pair says how two metrics order the architectures that have a value of both.
type Pair struct {
	A        objective.Metric `json:"a"`
	B        objective.Metric `json:"b"`
	N        int              `json:"n"`        // architectures
	Kendall  *Coefficient     `json:"kendall"`  // tau-b; nil where Problem says why
	Spearman *Coefficient     `json:"spearman"` // rho; nil where Problem says why
	Problem  string           `json:"problem,omitempty"`
}

// Options say how intervals are made.
type Options struct {
	Confidence float64 // in (0, 1); 0 means 0.95
	// Bootstrap is the number of resamples of the architectures, for percentile intervals; 0 means the formulas of
	// [stats.Correlation.Interval].
	Bootstrap int
	Seed      uint64 // of the resamples
}

// Matrix compares every column of a with every column of b: cell i, j is of a[i] and b[j].
func Matrix(ctx context.Context, a, b []Column, o Options) (Result, error) {
	return all(ctx, a, b, o, false)
}

// Self compares the columns with each other, every two of them once.
func Self(ctx context.Context, columns []Column, o Options) (Result, error) {
	return all(ctx, columns, columns, o, true)
}

// all compares columns in parallel, until one fails.
func all(ctx context.Context, a, b []Column, o Options, self bool) (Result, error) {
	m := make([][]Pair, len(a))
	for i := range m {
		m[i] = make([]Pair, len(b))
	}
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i := range a {
		for j := range b {
			if self && j > i {
				break
			}
			work.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				p, err := compare(ctx, a[i], b[j], o)
				m[i][j] = p
				if self {
					p.A, p.B = p.B, p.A
					m[j][i] = p
				}
				return err
			})
		}
	}
	return Result{Cells: m, Self: self}, work.Wait()
}

// compare correlates two columns. What their values do not allow is the pair's problem; an error is a setting's.
func compare(ctx context.Context, a, b Column, o Options) (Pair, error) {
	x, y := both(a.Values, b.Values)
	p := Pair{A: a.Metric, B: b.Metric, N: len(x)}
	if len(x) < 2 {
		p.Problem = "fewer than two architectures have both"
		return p, nil
	}
	var err error
	if p.Kendall, err = coefficient(ctx, stats.KendallTauB, x, y, o); err == nil {
		p.Spearman, err = coefficient(ctx, stats.Spearman, x, y, o)
	}
	if errors.Is(err, stats.ErrConstant) {
		p.Kendall, p.Spearman, p.Problem = nil, nil, "a metric is the same for all architectures that have both"
		if o.Bootstrap > 0 {
			p.Problem += ", or for all of a resample"
		}
		return p, nil
	}
	return p, err
}

// both returns the values of the architectures that miss neither.
func both(a, b []float64) (x, y []float64) {
	x, y = make([]float64, 0, len(a)), make([]float64, 0, len(a))
	for i := range a {
		if !math.IsNaN(a[i]) && !math.IsNaN(b[i]) {
			x, y = append(x, a[i]), append(y, b[i])
		}
	}
	return x, y
}

// correlation is one of package stats.
type correlation func(x, y []float64) (stats.Correlation, error)

func coefficient(ctx context.Context, f correlation, x, y []float64, o Options) (*Coefficient, error) {
	c, err := f(x, y)
	if err != nil {
		return nil, err
	}
	var in stats.Interval
	if o.Bootstrap == 0 {
		in, err = c.Interval(o.confidence())
	} else {
		in, err = bootstrap(ctx, f, x, y, o)
	}
	if err != nil {
		return nil, err
	}
	return &Coefficient{Value: c.Value, Low: in.Low, High: in.High, P: c.P}, nil
}

func (o Options) confidence() float64 { return cmp.Or(o.Confidence, .95) }

// bootstrap resamples pairs by their index.
func bootstrap(ctx context.Context, f correlation, x, y []float64, o Options) (stats.Interval, error) {
	index, xs, ys := make([]float64, len(x)), make([]float64, len(x)), make([]float64, len(x))
	for i := range index {
		index[i] = float64(i)
	}
	b := stats.Bootstrap{Resamples: o.Bootstrap, Confidence: o.confidence(), Seed: o.Seed}
	var failure error
	in, err := b.Percentile(index, func(drawn []float64) float64 {
		for k, i := range drawn {
			xs[k], ys[k] = x[int(i)], y[int(i)]
		}
		c, err := f(xs, ys)
		if failure = cmp.Or(err, ctx.Err()); failure != nil {
			return math.NaN() // which ends it
		}
		return c.Value
	})
	return in, cmp.Or(failure, err)
}
