package comparison_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/space"
)

var update = flag.Bool("update", false, "write the golden files")

// truth is that of a metric between 0 and .9, in 900 steps.
type truth struct{ objective.Landscape }

func (truth) Optimum(int) (float64, int, bool) { return .9, 0, true }
func (truth) Worst(int) (float64, bool)        { return 0, true }
func (truth) Rank(_ int, v float64) int        { return 1 + int((.9-v)*1000) }
func (truth) Values(int) []float64             { return nil }

// two is a comparison of three strategies on two problems: the second is of two metrics.
func two(t *testing.T) analysis.Comparison { return timed(t, 0) }

// timed is two by the clock, whose end is so many hours; 0: by queries.
func timed(t *testing.T, end float64) analysis.Comparison {
	t.Helper()
	plan := compare.Plan{
		Space: "made up", Runs: 8, Seed: 1, Axis: compare.Queries, Budget: 300, Window: 1,
		Checkpoints: []float64{100, 300}, Tolerances: []float64{.01, .001}, Confidence: .95, Resamples: 500,
		Problems: []compare.Problem{
			{
				Name: "pgd_acc@1/255", Objective: []objective.Metric{{Name: "pgd_acc", Setting: objective.At(1)}}, About: "a table_with & signs · 50 %",
				Classes: 6466, Optimum: .9, Ideal: []float64{.9}, Worst: []float64{0},
			},
			{
				Name: "clean_acc,params", Objective: []objective.Metric{{Name: "clean_acc"}, {Name: "params", Goal: objective.Minimize}},
				Classes: 6466, Optimum: .98, Ideal: []float64{.95, 1e5}, Worst: []float64{.1, 9e5}, Front: [][]float64{{.95, 3e5}, {.9, 1e5}},
			},
		},
		Strategies: []compare.Strategy{
			{Name: "random", Algorithm: "random", Options: search.Options{"over": "texts"}},
			{Name: "evolution", Algorithm: "evolution", Options: search.Options{"population": "30", "tournament": "10"}},
			{Name: "small", Algorithm: "evolution", Options: search.Options{"population": "10", "tournament": "10"}},
		},
	}
	hour := 1.
	if end > 0 {
		hour = end / 150
		plan.Axis, plan.Budget, plan.Hours, plan.Checkpoints = compare.Hours, 0, end, []float64{end / 3, end}
	}
	r := rand.New(rand.NewPCG(1, 1))
	var runs []compare.Run
	for p, problem := range plan.Problems {
		for s, strategy := range plan.Strategies {
			for seed := range uint64(plan.Runs) {
				run := compare.Run{
					Problem: problem.Name, Strategy: strategy.Name, Seed: seed + 1, Stop: search.BudgetSpent,
					Queries: 300, Duplicates: 10 * s, Hours: 150 * hour, StrategySeconds: compare.Number(.0011 * float64(1+s+p)),
				}
				best := .6 + .1*float64(s)
				for q := 1; q < 300; q += 60 {
					best += .02 * r.Float64()
					step := compare.Step{Query: q, Hours: float64(q) / 2 * hour, Quality: best, Arch: space.Arch("|a,b|"), Values: []float64{best}}
					if p == 1 {
						step.Values = append(step.Values, 1e6*best)
					}
					run.Steps = append(run.Steps, step)
				}
				if s == 0 && seed == 0 {
					run.Steps, run.Failure, run.Stop, run.Queries = run.Steps[:2], `it said "no"`, compare.Broken, 70
				}
				runs = append(runs, run)
			}
		}
	}
	c, err := analysis.Analyse(plan, runs, []compare.Task{{Known: truth{}}, {Known: truth{}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Program, c.Command = "1.2", "nassearch compare --strategies random,evolution,small=evolution:population=10"
	return c
}

// golden compares what is written with a file, which -update writes.
func golden(t *testing.T, name string, write func(io.Writer) error) {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s:\n%s", name, diff)
	}
}

func TestTextIsReadable(t *testing.T) {
	golden(t, "comparison.txt", func(w io.Writer) error { return comparison.Text(w, two(t)) })
}

// Times stand in the unit that fits the end, in text, tables and figures; files for programs have hours.
func TestTimesHaveAUnitThatFits(t *testing.T) {
	for unit, c := range map[string]struct {
		end             float64 // hours
		name, at, after string
	}{
		"s":   {30. / 3600, "seconds", "mean at 10 s", "after 30 simulated seconds"},
		"min": {1, "minutes", "mean at 20 min", "after 60 simulated minutes"},
		"h":   {150, "hours", "mean at 50 h", "after 150 simulated hours"},
	} {
		found := timed(t, c.end)
		var text, curves bytes.Buffer
		err := errors.Join(comparison.Text(&text, found), comparison.CurvesCSV(&curves, found))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{c.at, c.after, "optimum (" + unit + ")", "to .01 (" + unit + ")", "· " + strings.TrimPrefix(c.after, "after ")} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%s: no %q in\n%s", unit, want, text.String())
			}
		}
		curve := comparison.Curves(found.Plan, found.Results[0], comparison.Statistics(found.Plan)[0])
		u := report.UnitOf(c.end)
		x := curve.Series[0].X
		if end := x[len(x)-1]; curve.X.Title != "simulated "+c.name || math.Abs(end-u.Count(c.end)) > 1e-9 || curve.Settled > end/2 {
			t.Errorf("%s: a curve to %v on an axis of %s, settled from %v on", unit, end, curve.X.Title, curve.Settled)
		}
		reach := comparison.Reach(found.Plan, found.Results[0], 0)
		if x := reach.Series[0].X; math.Abs(x[len(x)-1]-u.Count(c.end)) > 1e-9 {
			t.Errorf("%s: shares to %v", unit, x)
		}
		rows, err := csv.NewReader(&curves).ReadAll()
		if err != nil || !slices.Contains(rows[0], "hours") {
			t.Fatalf("%s: %v %v", unit, rows[0], err)
		}
		last := rows[len(rows)-1][slices.Index(rows[0], "hours")]
		if h, err := strconv.ParseFloat(last, 64); err != nil || math.Abs(h-c.end) > 1e-9 {
			t.Errorf("%s: the curves end at %s: %v", unit, last, err)
		}
	}
}

