package predictors

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/nassearch/nassearch/internal/forest"
	"github.com/nassearch/nassearch/internal/pool"
	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/objective"
)

// Spread is a number over repetitions.
type Spread struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
}

// Score is how well something predicts a target on classes that it was not told.
type Score struct {
	R2      Spread `json:"r2"`      // share of the target's variance
	Kendall Spread `json:"kendall"` // tau-b of prediction and truth; 0 for predictions that are all the same
}

// Single is a measure that predicts alone, by a line through its ranks.
type Single struct {
	Measure objective.Metric `json:"measure"`
	Score
}

// Importance is what a measure is worth to the forest.
type Importance struct {
	Measure     objective.Metric `json:"measure"`
	Impurity    Spread           `json:"impurity"`    // share of the squares that its splits explain
	Permutation Spread           `json:"permutation"` // drop of R2 where its values are shuffled
}

// Known is how well a target is predicted from so many classes that are known.
type Known struct {
	Classes int   `json:"classes"`
	Forest  Score `json:"forest"`
	Ridge   Score `json:"ridge"`
}

// Joint is what all measures together tell of a target.
type Joint struct {
	Target      objective.Metric `json:"target"`
	N           int              `json:"n"` // classes that have the target and all measures
	Learn       int              `json:"learn"`
	Test        int              `json:"test"`
	Problem     string           `json:"problem,omitempty"` // why there is nothing more
	Forest      Score            `json:"forest"`
	Ridge       Score            `json:"ridge"`
	Unexplained Spread           `json:"unexplained"` // share of the variance that the forest leaves
	Singles     []Single         `json:"singles,omitempty"`
	Importance  []Importance     `json:"importance,omitempty"`
	Curve       []Known          `json:"curve,omitempty"`
}

// fewest classes that are divided into some to learn from and some to test on.
const fewest = 20

// curve are the numbers of known classes.
var curve = []int{16, 32, 64, 128, 256, 512, 1024}

// together predicts a target from all measures, over classes that have everything.
func together(ctx context.Context, measures []Column, target Column, o Options) (Joint, error) {
	d := newLessons(measures, target)
	j := Joint{Target: target.Metric, N: len(d.y)}
	j.Test = j.N / 5
	j.Learn = j.N - j.Test
	if j.N < fewest {
		j.Problem = fmt.Sprintf("%d classes have it and all measures, at least %d are needed", j.N, fewest)
		return j, nil
	}
	if o, err := order(d.y); o == nil {
		j.Problem = target.Metric.Brief() + " is the same for all"
		return j, err
	}
	runs := make([]split, o.Repetitions)
	all := make([]int, len(runs))
	for i := range all {
		all[i] = i
	}
	err := pool.Each(ctx, all, workers(), func(ctx context.Context, i int) (int, error) {
		var err error
		runs[i], err = d.split(ctx, i, j.Test, o)
		return i, err
	}, func(int) error { return nil })
	if errors.Is(err, stats.ErrConstant) {
		j.Problem = target.Metric.Brief() + " is the same for all classes of a test part"
		return j, nil
	}
	if err == nil {
		j.collect(measures, runs)
	}
	return j, err
}

// lessons are what there is to learn: the measures and their ranks, by class, and the target.
type lessons struct {
	x, ranks [][]float64
	y        []float64
}

func newLessons(measures []Column, target Column) lessons {
	var d lessons
	for i, y := range target.Values {
		row := make([]float64, len(measures))
		whole := !math.IsNaN(y)
		for j, m := range measures {
			row[j] = m.Values[i]
			whole = whole && !math.IsNaN(row[j])
		}
		if whole {
			d.x, d.y = append(d.x, row), append(d.y, y)
			d.ranks = append(d.ranks, make([]float64, len(measures)))
		}
	}
	for j := range measures {
		column := make([]float64, len(d.x))
		for i, row := range d.x {
			column[i] = row[j]
		}
		for i, r := range stats.Ranks(column) {
			d.ranks[i][j] = r / float64(len(d.x))
		}
	}
	return d
}

// score is that of one repetition.
type score struct{ r2, tau float64 }

// split is what one division into classes to learn from and to test on gave.
type split struct {
	forest, ridge         score
	singles               []score
	impurity, permutation []float64
	curve                 []from
}

// from is how well so many classes predict.
type from struct {
	classes       int
	forest, ridge score
}

