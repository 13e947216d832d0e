package page_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

var clean = objective.Metric{Name: "clean_acc"}

// truth is that of a metric between 0 and .9, in 900 steps.
type truth struct{ objective.Landscape }

func (truth) Optimum(int) (float64, int, bool) { return .9, 0, true }
func (truth) Worst(int) (float64, bool)        { return 0, true }
func (truth) Rank(_ int, v float64) int        { return 1 + int((.9-v)*1000+.5) }
func (t truth) AtLeast(_ int, v float64) int   { return t.Rank(0, v) }
func (truth) Values(int) []float64             { return nil }

func cells(t *testing.T) nasbench201.Space {
	t.Helper()
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	return sp
}

// also has clean accuracy, the same for all.
type also struct{ objective.Landscape }

func (also) Metrics() []objective.Metric { return []objective.Metric{clean} }
func (also) Values(int) []float64        { return []float64{.8125} }

// tasks know what the page tells of three problems.
func tasks() []compare.Task {
	t := compare.Task{Known: truth{}, Also: also{}}
	return []compare.Task{t, t, t}
}

// plan compares three strategies on three problems, one of them of two metrics. The name of the second would be markup
// if nobody took care.
func plan() compare.Plan {
	pgd := objective.Metric{Name: "pgd_acc", Setting: objective.At(1)}
	params := objective.Metric{Name: "params", Goal: objective.Minimize}
	return compare.Plan{
		Space: "nasbench201", Runs: 8, Seed: 1, Axis: compare.Queries, Budget: 300, Window: 1, MaxDuplicates: 1000,
		Checkpoints: []float64{100, 300}, Tolerances: []float64{.01, .001}, Confidence: .95, Resamples: 200,
		Problems: []compare.Problem{
			{Name: "pgd_acc@1/255", Objective: []objective.Metric{pgd}, About: "a table <with> signs", Source: "f00d", Classes: 6466, Optimum: .9, Ideal: []float64{.9}, Worst: []float64{0}},
			{Name: "clean_acc", Objective: []objective.Metric{clean}, Classes: 6466, Optimum: .9, Ideal: []float64{.9}, Worst: []float64{0}},
			{Name: "clean_acc,params", Objective: []objective.Metric{clean, params}, Classes: 6466, Optimum: .98, Ideal: []float64{.95, 1e5}, Worst: []float64{.1, 9e5}, Front: [][]float64{{.95, 3e5}, {.9, 1e5}}},
		},
		Strategies: []compare.Strategy{
			{Name: "random", Algorithm: "random", Options: search.Options{"over": "texts"}},
			{Name: "evolution", Algorithm: "evolution", Options: search.Options{"population": "</script><b>30"}},
			{Name: "small", Algorithm: "evolution", Options: search.Options{"population": "10"}},
		},
	}
}

// runs are made up: strategies differ, the last comes to the optimum, the first run of the first strategy breaks off.
func runs(t *testing.T, p compare.Plan) []compare.Run {
	t.Helper()
	sp, r := cells(t), rand.New(rand.NewPCG(1, 1))
	var all []compare.Run
	for k, problem := range p.Problems {
		for s, strategy := range p.Strategies {
			for seed := range uint64(p.Runs) {
				run := compare.Run{
					Problem: problem.Name, Strategy: strategy.Name, Seed: p.Seed + seed, Stop: search.BudgetSpent,
					Queries: 300, Duplicates: 10 * s, Hours: 150, StrategySeconds: compare.Number(.001 * float64(1+s+k)),
				}
				best := .6 + .1*float64(s)
				for q := 1; q < 300; q += 60 {
					best = min(best+.03*r.Float64(), .9)
					step := compare.Step{Query: q, Hours: float64(q) / 2, Quality: best, Arch: sp.Sample(r), Values: []float64{best}}
					if problem.Multi() {
						step.Values = append(step.Values, 1e6*best)
					}
					run.Steps = append(run.Steps, step)
				}
				if s == 0 && seed == 0 {
					run.Steps, run.Failure, run.Stop, run.Queries = run.Steps[:2], `it said "no" & <left>`, compare.Broken, 70
				}
				all = append(all, run)
			}
		}
	}
	return all
}

func analysed(t *testing.T, p compare.Plan, all []compare.Run) analysis.Comparison {
	t.Helper()
	known := make([]compare.Task, len(p.Problems))
	for i := range known {
		known[i].Known = truth{}
	}
	c, err := analysis.Analyse(p, all, known, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Program, c.Command = "1.2", "nassearch compare --strategies 'random,<b>'"
	return c
}

// written is the page of a comparison.
func written(t *testing.T, c analysis.Comparison, sp space.Space, tasks []compare.Task) string {
	t.Helper()
	var b bytes.Buffer
	if err := page.Comparison(&b, c, sp, tasks); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
