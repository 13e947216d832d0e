package report_test

import (
	"bytes"
	stdcontext "context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
)

var acc = objective.Metric{Name: "pgd_acc", Setting: objective.At(1)}

// truth says that the best is .9 and the worst .1, and ranks by tenths.
type truth struct{ objective.Landscape }

func (truth) Optimum(int) (float64, int, bool) { return .9, 3, true }
func (truth) Worst(int) (float64, bool)        { return .1, true }
func (truth) Rank(_ int, v float64) int        { return 1 + int(math.Round((.9-v)*10)) }
func (t truth) AtLeast(_ int, v float64) int   { return t.Rank(0, v) }

// result is a study of four queries, one of them failed, and a free duplicate, which is trial 2.
func result(metrics ...objective.Metric) search.Result {
	at := func(id int, arch space.Arch, of int, v ...float64) search.Trial {
		return search.Trial{ID: id, Arch: arch, Fidelity: 1, Values: v, Of: of}
	}
	if len(metrics) == 2 {
		return search.Result{
			Study: search.Description{Objective: metrics, Strategy: "random", Seed: 1}, Stop: search.BudgetSpent, Queries: 3,
			Trials: []search.Trial{at(0, "1,0", -1, .3, .5), at(1, "2,0", -1, .7, .7), at(2, "2,1", -1, .2, .6)},
		}
	}
	failed := at(0, "0,0", -1)
	failed.Failure = "lost"
	return search.Result{
		Study: search.Description{Objective: metrics, Strategy: "evolution", Options: search.Options{"b": "2", "a": "1"}, Seed: 5},
		Stop:  search.BudgetSpent, Queries: 4, Duplicates: 1, Failed: 1,
		Trials: []search.Trial{failed, at(1, "1,0", -1, .5), at(3, "2,0", -1, .7), at(4, "2,2", -1, .6)},
	}
}

func context() report.Context {
	return report.Context{
		About: "a table", Dataset: "cifar10", Budget: 4, Space: searchtest.NewGrid(2, 3), Known: truth{},
		Also: func(space.Arch) ([]report.Number, error) {
			return []report.Number{{Metric: objective.Metric{Name: "clean_acc"}, Value: .8}, {Metric: objective.Metric{Name: "params"}, Value: 344306}}, nil
		},
	}
}

