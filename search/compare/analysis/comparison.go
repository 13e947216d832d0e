// Package analysis says what follows from the runs of a comparison: how good the strategies are, how sure that is, and
// which is better. It takes a plan and runs as data and gives numbers; their words are package report's.
package analysis

import (
	"maps"

	"github.com/nassearch/nassearch/search/compare"
)

// Comparison is all that was found: the runs and what follows from them. Numbers that are not known are NaN, in
// JSON null.
type Comparison struct {
	Program  string       `json:"program"` // its version
	Command  string       `json:"command"` // line that made it
	Plan     compare.Plan `json:"plan"`
	Complete bool         `json:"complete"` // all runs of the plan are there
	Results  []Result     `json:"results"`  // by problem, in the plan's order
	Across   *Across      `json:"across"`   // nil for one problem alone
}

// There returns how many runs there are, of how many that the plan has.
func (c Comparison) There() (runs, of int) {
	for _, r := range c.Results {
		runs += len(r.Runs)
	}
	return runs, c.Plan.Total()
}

// Result is what was found on one problem.
type Result struct {
	Problem     compare.Problem `json:"problem"`
	Strategies  []Summary       `json:"strategies"`  // in the plan's order
	Checkpoints []PairsAt       `json:"checkpoints"` // in the plan's order
	AreaPairs   []Pair          `json:"area_pairs"`  // by the area under the regret, positive differences if A has less
	ReachPairs  []PairsWithin   `json:"reach_pairs"` // by tolerance, as Summary.Reach
	Also        []Also          `json:"also"`        // of the best cells; nil for several metrics, or if nothing is known
	Conclusions []Conclusion    `json:"conclusions"`
	Grid        []float64       `json:"grid"` // on the plan's axis, where the curves are read
	Runs        []compare.Run   `json:"runs"` // by strategy in the plan's order, then by seed
}

// Summary is what the runs of one strategy on one problem say.
type Summary struct {
	Strategy string `json:"strategy"`
	Runs     int    `json:"runs"`
	Failures int    `json:"failures"` // runs that broke off; they keep what they had found until then
	// Valueless runs never had a value. They are in no mean of a metric; their hypervolume is 0.
	Valueless int `json:"valueless"`

	Queries int             `json:"queries"`          // of all runs
	Failed  int             `json:"failed"`           // of these, those without values
	Causes  []compare.Tally `json:"causes,omitempty"` // of that, where the runs say it

	Checkpoints []Checkpoint `json:"checkpoints"` // in the plan's order
	Area        Distribution `json:"area"`        // under the curve of simple regret, as its mean over the axis
	Reach       []Reach      `json:"reach"`       // by tolerance, in the plan's order; then at the optimum itself
	Duplicates  Distribution `json:"duplicates"`
	Seconds     Distribution `json:"strategy_seconds"` // measured, in the strategy itself

	Curve  Band   `json:"curve"`           // of the quality
	Regret Band   `json:"regret"`          // of the distance to the optimum; empty if that is not known
	Multi  *Multi `json:"multi,omitempty"` // nil for one metric
}

// End is the last checkpoint, where the budget ends.
func (s Summary) End() Checkpoint { return s.Checkpoints[len(s.Checkpoints)-1] }

// End is the last checkpoint, where the budget ends.
func (r Result) End() PairsAt { return r.Checkpoints[len(r.Checkpoints)-1] }

// Even says whether all strategies have runs of the same seeds. Numbers of other sets of runs can be compared in pairs
// alone.
func (r Result) Even() bool {
	seeds := map[string]map[uint64]bool{}
	for _, run := range r.Runs {
		if seeds[run.Strategy] == nil {
			seeds[run.Strategy] = map[uint64]bool{}
		}
		seeds[run.Strategy][run.Seed] = true
	}
	for _, s := range r.Strategies {
		if !maps.Equal(seeds[s.Strategy], seeds[r.Strategies[0].Strategy]) {
			return false
		}
	}
	return true
}

// Checkpoint is the state of a strategy's runs at one point of the axis. Distributions are empty until all runs have
// a value that end with one.
type Checkpoint struct {
	At      float64      `json:"at"`
	Quality Distribution `json:"quality"`
	Regret  Distribution `json:"regret"`
	Rank    Distribution `json:"rank"` // among all classes, 1 is best; empty for several metrics
}

// Distribution describes numbers, one a run. Runs without the number are not among them.
type Distribution struct {
	N      int            `json:"n"`
	Mean   Estimate       `json:"mean"`
	Median Estimate       `json:"median"`
	IQM    Estimate       `json:"iqm"`            // inter-quartile mean
	More   []Named        `json:"more,omitempty"` // statistics beside these
	SD     compare.Number `json:"sd"`
	Min    compare.Number `json:"min"`
	Q1     compare.Number `json:"q1"`
	Q3     compare.Number `json:"q3"`
	Max    compare.Number `json:"max"`
}

// Estimate is a number with its bootstrap interval (BCa, at the plan's confidence).
type Estimate struct {
	Value compare.Number `json:"value"`
	Low   compare.Number `json:"low"`
	High  compare.Number `json:"high"`
}

