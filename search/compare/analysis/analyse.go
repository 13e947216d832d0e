package analysis

import (
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
// left out of means, and worse than all others in tests.
func Analyse(p compare.Plan, runs []compare.Run, tasks []compare.Task, sp space.Space) (Comparison, error) {
	c := Comparison{Plan: p, Complete: len(runs) == p.Total()}
	for i, problem := range p.Problems {
		a := analysis{plan: p, problem: problem, known: tasks[i].Known, grid: grid(p)}
		for _, s := range p.Strategies {
			a.samples = append(a.samples, newSample(p, problem, s.Name, runs))
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

func newSample(p compare.Plan, problem compare.Problem, strategy string, runs []compare.Run) sample {
	s := sample{strategy: strategy}
	for _, r := range runs {
		if r.Problem == problem.Name && r.Strategy == strategy {
			s.runs = append(s.runs, r)
		}
	}
	return s
}

// Ends returns what the runs of a strategy had found at the end, of those that have a value.
func (r Result) Ends(p compare.Plan, strategy string) []float64 {
	var values []float64
	for _, run := range r.Runs {
		if q := run.At(p.Axis, p.End()); run.Strategy == strategy && !math.IsNaN(q) {
			values = append(values, q)
		}
	}
	return values
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

// analysis is that of one problem.
type analysis struct {
	plan    compare.Plan
	problem compare.Problem
	known   objective.Landscape
	grid    []float64
	samples []sample // by strategy
}

func (a analysis) result() (Result, error) {
	r := Result{Problem: a.problem, Grid: a.grid, Runs: []compare.Run{}, Strategies: make([]Summary, len(a.samples))}
	errs := make([]error, len(a.samples))
	var summaries sync.WaitGroup
	for i, s := range a.samples {
		r.Runs = append(r.Runs, s.runs...)
		summaries.Go(func() { r.Strategies[i], errs[i] = a.summary(s) })
	}
	summaries.Wait()
	for _, err := range errs {
		if err != nil {
			return r, err
		}
	}
	if err := a.allPairs(&r); err != nil {
		return r, err
	}
	r.Conclusions = conclusions(r)
	return r, nil
}

// summary describes one strategy.
func (a analysis) summary(s sample) (Summary, error) {
	sum := Summary{Strategy: s.strategy, Runs: len(s.runs)}
	for _, r := range s.runs {
		if r.Failure != "" {
			sum.Failures++
		}
	}
	for _, at := range a.plan.Checkpoints {
		c, err := a.checkpoint(s, at)
		if err != nil {
			return sum, err
		}
		sum.Checkpoints = append(sum.Checkpoints, c)
	}
	areas := map[uint64]float64{}
	for _, r := range s.runs {
		var err error
		if areas[r.Seed], err = a.area(r); err != nil {
			return sum, err
		}
	}
	for _, d := range []struct {
		to     *Distribution
		number func(compare.Run) float64
	}{
		{&sum.Area, func(r compare.Run) float64 { return areas[r.Seed] }},
		{&sum.Duplicates, func(r compare.Run) float64 { return float64(r.Duplicates) }},
		{&sum.Seconds, func(r compare.Run) float64 { return float64(r.StrategySeconds) }},
	} {
		var err error
		if *d.to, err = a.distribution(s.known(d.number)); err != nil {
			return sum, err
		}
	}
	var err error
	if sum.Reach, err = a.reach(s); err != nil {
		return sum, err
	}
	if sum.Curve, err = a.band(s); err != nil {
		return sum, err
	}
	sum.Regret = sum.Curve.regret(a.problem)
	if a.problem.Multi() {
		sum.Multi, err = a.multi(s)
	}
	return sum, err
}

func (a analysis) checkpoint(s sample, at float64) (c Checkpoint, err error) {
	c.At = at
	quality := func(r compare.Run) float64 { return r.At(a.plan.Axis, at) }
	if c.Quality, err = a.distribution(s.known(quality)); err != nil {
		return c, err
	}
	c.Regret, c.Rank = c.Quality.regret(a.problem), nothing()
	if a.known == nil || a.problem.Multi() {
		return c, nil
	}
	ranks := map[float64]float64{}
	for _, q := range s.known(quality) {
		ranks[q] = float64(a.known.Rank(0, q))
	}
	c.Rank, err = a.distribution(s.known(func(r compare.Run) float64 {
		if rank, ok := ranks[quality(r)]; ok {
			return rank
		}
		return math.NaN()
	}))
	return c, err
}

// bootstrap is the same for all numbers of a plan.
func (a analysis) bootstrap() stats.Bootstrap {
	return stats.Bootstrap{Resamples: a.plan.Resamples, Confidence: a.plan.Confidence, Seed: a.plan.Seed}
}