func TestJSONOfOneObjective(t *testing.T) {
	s, err := report.New(t.Context(), result(acc), context())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.JSON(&b); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	// Rank 3 of 6 classes, 4 drawn: 1 - (3/6)(2/5)(1/4)(0/3) = 1.
	want := map[string]any{
		"metrics":   []any{map[string]any{"name": "pgd_acc", "goal": "max", "setting": "1/255"}},
		"objective": []any{"pgd_acc"}, "dataset": "cifar10", "eps": "1/255", "source": "a table", "strategy": "evolution",
		"options": map[string]any{"a": "1", "b": "2"}, "seed": 5., "budget": 4., "queries": 4., "duplicates": 1., "failed": 1.,
		"failures": []any{map[string]any{"cause": "other", "count": 1., "reason": "lost", "trials": []any{0.}}}, "stop": "budget spent",
		"best": map[string]any{
			"arch": "0,2", "class": "0,2", "index": nil, "id": nil, "query": 3., "rank": 3., "known": 9., "values": map[string]any{"pgd_acc": .7, "clean_acc": .8, "params": 344306.},
		},
		"optimum": .9, "regret": .2, "chance_random": 1., "curve": []any{nil, .5, .7, .7},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestChanceOfARandomSearch(t *testing.T) {
	r := result(acc)
	r.Trials[3].Values[0] = .9 // rank 1
	r.Queries = 2              // of 6 classes: 1 - (5/6)(4/5)
	s, err := report.New(t.Context(), r, context())
	if err != nil {
		t.Fatal(err)
	}
	if got := *s.Chance; math.Abs(got-1./3) > 1e-12 {
		t.Errorf("chance %v, want 1/3", got)
	}
}

// ties is a truth in which one other class is as good as any.
type ties struct{ truth }

func (t ties) AtLeast(_ int, v float64) int { return t.Rank(0, v) + 1 }

func TestTiesRaiseTheChanceOfARandomSearch(t *testing.T) {
	r := result(acc)
	r.Trials[3].Values[0] = .9 // rank 1, two classes
	r.Queries = 2              // of 6: 1 - (4/6)(3/5)
	c := context()
	c.Known = ties{}
	s, err := report.New(t.Context(), r, c)
	if err != nil {
		t.Fatal(err)
	}
	if got := *s.Chance; math.Abs(got-.6) > 1e-12 || *s.Best.Rank != 1 {
		t.Errorf("rank %d, chance %v, want 1 and 0.6", *s.Best.Rank, got)
	}
}

func TestTextOfOneObjective(t *testing.T) {
	s, err := report.New(t.Context(), result(acc), context())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.Text(&b); err != nil {
		t.Fatal(err)
	}
	want := `
table    a table · 6 classes
search   evolution a=1 b=2 · seed 5 · 4 queries (1 duplicate was free, 1 failed)
failed   1 of 4 queries failed: 1 × lost

best     pgd_acc 0.7000 at 1/255 · query 3 · rank 3 of 6 · regret 0.2000
         0,2
sure     a random search of 4 classes does as well with chance 100.0 %
also     clean_acc 0.8000  params 0.344 M

         best pgd_acc at 1/255 after each query
`
	if got := "\n" + b.String(); !strings.HasPrefix(got, want) {
		t.Error(cmp.Diff(want, got))
	}
}

func TestTextBeginsWithWhatIsKnownOfTheValues(t *testing.T) {
	for about, want := range map[string]string{"a table": "table    a table · 6 classes\n", "": "table    6 classes\n"} {
		s, err := report.New(t.Context(), result(acc), report.Context{About: about, Space: searchtest.NewGrid(2, 3)})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := s.Text(&b); err != nil || !strings.HasPrefix(b.String(), want) {
			t.Errorf("%v: %q, want it to begin with %q", err, b.String(), want)
		}
	}
}

func TestNothingFound(t *testing.T) {
	r := result(acc)
	r.Trials = r.Trials[:1]
	s, err := report.New(t.Context(), r, context())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.Text(&b); err != nil || !strings.Contains(b.String(), "none: no query gave a value") {
		t.Errorf("%v: %s", err, b.String())
	}
	b.Reset()
	if err := s.JSON(&b); err != nil || !strings.Contains(b.String(), `"best": null`) {
		t.Errorf("%v: %s", err, b.String())
	}
}

// The box is .8 by .8; (.3, .5) and (.7, .7) are left, the third is dominated: .25 x .5 + .75 x .25 - .25 x .25.
func TestSeveralObjectives(t *testing.T) {
	s, err := report.New(t.Context(), result(acc, objective.Metric{Name: "size", Goal: objective.Minimize}), report.Context{Space: searchtest.NewGrid(2, 3), Known: box{}})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Front) != 2 || s.Front[0].Arch != "0,1" || s.Front[0].Values["size"] != .5 || s.Single != nil {
		t.Errorf("front %+v", s.Front)
	}
	if got := *s.Hypervolume; math.Abs(got-.25) > 1e-12 {
		t.Errorf("hypervolume %v, want .25", got)
	}
	var b bytes.Buffer
	if err := s.Text(&b); err != nil || !strings.Contains(b.String(), "front    2 architectures that no other dominates · hypervolume 0.2500 of 1") {
		t.Errorf("%v:\n%s", err, b.String())
	}
	// (.3, .5) and (.9, .6) are the true front: .375 + .25 x .125 of the box.
	want := report.Truth{Classes: 3, Points: 2, Found: 1, Hypervolume: .40625, Share: new(.25 / .40625)}
	if diff := cmp.Diff(&want, s.Truth, cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Error(diff)
	}
	if want := "\n         of the true front (classes with values: 3): 1 of 2 points, 61.5 % of its hypervolume\n"; !strings.Contains(b.String(), want) {
		t.Errorf("no %q in\n%s", want, b.String())
	}
}

// Where queries are not alike the hypervolume is drawn over the clock, as the best value of one metric is.
func TestHypervolumeIsDrawnOverTheClock(t *testing.T) {
	r := result(acc, objective.Metric{Name: "size", Goal: objective.Minimize})
	for i := range r.Trials {
		r.Trials[i].End = time.Duration(i+1) * time.Minute
	}
	for name, c := range map[string]struct {
		budget time.Duration
		axis   string
		text   string
		end    float64
	}{
		"queries": {0, "queries", "hypervolume after each query", 3},
		"minutes": {30 * time.Minute, "simulated minutes", "hypervolume over simulated minutes", 3},
		"hours":   {4 * time.Hour, "simulated hours", "hypervolume over simulated hours", 3. / 60},
	} {
		s, err := report.New(t.Context(), r, report.Context{Space: searchtest.NewGrid(2, 3), Known: box{}, TimeBudget: c.budget})
		if err != nil {
			t.Fatal(err)
		}
		f := s.VolumeFigure()
		line := f.Series[0]
		if n := len(r.Trials); f.X.Title != c.axis || len(line.X) != n || len(line.Y) != n || math.Abs(line.X[n-1]-c.end) > 1e-9 {
			t.Errorf("%s: %v over %v of %s", name, line.Y, line.X, f.X.Title)
		}
		var b strings.Builder
		if err := s.Text(&b); err != nil || !strings.Contains(b.String(), c.text) {
			t.Errorf("%s: %v: no %q in\n%s", name, err, c.text, b.String())
		}
	}
	s, err := report.New(t.Context(), r, report.Context{Space: searchtest.NewGrid(2, 3)})
	if f := s.VolumeFigure(); err != nil || len(f.Series[0].X) > 0 {
		t.Errorf("a hypervolume that nobody knows is drawn: %v, %v", f.Series, err)
	}
}

// Times are read in the unit that fits.
func TestClockHasAUnitThatFits(t *testing.T) {
	for _, c := range []struct {
		clock report.Clock
		want  string
	}{
		{report.Clock{}, "0 simulated seconds"},
		{report.Clock{Hours: 1e-3 / 3600}, "0.001 simulated seconds"},
		{report.Clock{Hours: 119. / 3600}, "119 simulated seconds"},
		{report.Clock{Hours: 2. / 60}, "2 simulated minutes"},
		{report.Clock{Hours: 30. / 3600, Budget: .5}, "0.5 of 30 simulated minutes"},
		{report.Clock{Hours: 1.999}, "119.9 simulated minutes"},
		{report.Clock{Hours: 31.2, Budget: 40}, "31.2 of 40 simulated hours"},
	} {
		if got := c.clock.String(); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// What takes long after a search may be cut short, and the rest is told.
func TestHypervolumeIsLeftOutWhenTheContextEnds(t *testing.T) {
	ctx, cancel := stdcontext.WithCancel(t.Context())
	cancel()
	s, err := report.New(ctx, result(acc, objective.Metric{Name: "size", Goal: objective.Minimize}), report.Context{Space: searchtest.NewGrid(2, 3), Known: box{}})
	if err != nil || s.Hypervolume != nil || s.Truth != nil || len(s.Front) != 2 {
		t.Errorf("%+v: %v", s.Multi, err)
	}
	var b bytes.Buffer
	if err := s.Text(&b); err != nil || strings.Contains(b.String(), "hypervolume") {
		t.Errorf("%v:\n%s", err, b.String())
	}
}

// box has accuracies from .1 to .9 and sizes from .1 to .9. Three of its six classes have been measured.
type box struct{ objective.Landscape }

func (box) Values(class int) []float64 {
	if class > 2 {
		return []float64{.9, math.NaN()}
	}
	return [][]float64{{.3, .5}, {.7, .7}, {.9, .6}}[class]
}

func (box) Optimum(metric int) (float64, int, bool) { return []float64{.9, .1}[metric], 0, true }
func (box) Worst(metric int) (float64, bool)        { return []float64{.1, .9}[metric], true }
func (box) Rank(int, float64) int                   { return 1 }
func (box) AtLeast(int, float64) int                { return 1 }

func TestOneMetricAtTwoSettings(t *testing.T) {
	far := acc
	far.Setting = objective.At(8)
	s, err := report.New(t.Context(), result(acc, far), report.Context{Space: searchtest.NewGrid(2, 3)})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"pgd_acc@1/255", "pgd_acc@8/255"}, s.Objective); diff != "" || s.Eps != nil {
		t.Errorf("eps %v, names %s", s.Eps, diff)
	}
}

func TestCSVHasARowForEveryQuery(t *testing.T) {
	s, err := report.New(t.Context(), result(acc), context())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.CSV(&b); err != nil {
		t.Fatal(err)
	}
	want := `trial,query,arch,class,index,id,duplicate_of,pgd_acc,failure
0,1,"0,0","0,0",,,,,lost
1,2,"1,0","0,1",,,,0.5,
3,3,"2,0","0,2",,,,0.7,
4,4,"2,2","2,2",,,,0.6,
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

// A trial of a lower fidelity may look better: it is told, and is no answer.
func TestLowerFidelityIsNoAnswer(t *testing.T) {
	r := result(acc)
	r.Trials[2].Fidelity = .125 // which has the best value
	s, err := report.New(t.Context(), r, context())
	if err != nil {
		t.Fatal(err)
	}
	if s.Best.Value != .6 || *s.Curve[3] != .6 || *s.Curve[2] != .5 {
		t.Errorf("best %v, curve ending at %v", s.Best.Value, *s.Curve[3])
	}
	var text, rows strings.Builder
	if err := errors.Join(s.Text(&text), s.CSV(&rows)); err != nil {
		t.Fatal(err)
	}
	if want := "1 of fidelity 1/8: as long as 4 full trainings"; !strings.Contains(text.String(), want) {
		t.Errorf("%s: want %s", text.String(), want)
	}
	if !strings.Contains(rows.String(), "duplicate_of,fidelity,hours,") || !strings.Contains(rows.String(), ",0.125,0,0.7") {
		t.Errorf("%s", rows.String())
	}
}

// Studies are followed beside each other by their queries or, where those of one are not all alike, by a clock that all
// of them have, in the unit of the longest.
func TestStudiesHaveACourseTogether(t *testing.T) {
	study := func(fidelity float64, budget time.Duration, ends ...time.Duration) report.Summary {
		r := search.Result{Study: search.Description{Objective: []objective.Metric{acc}}, Queries: len(ends)}
		for i, end := range ends {
			r.Trials = append(r.Trials, search.Trial{ID: i, Arch: "0,0", Fidelity: fidelity, Of: -1, Values: []float64{.5}, End: end})
		}
		s, err := report.New(t.Context(), r, report.Context{Space: searchtest.NewGrid(2, 2), TimeBudget: budget})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	seconds, minutes, still := study(.5, 0, time.Second, 2*time.Second), study(1, 0, 3*time.Minute), study(1, 0, 0, 0, 0)
	for name, c := range map[string]struct {
		all        []report.Summary
		x          [][]float64
		unit, axis string
		words      string
	}{
		"whole trainings":      {[]report.Summary{minutes, still}, [][]float64{{1}, {1, 2, 3}}, "query", "queries", "after each query"},
		"shorter ones":         {[]report.Summary{seconds}, [][]float64{{1, 2}}, "seconds", "simulated seconds", "over simulated seconds"},
		"both":                 {[]report.Summary{minutes, seconds}, [][]float64{{3}, {1. / 60, 2. / 60}}, "minutes", "simulated minutes", "over simulated minutes"},
		"one without a clock":  {[]report.Summary{seconds, still}, [][]float64{{1, 2}, {1, 2, 3}}, "query", "queries", "after each query"},
		"time to be spent":     {[]report.Summary{minutes, study(1, 5*time.Hour, time.Hour)}, [][]float64{{.05}, {1}}, "hours", "simulated hours", "over simulated hours"},
		"one that has nothing": {[]report.Summary{seconds, study(1, 0)}, [][]float64{{1, 2}, nil}, "query", "queries", "after each query"},
		"none":                 {nil, [][]float64{}, "query", "queries", "after each query"},
	} {
		got := report.CourseOf(c.all...)
		want := report.Course{X: c.x, Axis: figure.Axis{Title: c.axis}, Unit: c.unit, Words: c.words}
		if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-12), cmpopts.IgnoreFields(figure.Axis{}, "Format")); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
