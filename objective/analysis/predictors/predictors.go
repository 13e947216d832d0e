// Package predictors says how well measures of networks foretell their accuracy under attack and corruption: measure by
// measure (Jung, Lukasik, Keuper, ICLR 2023, section 4.1), and all together (Lukasik, Moeller, Keuper, DAGM GCPR 2023).
package predictors

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/correlate"
)

// Column is a metric of all classes; of classes that lack it, NaN.
type Column = correlate.Column

// Options say what is asked. Zero means what is said.
type Options struct {
	Confidence float64 // of intervals, in (0, 1); 0 means 0.95
	Best       float64 // share of the classes that are best by a target, in (0, 1); 0 means 0.1
	// Bootstrap is the number of resamples of the classes, for percentile intervals; 0 means what these tend to, see
	// [stats.Association.Interval].
	Bootstrap int
	Seed      uint64 // of all that is drawn

	Joint       []objective.Metric // targets that all measures together predict
	Trees       int                // 0 means 100
	Leaf        int                // fewest samples of a leaf; 0 means 2
	Repetitions int                // splits into classes to learn from and to test on; 0 means 10
	Curve       bool               // how much is known from few classes
}

func (o Options) complete() Options {
	o.Confidence, o.Best = cmp.Or(o.Confidence, .95), cmp.Or(o.Best, .1)
	o.Trees, o.Leaf, o.Repetitions = cmp.Or(o.Trees, 100), cmp.Or(o.Leaf, 2), cmp.Or(o.Repetitions, 10)
	return o
}

// Coefficient is a rank correlation with its interval. Where more of a measure goes with a smaller value of the target
// it is negative.
type Coefficient struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Rows are the correlations of a measure with a target over some classes.
type Rows struct {
	N        int          `json:"n"`                  // classes that have both
	Kendall  *Coefficient `json:"kendall,omitempty"`  // tau-b; nil where Problem says why
	Spearman *Coefficient `json:"spearman,omitempty"` // rho
	Problem  string       `json:"problem,omitempty"`
}

// Pair says how a measure orders classes by a target.
type Pair struct {
	Measure objective.Metric `json:"measure"`
	Target  objective.Metric `json:"target"`
	All     Rows             `json:"all"`
	Best    Rows             `json:"best"` // over those that are best by the target
}

// Mean is what a measure tells of all targets together.
type Mean struct {
	Measure objective.Metric `json:"measure"`
	Targets int              `json:"targets"`        // over which the mean is
	All     *Coefficient     `json:"all,omitempty"`  // mean of tau-b; nil if there is none
	Best    *Coefficient     `json:"best,omitempty"` // over the best by each target
	// More is by how much the mean is farther from 0 than that of the number of parameters.
	More *Coefficient `json:"more_than_params,omitempty"`
}

// Result is what the measures tell.
type Result struct {
	Measures []objective.Metric `json:"measures"`
	Targets  []objective.Metric `json:"targets"`
	Classes  int                `json:"classes"` // that have a target
	Scored   []int              `json:"scored"`  // by measure, those of them that have it
	Pairs    [][]Pair           `json:"pairs"`   // by measure and target
	Means    []Mean             `json:"means"`   // the farthest from 0 first
	Joint    []Joint            `json:"joint,omitempty"`
}

// Params is the measure that every other should tell more than.
const Params = "params"

// counting says which targets means are over: accuracies of images that are not clean, none of which is a mean over
// others; all where there is none of these.
func counting(targets []objective.Metric) []bool {
	which, some := make([]bool, len(targets)), false
	for j, m := range targets {
		which[j] = m.Name != "clean_acc" && (m.Setting.MeanOf == 0 || m.Setting.Severity != 0)
		some = some || which[j]
	}
	for j := range which {
		which[j] = which[j] || !some
	}
	return which
}

// Analyse compares measures with targets. All columns have the same classes.
func Analyse(ctx context.Context, measures, targets []Column, o Options) (Result, error) {
	o = o.complete()
	measures, targets = evened(measures), evened(targets)
	r := Result{Measures: metricsOf(measures), Targets: metricsOf(targets)}
	r.count(measures, targets)
	a, err := newAtlas(ctx, measures, targets, o.Best)
	if err != nil {
		return r, err
	}
	rows, err := a.pairs(ctx, o)
	if err != nil {
		return r, err
	}
	for _, row := range rows {
		r.Pairs = append(r.Pairs, row.pairs)
	}
	if r.Means, err = means(rows, o); err != nil {
		return r, err
	}
	for _, target := range o.Joint {
		i := slices.Index(r.Targets, target)
		j, err := together(ctx, measures, targets[i], o)
		if err != nil {
			return r, err
		}
		r.Joint = append(r.Joint, j)
	}
	return r, nil
}

// evened has means that differ by rounding alone, such as those of the same numbers in another order, be equal.
func evened(columns []Column) []Column {
	all := slices.Clone(columns)
	for i, c := range all {
		if c.Metric.Setting.MeanOf == 0 {
			continue
		}
		largest := 0.0
		for _, v := range c.Values {
			if !math.IsNaN(v) {
				largest = max(largest, math.Abs(v))
			}
		}
		all[i].Values = make([]float64, len(c.Values))
		for k, v := range c.Values {
			all[i].Values[k] = stats.Round(v, largest)
		}
	}
	return all
}

func metricsOf(columns []Column) []objective.Metric {
	all := make([]objective.Metric, len(columns))
	for i, c := range columns {
		all[i] = c.Metric
	}
	return all
}

// count counts the classes that have a target, and those of them that have a measure.
func (r *Result) count(measures, targets []Column) {
	r.Scored = make([]int, len(measures))
	if len(targets) == 0 {
		return
	}
	for class := range targets[0].Values {
		if !slices.ContainsFunc(targets, func(t Column) bool { return !math.IsNaN(t.Values[class]) }) {
			continue
		}
		r.Classes++
		for i, m := range measures {
			if !math.IsNaN(m.Values[class]) {
				r.Scored[i]++
			}
		}
	}
}

// workers is how many goroutines share the work.
func workers() int { return runtime.GOMAXPROCS(0) }

// coefficient has the interval of an association.
func coefficient(a stats.Association, confidence float64) (*Coefficient, error) {
	in, err := a.Interval(confidence)
	return &Coefficient{a.Value, in.Low, in.High}, err
}
