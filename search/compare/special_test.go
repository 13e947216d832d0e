package compare_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
)

// flat has one value of each metric for all.
type flat struct{ searchtest.Landscape }

func (f flat) Evaluate(context.Context, objective.Request) (objective.Outcome, error) {
	o := objective.Outcome{Values: make([]float64, f.Count)}
	for i := range o.Values {
		o.Values[i] = .25
	}
	return o, nil
}

// flatTask is a task of which all is known, and equal.
func flatTask(metrics int) compare.Task {
	f := flat{searchtest.Landscape{Count: metrics}}
	values := make([]float64, metrics*grid.Classes())
	for i := range values {
		values[i] = .25
	}
	return compare.Task{Name: "plain", About: "made up", Evaluator: f, Known: objective.NewMeasured(f.Metrics(), values)}
}

// stuck proposes one class for ever.
const stuckAt = space.Arch("0,0,0,0,0")

func stuck(search.Problem, search.Options) (search.Strategy, error) {
	return asks(func(*rand.Rand) space.Arch { return stuckAt }), nil
}

// failingTask is a task in which that class has no value.
func failingTask(metrics int) compare.Task {
	t := task(metrics)
	l := t.Evaluator.(searchtest.Landscape)
	l.Fails = func(q objective.Request) bool { return q.Arch == stuckAt }
	t.Evaluator = l
	return t
}

// Comparisons of little or of equals are told in every form, without a number that nobody knows.
func TestSpecialComparisonsAreTold(t *testing.T) {
	both := []compare.Strategy{{Name: "sample", Algorithm: "sample"}, {Name: "stuck", Algorithm: "stuck"}}
	joint := func(t compare.Task) compare.Task { t.Known = nil; return t }
	minimised := task(1)
	minimised.Evaluator = searchtest.Landscape{Count: 1, As: []objective.Metric{{Name: "params", Goal: objective.Minimize}}}
	minimised.Known = nil
	for name, c := range map[string]struct {
		task compare.Task
		runs int
		of   []compare.Strategy
		want string // in the text
	}{
		"one run":                       {task(1), 1, both, "So few pairs cannot show any"},
		"one strategy":                  {task(1), 4, both[:1], "compare  sample"},
		"one run of one strategy":       {task(2), 1, both[:1], "of its hypervolume"},
		"all equal":                     {flatTask(1), 4, both, "came to the same in all 4 pairs"},
		"all equal in two metrics":      {flatTask(2), 4, both, "came to the same in all 4 pairs"},
		"all equal in a joint box":      {joint(flatTask(3)), 4, both, "came to the same in all 4 pairs"},
		"one finds nothing":             {failingTask(1), 4, both, "4 of 4 runs of stuck never had a value"},
		"one finds no front":            {failingTask(2), 4, both, "4 of 4 runs of stuck never had a value: their hypervolume is 0"},
		"one finds no front of three":   {failingTask(3), 4, both, "4 of 4 runs of stuck never had a value: their hypervolume is 0"},
		"one finds none of the joint":   {joint(failingTask(2)), 4, both, "of the joint front"},
		"nobody finds anything":         {failingTask(1), 2, both[1:], "2 of 2 runs of stuck never had a value"},
		"nobody finds any front":        {joint(failingTask(2)), 2, both[1:], "2 of 2 runs of stuck never had a value"},
		"three metrics":                 {task(3), 4, both[:1], "of its hypervolume"},
		"three metrics in a joint box":  {joint(task(3)), 4, both[:1], "in the box between the best and the worst values of all runs"},
		"one metric that is minimised":  {minimised, 8, both, "sample is better than stuck"},
		"one run that nobody can judge": {joint(task(1)), 1, both[:1], "compare  sample"},
	} {
		t.Run(name, func(t *testing.T) {
			x := config()
			x.Registry = search.Registry{"sample": registry["sample"], "stuck": {New: stuck, Multi: true}}
			x.Tasks, x.Runs, x.Strategies, x.CountDuplicates = []compare.Task{c.task}, c.runs, c.of, true
			found := analyse(t, x, runs(t, x, ""))
			forms := written(t, found, x)
			for form, text := range forms {
				for _, bad := range []string{"NaN", "Inf", "%!"} {
					if strings.Contains(text, bad) {
						t.Errorf("%s has %s:\n%.2000s", form, bad, text)
					}
				}
			}
			if plain := strings.Join(strings.Fields(forms["text"]), " "); !strings.Contains(plain, strings.Join(strings.Fields(c.want), " ")) {
				t.Errorf("no %q in\n%s", c.want, forms["text"])
			}
			if !json.Valid([]byte(forms["JSON"])) {
				t.Errorf("no JSON: %s", forms["JSON"])
			}
		})
	}
}

// written is a comparison in all of its forms.
func written(t *testing.T, found analysis.Comparison, x compare.Config) map[string]string {
	t.Helper()
	var text, rows, curves, latex, html bytes.Buffer
	numbers, err := json.Marshal(comparison.JSON{Comparison: found})
	err = errors.Join(err, comparison.TextAlso(&text, found), comparison.CSV(&rows, found, space.Names{}),
		comparison.CurvesCSV(&curves, found), comparison.LaTeX(&latex, found), page.Comparison(&html, found, x.Space, x.Tasks))
	figures, drawing := comparison.Figures(found)
	for _, f := range figures {
		var b bytes.Buffer
		err = errors.Join(err, f.Write(&b, "svg"))
	}
	if err := errors.Join(err, drawing); err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"text": text.String(), "CSV": rows.String(), "curves": curves.String(), "LaTeX": latex.String(), "page": html.String(),
		"JSON": string(numbers),
	}
}

// Where all classes are equal all runs are at the optimum from their first query on.
func TestEqualsAreAllAtTheOptimum(t *testing.T) {
	for _, metrics := range []int{1, 2, 3} {
		x := config()
		x.Tasks, x.Strategies = []compare.Task{flatTask(metrics)}, x.Strategies[:1]
		r := analyse(t, x, runs(t, x, "")).Results[0]
		s := r.Strategies[0]
		if regret := s.End().Regret.Mean.Value; regret != 0 || s.Area.Mean.Value != 0 || math.IsNaN(float64(r.Problem.Optimum)) {
			t.Errorf("%d metrics: regret %v, area %v of optimum %v", metrics, regret, s.Area.Mean.Value, r.Problem.Optimum)
		}
	}
}