// Reach says how many runs came within a distance of the optimum, and when. Those that never did are censored.
type Reach struct {
	Goal
	Share  Estimate       `json:"share"`  // of runs that did (interval: Wilson)
	Median compare.Number `json:"median"` // Kaplan-Meier median on the axis; NaN if half of the runs never did
	Events []Event        `json:"events"` // Kaplan-Meier estimate, step by step
}

// Goal is a distance from the optimum.
type Goal struct {
	Within float64 `json:"within"` // 0 is the optimum itself
	// Part is what the distance is of that between the best and the worst value, for metrics that are no shares; else 0.
	Part float64 `json:"part,omitzero"`
}

// Event is a point of the axis at which runs reached the goal.
type Event struct {
	At    float64 `json:"at"`
	Share float64 `json:"share"` // of runs that had reached it by then, estimated
}

// Band is a strategy's curve over the grid: one entry a grid point, NaN before any run has a value.
type Band struct {
	Mean   []compare.Number `json:"mean"`
	Low    []compare.Number `json:"low"` // interval of the mean
	High   []compare.Number `json:"high"`
	Median []compare.Number `json:"median"`
	Q1     []compare.Number `json:"q1"`
	Q3     []compare.Number `json:"q3"`
}

// Multi is what only problems of several metrics have, at the end of the runs.
type Multi struct {
	// Volume is the share of the true front's hypervolume that was found.
	Volume     Distribution `json:"hypervolume_share"`
	IGD        Distribution `json:"igd_plus"`    // IGD+ to the true front, in units of each metric's range
	FrontShare Distribution `json:"front_share"` // of the true front's points that were found
	FrontSize  Distribution `json:"front_size"`
	// Attainment are the points that the given share of runs attained (Fonseca and Fleming); for two metrics.
	Attainment []Surface `json:"attainment"`
}

// Surface is the border of what a share of the runs attained.
type Surface struct {
	Share  float64     `json:"share"`
	Points [][]float64 `json:"points"` // in the metrics' order, best in the first first
}

// PairsAt compares all pairs of strategies at one point of the axis.
type PairsAt struct {
	At    float64 `json:"at"`
	Pairs []Pair  `json:"pairs"` // A before B in the plan's order
}

// PairsWithin compares all pairs of strategies by how soon they came within a distance of the optimum, those that never
// did being last. Differences are of runs that both did, positive if A was sooner.
type PairsWithin struct {
	Goal
	Pairs []Pair `json:"pairs"`
}

// Pair compares two strategies on one problem.
type Pair struct {
	A string `json:"a"`
	B string `json:"b"`
	N int    `json:"n"` // paired runs

	Differ      int            `json:"differ"`     // pairs whose values are not the same
	Difference  Estimate       `json:"difference"` // mean over pairs, positive if A is better
	Wilcoxon    Test           `json:"wilcoxon"`   // paired, signed ranks
	MannWhitney Test           `json:"mann_whitney"`
	Effect      compare.Number `json:"rank_biserial"` // of the paired ranks, in [-1, 1], positive if A is better
	A12         compare.Number `json:"a12"`           // chance that A's run beats B's, ties count half (Vargha, Delaney)
	Cliff       compare.Number `json:"cliffs_delta"`

	Better string `json:"better"` // the strategy shown to be better (Wilcoxon after Holm); empty if none was
	// Needed is about how many pairs of runs would show the mean difference that was seen, with power .8 at the level
	// of Holm's first step; 0 if there was none. Detectable is the smallest mean difference that N pairs show so.
	Needed     int            `json:"needed"`
	Detectable compare.Number `json:"detectable"`
}

// Between finds the pair of two strategies, seen from the side of the first; false for one strategy and itself.
func (p PairsAt) Between(a, b string) (Pair, bool) {
	for _, q := range p.Pairs {
		switch {
		case q.A == a && q.B == b:
			return q, true
		case q.A == b && q.B == a:
			return q.turned(), true
		}
	}
	return Pair{}, false
}

// turned is the pair seen from B's side.
func (p Pair) turned() Pair {
	p.A, p.B = p.B, p.A
	p.Difference.Value, p.Difference.Low, p.Difference.High = -p.Difference.Value, -p.Difference.High, -p.Difference.Low
	p.Effect, p.A12, p.Cliff = -p.Effect, 1-p.A12, -p.Cliff
	return p
}

// Test is a statistical test. Holm is its p-value corrected over all pairs.
type Test struct {
	Statistic compare.Number `json:"statistic"`
	P         compare.Number `json:"p"`
	Holm      compare.Number `json:"holm"`
}

// Across compares strategies over several problems by their mean ranks.
type Across struct {
	Problems      int                `json:"problems"`
	Strategies    []string           `json:"strategies"`
	MeanRanks     []compare.Number   `json:"mean_ranks"` // by strategy, 1 is best
	Friedman      Test               `json:"friedman"`
	ImanDavenport Test               `json:"iman_davenport"`
	Nemenyi       [][]compare.Number `json:"nemenyi"`             // p-values, by strategy and strategy
	Critical      compare.Number     `json:"critical_difference"` // of mean ranks, at the plan's confidence (Nemenyi)
	Groups        [][]string         `json:"groups"`              // largest sets that do not differ significantly
	Conclusions   []Conclusion       `json:"conclusions"`
}