// Runs that are done in a moment of the clock have no times of 0.0.
func TestShortTimesAreTold(t *testing.T) {
	found := timed(t, 200)
	for i := range found.Results[0].Strategies {
		found.Results[0].Strategies[i].Reach[0].Median = compare.Number(.0123 * math.Pow(10, float64(i)))
	}
	var text bytes.Buffer
	if err := comparison.Text(&text, found); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{" 0.012", " 0.123", " 1.230"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
}

func TestLaTeXHasABlockForEachProblem(t *testing.T) {
	golden(t, "comparison.tex", func(w io.Writer) error { return comparison.LaTeX(w, two(t)) })
}

// told is two with two metrics of the cells of the first problem: one in millions, one that some cells lack.
func told(t *testing.T) analysis.Comparison {
	t.Helper()
	c := two(t)
	spreads := func(n int, means ...float64) (all []analysis.Spread) {
		for i, m := range means {
			all = append(all, analysis.Spread{Strategy: c.Plan.Strategies[i].Name, N: n, Mean: compare.Number(m), SD: compare.Number(m / 10)})
		}
		return all
	}
	c.Results[0].Also = []analysis.Also{
		{Metric: objective.Metric{Name: "params", Goal: objective.Minimize}, Optimum: 73306, Strategies: spreads(8, 1e6, 345678, 73306)},
		{Metric: objective.Metric{Name: "fgsm_acc", Setting: objective.At(1)}, Optimum: .692, Strategies: spreads(6, .61, .62, .63)},
	}
	lacking := c.Results[0].Also[1].Strategies
	lacking[0] = analysis.Spread{Strategy: "random", Mean: compare.Unknown(), SD: compare.Unknown()}
	lacking[1].N, lacking[1].SD = 1, compare.Unknown()
	return c
}

func TestTextTellsMoreOfTheBestCells(t *testing.T) {
	golden(t, "also.txt", func(w io.Writer) error { return comparison.TextAlso(w, told(t)) })
}

func TestLaTeXHasALineForEachMetricOfTheBestCells(t *testing.T) {
	golden(t, "also.tex", func(w io.Writer) error { return comparison.LaTeXAlso(w, told(t)) })
}

func TestCSVHasARowForEveryRun(t *testing.T) {
	c := two(t)
	var b bytes.Buffer
	if err := comparison.CSV(&b, c, space.Names{}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+2*3*8 {
		t.Fatalf("%d rows", len(rows))
	}
	row := map[string]string{}
	for i, name := range rows[0] {
		row[name] = rows[1][i]
	}
	run := c.Results[0].Runs[0]
	if row["problem"] != "pgd_acc@1/255" || row["strategy"] != "random" || row["seed"] != "1" || row["queries"] != "70" ||
		row["stop"] != "failed" || row["failure"] != `it said "no"` || row["arch"] != "|a,b|" || row["best_query"] != "61" ||
		row["at_100"] != row["at_300"] || !strings.HasPrefix(row["best"], "0.6") {
		t.Errorf("%v of %+v", row, run)
	}
}

// Runs that are not there yet, and numbers that nobody knows.
func TestTextOfAComparisonThatWasCut(t *testing.T) {
	c := two(t)
	plan := c.Plan
	plan.Problems = plan.Problems[:1]
	plan.Problems[0].Optimum, plan.Problems[0].Ideal, plan.Problems[0].Worst = compare.Unknown(), nil, nil
	for _, runs := range [][]compare.Run{nil, c.Results[0].Runs[:1], c.Results[0].Runs[:17]} {
		cut, err := analysis.Analyse(plan, runs, make([]compare.Task, 1), nil)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := comparison.Text(&b, cut); err != nil {
			t.Fatal(err)
		}
		if text := b.String(); !strings.Contains(text, "of 24 runs are there") || strings.Contains(text, "NaN") || strings.Contains(text, "optimum") {
			t.Error(text)
		}
	}
}

// A mark says that one mean is better than others: it must not be of fewer runs than they are.
func TestNoMarkRestsOnUnequalSetsOfRuns(t *testing.T) {
	c := two(t)
	all := c.Results[0].Runs
	text := func(runs []compare.Run) (table, legend string) {
		t.Helper()
		plan := c.Plan
		plan.Problems = plan.Problems[:1]
		cut, err := analysis.Analyse(plan, runs, []compare.Task{{Known: truth{}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := comparison.Text(&b, cut); err != nil {
			t.Fatal(err)
		}
		table, legend, _ = strings.Cut(b.String(), "\n* best")
		return table, legend
	}
	if table, _ := text(all); !strings.Contains(table, "**") {
		t.Fatalf("no mark although all runs are there:\n%s", table)
	}
	if table, legend := text(all[:len(all)-1]); strings.Contains(table, "*") || !strings.Contains(legend, "none in columns") {
		t.Errorf("marks although a run is missing:\n%s\n%s", table, legend)
	}
	valueless := slices.Clone(all)
	valueless[len(all)-1].Steps = nil
	table, legend := text(valueless)
	found, _, _ := strings.Cut(table, "area")
	if strings.Contains(found, "*") || !strings.Contains(legend, "none in columns") {
		t.Errorf("marks although a run has no value:\n%s\n%s", found, legend)
	}
}

func TestCurvesCSVHasARowForEveryPoint(t *testing.T) {
	c := two(t)
	var b bytes.Buffer
	if err := comparison.CurvesCSV(&b, c); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := 1 + 2*3*300; len(rows) != want {
		t.Fatalf("%d rows, want %d", len(rows), want)
	}
	head := strings.Join(rows[0], " ")
	if head != "problem strategy query runs mean mean_low mean_high median q1 q3 regret_mean regret_median" {
		t.Error(head)
	}
	s := c.Results[0].Strategies[1]
	row := rows[1+300+99]
	for i, want := range map[int]string{0: "pgd_acc@1/255", 1: "evolution", 2: "100", 3: "8"} {
		if row[i] != want {
			t.Errorf("column %d of %v, want %s", i, row, want)
		}
	}
	for i, want := range map[int]compare.Number{4: s.Curve.Mean[99], 7: s.Curve.Median[99], 10: s.Regret.Mean[99]} {
		if got, err := strconv.ParseFloat(row[i], 64); err != nil || got != float64(want) {
			t.Errorf("column %d: %s, want %v", i, row[i], want)
		}
	}
}

func TestJSONHasConclusionsInWords(t *testing.T) {
	c := two(t)
	var b bytes.Buffer
	if err := report.JSON(&b, comparison.JSON{Comparison: c}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Plan    compare.Plan
		Results []struct {
			Strategies  []analysis.Summary
			Also        any
			Conclusions []struct {
				Text  string
				Shown bool
			}
		}
		Across struct{ Conclusions []map[string]any }
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.Plan.Problems, got.Plan.Problems); diff != "" {
		t.Error(diff)
	}
	for i, r := range c.Results {
		if diff := cmp.Diff(r.Strategies, got.Results[i].Strategies, cmp.Comparer(same)); diff != "" {
			t.Error(diff)
		}
		for k, x := range r.Conclusions {
			if said := got.Results[i].Conclusions[k]; said.Text != comparison.Sentence(c, x) || said.Shown != x.Shown() {
				t.Errorf("%+v of %+v", said, x)
			}
		}
	}
	want := []map[string]any{{
		"text": "Over the 2 problems together no difference between the strategies is shown (Friedman p = 0.14, Iman-Davenport p = 0.17). " +
			"More runs do not change that: it takes more problems.",
		"shown": false,
	}}
	if diff := cmp.Diff(want, got.Across.Conclusions); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(b.String(), "\n      \"also\": null,\n") {
		t.Error("what is not known is not null")
	}
}

func same(a, b compare.Number) bool { return a == b || !a.Known() && !b.Known() }
