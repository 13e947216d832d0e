package compare

import (
	"fmt"
	"math"
	"sync"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Analyse says what follows from the runs of the plan that there are. A run that broke off keeps what it had found
// until then. One that never had a value is left out of means, and worse than all others in tests.
func (e *Experiment) Analyse(runs []Run) (Comparison, error) {
	known := make([]objective.Landscape, len(e.config.Tasks))
	for i, t := range e.config.Tasks {
		known[i] = t.Known
	}
	c, err := Analyse(e.plan, known, runs)
	if err != nil {
		return c, err
	}
	classes, _ := e.config.Space.(space.Enumerator) // New has checked it
	for i, t := range e.config.Tasks {
		if t.Also == nil || c.Results[i].Problem.Multi() { // which ends with a front, not with a best cell
			continue
		}
		if c.Results[i].Also, err = also(e.plan, classes, t.Also, c.Results[i]); err != nil {
			return c, err
		}
	}
	return c, nil
}

// Analyse is the method of that name for runs from anywhere. What is known of all classes is by problem, nil where
// nobody knows.
func Analyse(p Plan, known []objective.Landscape, runs []Run) (Comparison, error) {
	c := Comparison{Plan: p, Complete: len(runs) == p.total()}
	for i, problem := range p.Problems {
		a := analysis{plan: p, problem: problem, known: known[i], grid: p.grid()}
		for _, s := range p.Strategies {
			a.samples = append(a.samples, newSample(p, problem, s.Name, runs))
		}
		r, err := a.result()
		if err != nil {
			return c, fmt.Errorf("problem %s: %w", problem.Name, err)
		}
		c.Results = append(c.Results, r)
	}
	var err error
	c.Across, err = across(p, c.Results)
	return c, err
}

// gridPoints are enough for any picture.
const gridPoints = 500

// grid returns the points of the axis at which curves are read: every query, if these are not too many.
func (p Plan) grid() []float64 {
	n := gridPoints
	if p.Axis == Queries {
		n = min(n, p.Budget)
	}
	grid := make([]float64, n)
	for i := range grid {
		grid[i] = p.End() * float64(i+1) / float64(n)
		if p.Axis == Queries {
			grid[i] = math.Round(grid[i])
		}
	}
	return grid
}

// sample is the runs of one strategy on one problem, by seed.
type sample struct {
	strategy string
	runs     []Run
}

func newSample(p Plan, problem Problem, strategy string, runs []Run) sample {
	s := sample{strategy: strategy}
	for _, r := range runs {
		if r.Problem == problem.Name && r.Strategy == strategy {
			s.runs = append(s.runs, r)
		}
	}
	return s
}

// on returns where on the axis the step is.
func (s Step) on(a Axis) float64 {
	if a == Hours {
		return s.Hours
	}
	return float64(s.Query)
}

// At returns the quality at a point of the axis, NaN before the first value.
func (r Run) At(a Axis, x float64) float64 {
	if s, ok := r.Best(a, x); ok {
		return s.Quality
	}
	return math.NaN()
}

// Ends returns what the runs of a strategy had found at the end, of those that have a value.
func (r Result) Ends(p Plan, strategy string) []float64 {
	var values []float64
	for _, run := range r.Runs {
		if q := run.At(p.Axis, p.End()); run.Strategy == strategy && !math.IsNaN(q) {
			values = append(values, q)
		}
	}
	return values
}

// Best returns the last step up to a point of the axis; false before the first.
func (r Run) Best(a Axis, x float64) (best Step, ok bool) {
	for _, s := range r.Steps {
		if s.on(a) > x {
			break
		}
		best, ok = s, true
	}
	return best, ok
}

// known returns a number of each run, without those that are NaN.
func (s sample) known(number func(Run) float64) []float64 {
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
	plan    Plan
	problem Problem
	known   objective.Landscape
	grid    []float64
	samples []sample // by strategy
}

func (a analysis) result() (Result, error) {
	r := Result{Problem: a.problem, Grid: a.grid, Runs: []Run{}, Strategies: make([]Summary, len(a.samples))}
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
	r.Conclusions = a.conclusions(r)
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
		number func(Run) float64
	}{
		{&sum.Area, func(r Run) float64 { return areas[r.Seed] }},
		{&sum.Duplicates, func(r Run) float64 { return float64(r.Duplicates) }},
		{&sum.Seconds, func(r Run) float64 { return float64(r.StrategySeconds) }},
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
	quality := func(r Run) float64 { return r.At(a.plan.Axis, at) }
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
	c.Rank, err = a.distribution(s.known(func(r Run) float64 {
		if rank, ok := ranks[quality(r)]; ok {
			return rank
		}
		return math.NaN()
	}))
	return c, err
}

// Regret returns the distance to the optimum, NaN if that is not known. The difference of decimals is one.
func (p Problem) Regret(quality float64) float64 {
	return math.Round(-p.Goal().Cost(float64(p.Optimum)-quality)*1e12) / 1e12
}

// bootstrap is the same for all numbers of a plan.
func (a analysis) bootstrap() stats.Bootstrap {
	return stats.Bootstrap{Resamples: a.plan.Resamples, Confidence: a.plan.Confidence, Seed: a.plan.Seed}
}
