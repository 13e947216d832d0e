// Command annealing is nassearch with simulated annealing, which learns by chance: whether it moves to a worse
// architecture is drawn when that is told.
//
//	go run ./examples/annealing --data robustness-data --strategy annealing --option cooling=0.95
package main

import (
	"context"
	"math"
	"math/rand/v2"
	"os"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/search"
)

// Annealing is simulated annealing (Kirkpatrick, Gelatt, Vecchi, Science 1983) with Metropolis' rule: a neighbour that
// is worse by d becomes the place to stand with probability exp(-d/temperature), and the temperature falls with every
// query. When all about it has long been known it begins again elsewhere.
type Annealing struct {
	problem search.Problem
	hot     float64 // temperature at first, in the metric's unit
	cooling float64 // what is left of it after a query

	here        search.Trial // where it stands; without values at a start
	temperature float64
	known       int // trials in a row that told nothing new
}

// patience is how many trials in a row may tell nothing new.
const patience = 100

// Ask proposes a neighbour of where it stands.
func (a *Annealing) Ask(_ context.Context, r *rand.Rand, _ []search.Proposal) (search.Proposal, error) {
	if a.here.Values == nil {
		return search.Proposal{Arch: a.problem.Space.Sample(r)}, nil
	}
	return search.Proposal{Arch: a.problem.Space.Mutate(r, a.here.Arch)}, nil
}

// Tell moves, or not. It draws from a stream of the trial's own: a study that is continued tells all trials again, and
// comes to the same.
func (a *Annealing) Tell(t search.Trial) {
	if t.Duplicate() {
		a.known++
	} else {
		a.temperature *= a.cooling
		a.known = 0
	}
	if a.known > patience {
		a.here, a.temperature, a.known = search.Trial{}, a.hot, 0
	}
	if t.Failed() {
		return
	}
	if a.here.Values == nil || a.problem.Stream("accept", t.ID).Float64() < a.chance(t) {
		a.here = t
	}
}

// chance is the probability of moving to a trial; 1 if it is no worse.
func (a *Annealing) chance(t search.Trial) float64 {
	goal := a.problem.Metrics[0].Goal
	worse := goal.Cost(t.Values[0]) - goal.Cost(a.here.Values[0])
	if worse <= 0 {
		return 1
	}
	return math.Exp(-worse / a.temperature)
}

// Entry describes Annealing to a registry.
func Entry() search.Entry {
	return search.Entry{
		About:  "simulated annealing: move to a neighbour, to a worse one with a falling probability",
		Source: "Kirkpatrick, Gelatt, Vecchi, Optimization by Simulated Annealing, Science 1983",
		Options: []search.Option{
			search.FloatOption("temperature", 0.05, 1e-12, 1e12, "at first, in the unit of the metric"),
			search.FloatOption("cooling", 0.98, 0.01, 1, "what is left of the temperature after a query"),
		},
		New: func(p search.Problem, o search.Options) (search.Strategy, error) {
			hot := o.Float("temperature")
			return &Annealing{problem: p, hot: hot, temperature: hot, cooling: o.Float("cooling")}, nil
		},
	}
}

func main() {
	os.Exit(cmd.Main(cmd.Extensions{Strategies: search.Registry{"annealing": Entry()}}))
}
