package compare

import (
	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
)

// Axis is what a budget and the curves are counted in.
type Axis string

const (
	Queries Axis = "queries"
	Hours   Axis = "hours" // of the virtual clock: what the evaluator's announced costs add up to
)

// Plan says what is compared: problems x strategies x runs. The runs are a function of it alone.
type Plan struct {
	Space      string     `json:"space"`
	Problems   []Problem  `json:"problems"`
	Strategies []Strategy `json:"strategies"`
	Runs       int        `json:"runs"` // of every strategy on every problem
	Seed       uint64     `json:"seed"` // of the first run; run i of every strategy has seed Seed+i: they are pairs

	Axis            Axis    `json:"axis"`
	Budget          int     `json:"budget"` // queries of a run; 0 for no limit
	Hours           float64 `json:"hours"`  // of a run on the virtual clock; 0 for no limit
	Window          int     `json:"window"`
	CountDuplicates bool    `json:"count_duplicates"`
	MaxDuplicates   int     `json:"max_duplicates"`

	Checkpoints []float64 `json:"checkpoints"` // on the axis, where runs are compared, ascending; the last is the budget
	Tolerances  []float64 `json:"tolerances"`  // distances from the optimum that count as having reached it, descending
	Confidence  float64   `json:"confidence"`  // of intervals; 1 - Confidence is the level of tests
	Resamples   int       `json:"resamples"`   // of a bootstrap
}

// Problem is one objective, or several at once, with what is known of it beyond any run.
type Problem struct {
	Name      string             `json:"name"` // unique in the plan: "pgd_acc@1/255", "pgd_acc@1/255,params"
	Objective []objective.Metric `json:"objective"`
	Source    string             `json:"source"` // fingerprint of the values
	Named     string             `json:"source_name,omitempty"`
	Settings  map[string]string  `json:"settings,omitempty"` // what else the values follow from
	Backend   string             `json:"backend,omitzero"`   // who measured: table or live
	About     string             `json:"about"`              // what the values are, in one line
	Dataset   string             `json:"dataset"`
	Classes   int                `json:"classes"`         // of the space; 0 if it cannot be listed
	Known     int                `json:"known,omitempty"` // of these, that have a value of every metric, if not all do

	Scores map[string]string `json:"scores,omitempty"` // from elsewhere: their sources, by name

	search.Scope
	Searched int `json:"searched,omitzero"` // classes, where only a part of the space is searched

	// Optimum is the best value of the quality that runs are compared by: of the metric, or for several metrics
	// the hypervolume of the true front. NaN if nobody knows.
	Optimum Number `json:"optimum"`
	// Error is half of the 95 % interval of an optimum that is an estimate, as are all hypervolumes of more than four
	// metrics; else 0.
	Error float64 `json:"optimum_error,omitempty"`
	// Ideal and Worst are the best and the worst value of each metric, between which a hypervolume is counted;
	// nil if nobody knows.
	Ideal []float64 `json:"ideal,omitempty"`
	Worst []float64 `json:"worst,omitempty"`
	// Front is the true front of several metrics: points in the metrics' order, best in the first metric first;
	// nil if nobody knows.
	Front [][]float64 `json:"front,omitempty"`
	// Joint says that nobody knows them, and that Ideal, Worst and Front are those of all runs together: more runs may
	// change them, and with them every hypervolume.
	Joint bool `json:"joint,omitzero"`
}

// Multi says whether the problem has several metrics. Its runs are compared by the hypervolume of their fronts.
func (p Problem) Multi() bool { return len(p.Objective) > 1 }

// Goal is the direction of the quality that runs are compared by.
func (p Problem) Goal() objective.Direction {
	if p.Multi() {
		return objective.Maximize
	}
	return p.Objective[0].Goal
}

// Quality names the number that runs are compared by: "pgd_acc at 1/255" or "hypervolume".
func (p Problem) Quality() string {
	if p.Multi() {
		return "hypervolume"
	}
	return p.Objective[0].Words()
}

// Regret returns the distance to the optimum, NaN if that is not known or beyond all numbers. The difference of
// decimals is one.
func (p Problem) Regret(quality float64) float64 {
	return -p.Goal().Cost(stats.Difference(float64(p.Optimum), quality))
}

// Box is what hypervolumes are counted in.
func (p Problem) Box() objective.Box { return objective.Box{Ideal: p.Ideal, Worst: p.Worst} }

// Costs gives points the sign that makes smaller better, and takes it away again.
func (p Problem) Costs(points [][]float64) [][]float64 {
	out := make([][]float64, len(points))
	for i, v := range points {
		out[i] = objective.Costs(p.Objective, v)
	}
	return out
}

// Strategy is a search algorithm with its options, under a name of its own: one algorithm may stand twice.
type Strategy struct {
	Name      string         `json:"name"`
	Algorithm string         `json:"algorithm"` // in the registry
	Options   search.Options `json:"options"`   // all of them
}

// Total is the number of runs.
func (p Plan) Total() int { return len(p.Problems) * len(p.Strategies) * p.Runs }