// split learns from four fifths of the classes, and is tested on the others.
func (d lessons) split(ctx context.Context, repetition, tested int, o Options) (s split, err error) {
	random := stream.New(o.Seed, "predictors/split", repetition)
	all := random.Perm(len(d.y))
	test, learn := d.of(all[:tested]), d.of(all[tested:])
	options := forest.Options{
		Trees: o.Trees, Leaf: o.Leaf, Features: looked(len(d.x[0])), Seed: random.Uint64(), Workers: 1}
	f, err := forest.Fit(ctx, learn.x, learn.y, options)
	if err != nil {
		return s, err
	}
	if s.forest, err = test.scoreForest(f); err != nil {
		return s, err
	}
	s.impurity = f.Impurity()
	if s.permutation, err = f.Permutation(ctx, test.x, test.y, 1, random.Uint64()); err != nil {
		return s, err
	}
	if s.ridge, err = learn.scoreRidge(test); err != nil {
		return s, err
	}
	for j := range d.x[0] {
		single, err := learn.column(j).scoreRidge(test.column(j))
		if err != nil {
			return s, err
		}
		s.singles = append(s.singles, single)
	}
	if !o.Curve {
		return s, nil
	}
	for _, n := range curve {
		if n >= len(learn.y) {
			break
		}
		few := d.of(all[tested : tested+n])
		f, err := forest.Fit(ctx, few.x, few.y, options)
		if err != nil {
			return s, err
		}
		k := from{classes: n}
		if k.forest, err = test.scoreForest(f); err != nil {
			return s, err
		}
		if k.ridge, err = few.scoreRidge(test); err != nil {
			return s, err
		}
		s.curve = append(s.curve, k)
	}
	return s, nil
}

// looked is how many of the measures a split of the forest looks at: their square root, but four of few. Many measures
// tell much the same, so that looking at more costs time and makes trees alike.
func looked(measures int) int {
	return max(int(math.Round(math.Sqrt(float64(measures)))), min(measures, 4))
}

// of returns those of some classes.
func (d lessons) of(classes []int) (some lessons) {
	for _, i := range classes {
		some.x, some.ranks, some.y = append(some.x, d.x[i]), append(some.ranks, d.ranks[i]), append(some.y, d.y[i])
	}
	return some
}

// column returns those of one measure.
func (d lessons) column(j int) lessons {
	one := lessons{y: d.y}
	for _, row := range d.ranks {
		one.ranks = append(one.ranks, row[j:j+1])
	}
	return one
}

func (d lessons) scoreForest(f *forest.Forest) (score, error) {
	guess := make([]float64, len(d.y))
	f.PredictAll(d.x, guess)
	return d.score(guess)
}

// scoreRidge learns a ridge regression and tests it on others.
func (d lessons) scoreRidge(test lessons) (score, error) {
	r, err := fitRidge(d.ranks, d.y)
	if err != nil {
		return score{}, err
	}
	guess := make([]float64, len(test.y))
	for i, row := range test.ranks {
		guess[i] = r.predict(row)
	}
	return test.score(guess)
}

// score compares predictions with the truth. Those that are all the same put classes in no order.
func (d lessons) score(guess []float64) (s score, err error) {
	if s.r2, err = stats.Determination(d.y, guess); err != nil {
		return s, err
	}
	tau, err := stats.KendallTauB(guess, d.y)
	if errors.Is(err, stats.ErrConstant) {
		return s, nil
	}
	s.tau = tau.Value
	return s, err
}

// collect makes means and deviations over the repetitions.
func (j *Joint) collect(measures []Column, runs []split) {
	scored := func(of func(split) score) Score {
		return Score{spread(runs, func(s split) float64 { return of(s).r2 }),
			spread(runs, func(s split) float64 { return of(s).tau })}
	}
	j.Forest = scored(func(s split) score { return s.forest })
	j.Ridge = scored(func(s split) score { return s.ridge })
	j.Unexplained = Spread{1 - j.Forest.R2.Mean, j.Forest.R2.SD}
	for i, m := range measures {
		j.Singles = append(j.Singles, Single{m.Metric, scored(func(s split) score { return s.singles[i] })})
		j.Importance = append(j.Importance, Importance{m.Metric,
			spread(runs, func(s split) float64 { return s.impurity[i] }),
			spread(runs, func(s split) float64 { return s.permutation[i] })})
	}
	for i, k := range runs[0].curve {
		j.Curve = append(j.Curve, Known{k.classes, scored(func(s split) score { return s.curve[i].forest }),
			scored(func(s split) score { return s.curve[i].ridge })})
	}
}

// spread is the mean over repetitions, and their standard deviation.
func spread(runs []split, of func(split) float64) (s Spread) {
	for i, r := range runs {
		s.Mean += (of(r) - s.Mean) / float64(i+1)
	}
	for _, r := range runs {
		s.SD += (of(r) - s.Mean) * (of(r) - s.Mean) / float64(max(len(runs)-1, 1))
	}
	s.SD = math.Sqrt(s.SD)
	return s
}
