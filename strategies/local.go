package strategies

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// Local is hill climbing from random starts (White, Nolen, Savani, UAI 2021, algorithm 1). It asks for the
// neighbours of where it stands, in random order, each class once; at an optimum it begins anew elsewhere. Of several
// metrics a neighbour is better if it dominates (Pareto local search; Paquete, Chiarandini, Stuetzle, 2004).
type Local struct {
	problem   search.Problem
	neighbors func(space.Arch) []space.Arch
	first     bool // move to the first better neighbour, not to the best of all

	known map[space.Arch]bool // classes told
	here  *search.Trial       // where it stands; nil at a start
	best  *search.Trial       // best neighbour of here that is better than it, unless first
}

// LocalEntry describes Local to a registry.
func LocalEntry() search.Entry {
	return search.Entry{
		About:  "hill climbing over the neighbours, from random starts",
		Source: "White, Nolen, Savani, Exploring the Loss Landscape in Neural Architecture Search, UAI 2021",
		Options: []search.Option{
			search.ChoiceOption("improvement", "move to the first better neighbour, or to the best of all", "first", "best"),
		},
		Multi: true,
		New:   newLocal,
	}
}

func newLocal(p search.Problem, o search.Options) (search.Strategy, error) {
	n, ok := p.Space.(space.Neighborer)
	if !ok {
		return nil, &search.SpaceError{Space: p.Space.Name(), Lacks: "does not tell neighbours"}
	}
	first := o.Choice("improvement") == "first"
	return &Local{problem: p, neighbors: n.Neighbors, first: first, known: map[space.Arch]bool{}}, nil
}

// Ask proposes a neighbour that is neither known nor pending or, for want of one, a new start.
func (l *Local) Ask(_ context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	fresh := unseen(l.problem, l.known, pending)
	if l.here != nil {
		near := l.neighbors(l.here.Arch)
		for _, i := range r.Perm(len(near)) {
			if fresh(l.problem.Class(near[i])) {
				return search.Proposal{Arch: near[i]}, nil
			}
		}
	}
	return sampleFresh(r, l.problem, fresh), nil
}

// Tell moves to a better trial, and off once nothing near is unknown. A failed trial is known, no more.
func (l *Local) Tell(t search.Trial) {
	l.known[l.problem.Class(t.Arch)] = true
	switch {
	case t.Failed():
	case l.here == nil:
		l.here = &t
	case !l.problem.Better(t, *l.here):
	case l.first:
		l.here = &t
	case l.best == nil || l.problem.Better(t, *l.best):
		l.best = &t
	}
	for l.here != nil && l.surrounded() {
		l.here, l.best = l.best, nil
	}
}

// surrounded says whether every neighbour of here is known.
func (l *Local) surrounded() bool {
	return !slices.ContainsFunc(l.neighbors(l.here.Arch), func(a space.Arch) bool { return !l.known[l.problem.Class(a)] })
}
