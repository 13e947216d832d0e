// Package cells finds the best cells of a table: by each of some metrics, by all of them together (the exact Pareto
// front), and by what one of them costs in another.
package cells

import (
	"fmt"
	"math"
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Result is the best cells within some bounds.
type Result struct {
	Metrics   []objective.Metric `json:"metrics"`
	Where     []string           `json:"where"`
	Classes   int                `json:"classes"` // within the bounds that have all metrics
	Of        int                `json:"of"`      // of the space
	Best      [][]Cell           `json:"best"`    // by each metric, best first
	Front     []Cell             `json:"front"`   // best in the first metric first
	Tradeoffs []Tradeoff         `json:"tradeoffs"`

	Points [][]float64 `json:"-"` // the values of all of the classes
}

// Cell is a class by its representative.
type Cell struct {
	Arch space.Arch `json:"arch"`
	space.Named
	Values []float64 `json:"values"` // in the order of the metrics
}

// Name is the cell's shortest one, see [space.Named.Short].
func (c Cell) Name() string { return c.Short(c.Arch) }

// Tradeoff says how good a metric gets for how much of the first one is given up.
type Tradeoff struct {
	For   objective.Metric `json:"for"`
	Of    objective.Metric `json:"of"`
	Steps []Step           `json:"steps"`
}

// Step is the best cell in a metric among those that give up so much of the other.
type Step struct {
	Share float64 `json:"share"` // of what the best cell in the metric gives up
	Given float64 `json:"given"` // at most, of the other metric
	Gain  float64 `json:"gain"`  // over the best cell in the other metric
	Cell  Cell    `json:"cell"`
}

// shares are of what is given up on the way from one end of the front to the other.
var shares = []float64{0, .05, .1, .25, .5, 1}

// Find finds the best cells, so many by each metric. Values are of each class, NaN where one is not known or the class
// is out of bounds; cell returns the names of a class.
func Find(metrics []objective.Metric, values [][]float64, most int, cell func(class int) Cell) (*Result, error) {
	r := &Result{Metrics: metrics, Of: len(values), Best: [][]Cell{}, Front: []Cell{}, Tradeoffs: []Tradeoff{}}
	var all []Cell
	for class, v := range values {
		if slices.ContainsFunc(v, math.IsNaN) {
			continue
		}
		c := cell(class)
		c.Values = v
		all = append(all, c)
		r.Points = append(r.Points, v)
	}
	if r.Classes = len(all); r.Classes == 0 {
		return nil, fmt.Errorf("no class within the bounds has a value of every metric: ask for fewer, or for wider bounds")
	}
	for i := range metrics {
		r.Best = append(r.Best, sorted(metrics, all, i)[:min(most, len(all))])
	}
	r.Front = front(metrics, all)
	for i := range metrics[1:] {
		r.Tradeoffs = append(r.Tradeoffs, tradeoff(metrics, all, i+1))
	}
	return r, nil
}

// sorted orders cells by a metric, equal ones by the metrics in their order.
func sorted(metrics []objective.Metric, all []Cell, by int) []Cell {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b Cell) int {
		if c := metrics[by].Goal.Compare(a.Values[by], b.Values[by]); c != 0 {
			return c
		}
		return slices.Compare(objective.Costs(metrics, a.Values), objective.Costs(metrics, b.Values))
	})
	return all
}

// front are the cells that no other beats, all of several equal ones.
func front(metrics []objective.Metric, all []Cell) []Cell {
	costs := make([][]float64, len(all))
	for i, c := range all {
		costs[i] = objective.Costs(metrics, c.Values)
	}
	var best []Cell
	for _, i := range objective.NonDominated(costs) {
		best = append(best, all[i])
	}
	return sorted(metrics, best, 0)
}

// tradeoff goes from the best cell in the first metric to that in another.
func tradeoff(metrics []objective.Metric, all []Cell, to int) Tradeoff {
	of, other := metrics[0].Goal, metrics[to].Goal
	first, last := sorted(metrics, all, 0)[0], sorted(metrics, all, to)[0]
	for _, c := range all { // of the best in the first metric the best in the other
		if c.Values[0] == first.Values[0] && other.Better(c.Values[to], first.Values[to]) {
			first = c
		}
	}
	whole := of.Cost(last.Values[0]) - of.Cost(first.Values[0])
	t := Tradeoff{For: metrics[to], Of: metrics[0]}
	for _, share := range shares {
		given, best := share*whole, first
		for _, c := range all {
			if of.Cost(c.Values[0])-of.Cost(first.Values[0]) > given*(1+1e-12) {
				continue
			}
			better := other.Compare(c.Values[to], best.Values[to])
			if better < 0 || better == 0 && of.Better(c.Values[0], best.Values[0]) {
				best = c
			}
		}
		t.Steps = append(t.Steps, Step{
			Share: share, Given: given, Cell: best, Gain: other.Cost(first.Values[to]) - other.Cost(best.Values[to]),
		})
	}
	return t
}
