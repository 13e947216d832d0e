package predictors_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/predictors"
	"pgregory.net/rapid"
)

func column(name string, values ...float64) predictors.Column {
	return predictors.Column{Metric: objective.Metric{Name: name}, Values: values}
}

func pgd(eps objective.Eps, values ...float64) predictors.Column {
	return predictors.Column{Metric: objective.Metric{Name: "pgd_acc", Setting: objective.At(eps)}, Values: values}
}

func analyse(t testing.TB, measures, targets []predictors.Column, o predictors.Options) predictors.Result {
	t.Helper()
	r, err := predictors.Analyse(context.Background(), measures, targets, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Classes that miss one of the two are left out of a pair, of that pair alone.
func TestPairsAreOverClassesThatHaveBoth(t *testing.T) {
	hole := math.NaN()
	r := analyse(t, []predictors.Column{column("a", 1, 2, 3, 4, hole, 6), column("b", hole, 5, 4, 3, 2, 1)},
		[]predictors.Column{pgd(1, .1, .2, .3, hole, .5, .6), pgd(2, .6, .5, .4, .3, .2, .1)}, predictors.Options{})
	for i, want := range [][]int{{4, 5}, {4, 5}} {
		for j, n := range want {
			if p := r.Pairs[i][j]; p.All.N != n || math.Abs(p.All.Kendall.Value) != 1 {
				t.Errorf("%s with %s: %d classes, tau %v", p.Measure.Name, p.Target.Key(), p.All.N, p.All.Kendall.Value)
			}
		}
	}
	if r.Scored[0] != 5 || r.Scored[1] != 5 || r.Classes != 6 {
		t.Errorf("%v of %d classes have a score", r.Scored, r.Classes)
	}
}

// The best are those by the target, whichever way is better, with all that are as good as the last of them.
func TestBestAreByTheTarget(t *testing.T) {
	least := predictors.Column{Metric: objective.Metric{Name: "pgd_loss", Goal: objective.Minimize},
		Values: []float64{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}}
	r := analyse(t, []predictors.Column{column("a", 1, 2, 3, 4, 5, 6, 7, 8, 10, 9)},
		[]predictors.Column{pgd(1, .9, .9, .9, .4, .3, .2, .1, 0, 0, 0), least}, predictors.Options{Best: .2})
	if p := r.Pairs[0][0]; p.Best.N != 3 || p.Best.Kendall != nil || p.Best.Problem == "" {
		t.Errorf("%+v, want three of equal accuracy", p.Best)
	}
	if p := r.Pairs[0][1]; p.Best.N != 2 || p.Best.Kendall.Value != 1 || p.All.Kendall.Value >= 0 {
		t.Errorf("%+v, want the two of least loss", p.Best)
	}
}

func TestWhatCannotBeComparedSaysWhy(t *testing.T) {
	hole := math.NaN()
	r := analyse(t, []predictors.Column{column("constant", 1, 1, 1), column("holes", hole, hole, 1), column("a", 1, 2, 3)},
		[]predictors.Column{pgd(1, .1, .2, .3), pgd(2, .5, .5, .5), pgd(4, hole, hole, hole)},
		predictors.Options{Joint: []objective.Metric{pgd(1).Metric}})
	for i, row := range r.Pairs {
		for j, p := range row {
			if fine := i == 2 && j == 0; fine != (p.All.Problem == "") || fine != (p.All.Kendall != nil) {
				t.Errorf("%s with %s: %q", p.Measure.Name, p.Target.Key(), p.All.Problem)
			}
		}
	}
	if r.Joint[0].Problem == "" {
		t.Error("three classes are divided")
	}
	if m := r.Means[len(r.Means)-1]; m.All != nil || m.Targets != 0 {
		t.Errorf("a mean of nothing: %+v", m)
	}
}

// made are measures of which one is the number of parameters and one tells the target with less noise.
func made(n int) (measures, targets []predictors.Column) {
	random := rand.New(rand.NewPCG(5, 6))
	params, good, useless, one, two := column("params"), column("good"), column("useless"), pgd(1), pgd(2)
	for range n {
		size, skill := random.Float64(), random.Float64()
		acc := .5*skill + .2*size + .05*random.Float64()
		params.Values, good.Values = append(params.Values, size), append(good.Values, skill)
		useless.Values = append(useless.Values, random.Float64())
		one.Values, two.Values = append(one.Values, acc), append(two.Values, acc*acc)
	}
	return []predictors.Column{params, useless, good}, []predictors.Column{one, two}
}

func TestMeansOrderMeasuresAndCompareWithSize(t *testing.T) {
	measures, targets := made(300)
	r := analyse(t, measures, targets, predictors.Options{})
	if r.Means[0].Measure.Name != "good" || r.Means[0].More.Low <= 0 || r.Means[2].Measure.Name != "useless" ||
		r.Means[2].More.High >= 0 || r.Means[1].More != nil {
		t.Errorf("%+v", r.Means)
	}
	for _, m := range r.Means {
		if m.All.Low > m.All.Value || m.All.High < m.All.Value {
			t.Errorf("%+v is outside of its interval", m.All)
		}
	}
}

// Both targets order classes alike, so that the mean is either, with its interval.
func TestMeanOfEqualsIsEither(t *testing.T) {
	measures, targets := made(200)
	r := analyse(t, measures, targets, predictors.Options{})
	for _, m := range r.Means {
		for i := range measures {
			one := r.Pairs[i][0].All.Kendall
			if measures[i].Metric == m.Measure && (math.Abs(one.Value-m.All.Value) > 1e-12 || math.Abs(one.Low-m.All.Low) > .01) {
				t.Errorf("%s: mean %+v of %+v", m.Measure.Name, *m.All, *one)
			}
		}
	}
}

// Resamples give about the intervals that influences do.
func TestBootstrapAgreesWithInfluences(t *testing.T) {
	measures, targets := made(150)
	want := analyse(t, measures, targets[:1], predictors.Options{})
	got := analyse(t, measures, targets[:1], predictors.Options{Bootstrap: 1000})
	for i := range measures {
		for _, c := range [][2]*predictors.Coefficient{
			{got.Pairs[i][0].All.Kendall, want.Pairs[i][0].All.Kendall},
			{got.Pairs[i][0].All.Spearman, want.Pairs[i][0].All.Spearman},
		} {
			if math.Abs(c[0].Low-c[1].Low) > .03 || math.Abs(c[0].High-c[1].High) > .03 || c[0].Value != c[1].Value {
				t.Errorf("%s: %+v, want about %+v", measures[i].Metric.Name, *c[0], *c[1])
			}
		}
	}
}

func TestMeasuresTogetherTellMoreThanOne(t *testing.T) {
	measures, targets := made(400)
	o := predictors.Options{Joint: []objective.Metric{targets[0].Metric}, Trees: 20, Curve: true}
	j := analyse(t, measures, targets, o).Joint[0]
	if j.N != 400 || j.Test != 80 || j.Learn != 320 || len(j.Curve) != 5 {
		t.Errorf("%d classes, %d and %d, %d points", j.N, j.Learn, j.Test, len(j.Curve))
	}
	best := j.Singles[2].R2.Mean
	if j.Ridge.R2.Mean < .98 || j.Forest.R2.Mean < best || math.Abs(j.Unexplained.Mean-(1-j.Forest.R2.Mean)) > 1e-12 {
		t.Errorf("ridge %v, forest %v, the best alone %v", j.Ridge.R2, j.Forest.R2, best)
	}
	if i := j.Importance; i[2].Permutation.Mean < i[0].Permutation.Mean || math.Abs(i[1].Permutation.Mean) > .05 ||
		math.Abs(i[0].Impurity.Mean+i[1].Impurity.Mean+i[2].Impurity.Mean-1) > 1e-9 {
		t.Errorf("importance %+v", i)
	}
	if j.Curve[0].Forest.R2.Mean > j.Curve[4].Forest.R2.Mean {
		t.Errorf("16 classes tell more than 256: %+v", j.Curve)
	}
}

// Results are a function of columns and seed.
func TestAnalysisIsItsSeeds(t *testing.T) {
	measures, targets := made(100)
	o := predictors.Options{Joint: []objective.Metric{targets[0].Metric}, Trees: 5, Repetitions: 3, Bootstrap: 100, Seed: 4}
	a, b := analyse(t, measures, targets, o), analyse(t, measures, targets, o)
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
	o.Seed++
	if c := analyse(t, measures, targets, o); c.Joint[0].Forest == a.Joint[0].Forest {
		t.Error("another seed has the same splits")
	}
}

// Whatever the columns are, nothing in a result is no number, and intervals hold their values.
func TestPropertyAnyColumnsAreAnalysed(t *testing.T) {
	values := rapid.SliceOfN(rapid.OneOf(rapid.Just(math.NaN()), rapid.Float64(),
		rapid.Map(rapid.IntRange(0, 3), func(n int) float64 { return float64(n) })), 30, 30)
	rapid.Check(t, func(t *rapid.T) {
		measures := []predictors.Column{column("params", values.Draw(t, "a")...), column("b", values.Draw(t, "b")...)}
		targets := []predictors.Column{pgd(1, values.Draw(t, "y")...), pgd(2, values.Draw(t, "z")...)}
		r, err := predictors.Analyse(context.Background(), measures, targets, predictors.Options{
			Trees: 2, Repetitions: 2, Joint: []objective.Metric{targets[0].Metric}, Curve: true})
		if err != nil {
			t.Fatal(err)
		}
		var all []*predictors.Coefficient
		for _, row := range r.Pairs {
			for _, p := range row {
				all = append(all, p.All.Kendall, p.All.Spearman, p.Best.Kendall, p.Best.Spearman)
			}
		}
		for _, m := range r.Means {
			all = append(all, m.All, m.Best, m.More)
		}
		for _, c := range all {
			if c != nil && !(c.Low <= c.Value && c.Value <= c.High) {
				t.Fatalf("%+v", *c)
			}
		}
		if j := r.Joint[0]; math.IsNaN(j.Forest.R2.Mean+j.Ridge.R2.Mean) || math.IsInf(j.Ridge.R2.Mean, 0) {
			t.Fatalf("%+v", j)
		}
	})
}

func TestAnalysisEndsWithItsContext(t *testing.T) {
	measures, targets := made(50)
	ctx, end := context.WithCancelCause(context.Background())
	enough := errors.New("enough")
	end(enough)
	if _, err := predictors.Analyse(ctx, measures, targets, predictors.Options{}); !errors.Is(err, enough) {
		t.Errorf("%v, want what ended it", err)
	}
}
