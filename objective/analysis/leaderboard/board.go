package leaderboard

import (
	"cmp"
	"math"
	"slices"

	"github.com/nassearch/nassearch/space"
)

// Network is one that is ranked: a class of a table, or one of somebody's own.
type Network struct {
	Rank int        `json:"rank"`          // 1 + the number of the table's classes that are better
	Own  string     `json:"own,omitempty"` // where its results are from; empty for a class of the table
	Arch space.Arch `json:"arch"`          // of a class its representative
	space.Named
	Clean  *float64           `json:"clean_acc"` // null where it is not known, like all below
	Values map[string]float64 `json:"values"`    // under each attack or corruption, by the names of metrics
	Worst  *float64           `json:"worst"`
	Mean   *float64           `json:"mean,omitempty"` // over corruptions
	Params *float64           `json:"params"`
	FLOPs  *float64           `json:"flops"`
}

// Board is the networks under a threat, best first.
type Board struct {
	Threat
	By       string    `json:"by"`      // what orders them: "worst", or "mean" for corruptions
	Classes  int       `json:"classes"` // of the table, that have all the values and are ranked
	Lacking  int       `json:"lacking"` // others, that lack some
	Networks []Network `json:"networks"`
}

// Columns are what a table says of its classes.
type Columns struct {
	Classes int
	Within  func(class int) bool                      // whether a class is ranked at all
	Column  func(name string) func(class int) float64 // of what [Needs] lists, NaN where there is none
	Network func(class int) Network                   // without its values under the threat
}

// New ranks a table's classes by the lowest of their accuracies under the threat's attacks, or by the mean over
// corruptions, and lists the best of them. A class that lacks one is not ranked. A network of somebody's own is listed
// however good it is, at the rank that a class with its result would have.
func New(t Threat, c Columns, own []Network, most int) Board {
	b := Board{Threat: t, By: "worst", Networks: []Network{}}
	if t.kind == spoilt {
		b.By = "mean"
	}
	under, mean := t.columns(c)
	ranked, scores := []int{}, make([]float64, c.Classes)
	for class := range c.Classes {
		if !c.Within(class) || len(t.Metrics) == 0 && t.Mean == nil {
			continue
		}
		if scores[class] = t.by(lowest(under, class), mean(class)); math.IsNaN(scores[class]) {
			b.Lacking++
			continue
		}
		ranked = append(ranked, class)
	}
	b.Classes = len(ranked)
	slices.SortStableFunc(ranked, func(i, j int) int { return cmp.Compare(scores[j], scores[i]) })
	better := func(score float64) int { // how many classes are
		n, _ := slices.BinarySearchFunc(ranked, score, func(class int, score float64) int {
			return cmp.Compare(score, scores[class])
		})
		return n
	}
	for _, class := range ranked[:min(most, len(ranked))] {
		n := c.Network(class)
		n.Rank, n.Worst, n.Mean = 1+better(scores[class]), known(lowest(under, class)), known(mean(class))
		n.Values = map[string]float64{}
		for i, m := range t.Metrics {
			n.Values[m.Name] = under[i](class)
		}
		b.Networks = append(b.Networks, n)
	}
	for _, n := range own {
		if score := t.score(n); !math.IsNaN(score) {
			n.Rank = 1 + better(score)
			b.Networks = append(b.Networks, n)
		}
	}
	slices.SortStableFunc(b.Networks, func(i, j Network) int { return cmp.Compare(t.score(j), t.score(i)) })
	return b
}

// columns returns accuracies under the threat, and the mean over corruptions, NaN for attacks.
func (t Threat) columns(c Columns) (under []func(class int) float64, mean func(class int) float64) {
	for _, m := range t.Metrics {
		under = append(under, c.Column(t.ask(m)))
	}
	if t.kind != spoilt {
		return under, func(int) float64 { return math.NaN() }
	}
	var measured func(class int) float64
	if t.Mean != nil {
		measured = c.Column(t.Mean.Name)
	}
	return under, func(class int) float64 {
		sum := 0.
		for _, v := range under {
			sum += v(class)
		}
		if measured == nil || math.IsNaN(sum) {
			return sum / float64(len(under))
		}
		return measured(class)
	}
}

// lowest is NaN where a value is, and where there is none.
func lowest(of []func(class int) float64, class int) float64 {
	if len(of) == 0 {
		return math.NaN()
	}
	least := math.Inf(1)
	for _, v := range of {
		least = min(least, v(class))
	}
	return least
}

// by is what a network is ranked by.
func (t Threat) by(worst, mean float64) float64 {
	if t.kind == spoilt {
		return mean
	}
	return worst
}

// score is what a network is ranked by, NaN where it is not known.
func (t Threat) score(n Network) float64 {
	value := func(v *float64) float64 {
		if v == nil {
			return math.NaN()
		}
		return *v
	}
	return t.by(value(n.Worst), value(n.Mean))
}

// known is a number, or nothing for NaN.
func known(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}
