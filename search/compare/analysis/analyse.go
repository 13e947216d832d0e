package analysis

import (
	"cmp"
	"fmt"
	"math"
	"sync"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/space"
)

// Analyse says what follows from the runs of a plan that there are, just made or read back. Tasks are those of the
// plan's problems: of them it asks what they know beyond runs, for which the space must be a [space.Enumerator] if one
// tells more of the cells found. A run that broke off keeps what it had found until then. One that never had a value is
// left out of means, and worse than all others in tests. More statistics than [Statistics] have names of their own.
func Analyse(
	p compare.Plan, runs []compare.Run, tasks []compare.Task, sp space.Space, more ...Statistic,
) (Comparison, error) {
	p, runs = Settle(p, runs)
	statistics := append(Statistics(), more...)
	c := Comparison{Plan: p, Complete: len(runs) == p.Total()}
	for i, problem := range p.Problems {
		a := analysis{plan: p, problem: problem, known: tasks[i].Known, grid: grid(p), statistics: statistics}
		for _, s := range p.Strategies {
			a.samples = append(a.samples, newSample(problem, s.Name, runs))
		}
		r, err := a.result()
		if err != nil {
			return c, fmt.Errorf("problem %s: %w", problem.Name, err)
		}
		if known := tasks[i].Also; known != nil && !problem.Multi() { // which ends with a front, not with a best cell
			if r.Also, err = also(p, sp.(space.Enumerator), known, r); err != nil { // compare.New has checked it
				return c, err
			}
		}
		c.Results = append(c.Results, r)
	}
	var err error
	c.Across, err = across(p, c.Results)
	return c, err
}

// gridPoints are enough for any picture.
const gridPoints = 500

// grid returns the points of the plan's axis at which curves are read: every query, if these are not too many.
func grid(p compare.Plan) []float64 {
	n := gridPoints
	if p.Axis == compare.Queries {
		n = min(n, p.Budget)
	}
	grid := make([]float64, n)
	for i := range grid {
		grid[i] = p.End() * float64(i+1) / float64(n)
		if p.Axis == compare.Queries {
			grid[i] = math.Round(grid[i])
		}
	}
	return grid
}

// sample is the runs of one strategy on one problem, by seed.
type sample struct {
	strategy string
	runs     []compare.Run
}

func newSample(problem compare.Problem, strategy string, runs []compare.Run) sample {
	s := sample{strategy: strategy}
	for _, r := range runs {
		if r.Problem == problem.Name && r.Strategy == strategy {
			s.runs = append(s.runs, r)
		}
	}
	return s
}

// known returns a number of each run, without those that are NaN.
func (s sample) known(number func(compare.Run) float64) []float64 {
	var x []float64
	for _, r := range s.runs {
		if v := number(r); !math.IsNaN(v) {
			x = append(x, v)
		}
	}
	return x
}

// Ends returns what the runs of a strategy had found at the end, of those that have a value.
func (r Result) Ends(p compare.Plan, strategy string) []float64 {
	end := func(run compare.Run) float64 { return r.Problem.At(run, p.Axis, p.End()) }
	return newSample(r.Problem, strategy, r.Runs).known(end)
}

// analysis is that of one problem. It keeps the first error, after which its numbers are good for nothing.
type analysis struct {
	plan    compare.Plan
	problem compare.Problem
	known   objective.Landscape
	grid    []float64
	samples []sample // by strategy
	err     error

	statistics []Statistic // that are told of samples
}

func (a *analysis) keep(err error) { a.err = cmp.Or(a.err, err) }

func (a *analysis) result() (Result, error) {
	r := Result{Problem: a.problem, Grid: a.grid, Runs: []compare.Run{}, Strategies: make([]Summary, len(a.samples))}
	errs, panics := make([]error, len(a.samples)), make([]any, len(a.samples))
	var summaries sync.WaitGroup
	for i, s := range a.samples {
		r.Runs = append(r.Runs, s.runs...)
		summaries.Go(func() {
			defer func() { panics[i] = recover() }()
			of := *a // with errors of its own
			r.Strategies[i], errs[i] = of.summary(s), of.err
		})
	}
	summaries.Wait()
	for _, p := range panics {
		if p != nil {
			panic(p) // in the caller's goroutine, which may know what to do about it
		}
	}
	if err := cmp.Or(errs...); err != nil {
		return r, err
	}
	a.allPairs(&r)
	r.Conclusions = conclusions(r)
	return r, a.err
}

// summary describes one strategy.
func (a *analysis) summary(s sample) Summary {
	sum := Summary{
		Strategy: s.strategy, Runs: len(s.runs), Reach: a.reach(s), Curve: a.band(s),
		Area:       a.distribution(s.known(a.area)),
		Duplicates: a.distribution(s.known(func(r compare.Run) float64 { return float64(r.Duplicates) })),
		Seconds:    a.distribution(s.known(func(r compare.Run) float64 { return float64(r.StrategySeconds) })),
	}
	sum.Regret = sum.Curve.regret(a.problem)
	for _, r := range s.runs {
		sum.Queries, sum.Failed = sum.Queries+r.Queries, sum.Failed+r.Failed
		sum.Causes = compare.Count(sum.Causes, r.Causes...)
		if r.Failure != "" {
			sum.Failures++
		}
		if _, ok := r.Best(a.plan.Axis, a.plan.End()); !ok {
			sum.Valueless++
		}
	}
	for _, at := range a.plan.Checkpoints {
		sum.Checkpoints = append(sum.Checkpoints, a.checkpoint(s, at))
	}
	if a.problem.Multi() {
		sum.Multi = a.multi(s)
	}
	return sum
}

// checkpoint describes the runs at a point, as soon as all have a value that end with one: a mean of those that were
// first would get worse as the others come.
func (a *analysis) checkpoint(s sample, at float64) Checkpoint {
	found := s.known(func(r compare.Run) float64 { return a.at(r, at) })
	if len(found) < len(s.known(a.end)) {
		found = nil
	}
	c := Checkpoint{At: at, Quality: a.distribution(found), Rank: a.nothing()}
	c.Regret = c.Quality.regret(a.problem)
	if a.known != nil && !a.problem.Multi() {
		ranks := make([]float64, len(found))
		for i, q := range found {
			ranks[i] = float64(a.known.Rank(0, q))
		}
		c.Rank = a.distribution(ranks)
	}
	return c
}

// at is the quality of a run at a point of the axis.
func (a *analysis) at(r compare.Run, x float64) float64 { return a.problem.At(r, a.plan.Axis, x) }

// end is the quality of a run at the end.
func (a *analysis) end(r compare.Run) float64 { return a.at(r, a.plan.End()) }

// bootstrap is the same for all numbers of a plan.
func (a *analysis) bootstrap() stats.Bootstrap {
	return stats.Bootstrap{Resamples: a.plan.Resamples, Confidence: a.plan.Confidence, Seed: a.plan.Seed}
}
