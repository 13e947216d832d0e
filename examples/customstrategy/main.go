// Command customstrategy is nassearch with one more strategy. It runs from the command line like any other:
//
//	go run ./examples/customstrategy --data robustness-data --strategy greedy
package main

import (
	"context"
	"math/rand/v2"
	"os"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/search"
)

// Greedy mutates the best architecture it knows; at first, and now and then, it tries a random one.
type Greedy struct {
	problem search.Problem
	chance  float64 // of a random proposal
	best    search.Trial
}

// Ask proposes a neighbour of the best. It changes nothing.
func (g *Greedy) Ask(_ context.Context, r *rand.Rand, _ []search.Proposal) (search.Proposal, error) {
	if g.best.Values == nil || r.Float64() < g.chance {
		return search.Proposal{Arch: g.problem.Space.Sample(r)}, nil
	}
	return search.Proposal{Arch: g.problem.Space.Mutate(r, g.best.Arch)}, nil
}

// Tell keeps the best.
func (g *Greedy) Tell(t search.Trial) {
	if !t.Failed() && (g.best.Values == nil || g.problem.Better(t, g.best)) {
		g.best = t
	}
}

// Entry describes Greedy to a registry.
func Entry() search.Entry {
	return search.Entry{
		About:   "mutate the best",
		Options: []search.Option{search.FloatOption("chance", 0.1, 0, 1, "of a random proposal")},
		New: func(p search.Problem, o search.Options) (search.Strategy, error) {
			return &Greedy{problem: p, chance: o.Float("chance")}, nil
		},
	}
}

func main() {
	os.Exit(cmd.Main(cmd.Extensions{Strategies: search.Registry{"greedy": Entry()}}))
}
