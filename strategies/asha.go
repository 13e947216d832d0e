package strategies

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
)

// ASHA is asynchronous successive halving (Li et al., MLSys 2020, algorithm 2): whenever an architecture is among the
// best eta-th of what its rung has seen so far, it is promoted to the next; else a random one begins at the lowest.
// With several metrics the best are those on the first non-dominated fronts (Schmucker et al., 2021).
type ASHA struct {
	problem search.Problem
	eta     int
	rungs   []rung
	told    []*standing // by rung: each class once, those with values
	seen    []int       // by rung: classes, those that failed among them
	known   asked
}

// ASHAEntry describes ASHA to a registry.
func ASHAEntry() search.Entry {
	return search.Entry{
		About: "asynchronous successive halving: what is among the best so far goes on at once",
		Source: "Li, Jamieson, Rostamizadeh, Gonina, Ben-Tzur, Hardt, Recht, Talwalkar, A System for Massively Parallel " +
			"Hyperparameter Tuning, MLSys 2020",
		Options: rungOptions(),
		Multi:   true, Fidelities: true,
		New: func(p search.Problem, o search.Options) (search.Strategy, error) {
			a := &ASHA{problem: p, eta: o.Int("eta"), rungs: rungs(p, o), known: asked{}}
			a.seen = make([]int, len(a.rungs))
			for range a.rungs {
				a.told = append(a.told, newStanding(p))
			}
			return a, nil
		},
	}
}

// Ask promotes what it can, from the highest rung down, or draws. Where nothing new is left to draw, the best of what
// was not promoted goes on.
func (a *ASHA) Ask(_ context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	share := func(k int) int { return reduced(a.seen[k], a.eta, a.rungs[k].level-a.rungs[k+1].level) }
	if p, ok := a.promote(pending, share); ok {
		return p, nil
	}
	fresh := a.known.among(a.problem, pending, a.rungs[0].fidelity)
	p := sampleFresh(r, a.problem, fresh)
	p.Fidelity = a.rungs[0].fidelity
	if !fresh(a.problem.Class(p.Arch)) {
		if p, ok := a.promote(pending, func(k int) int { return a.told[k].size() }); ok {
			return p, nil
		}
	}
	return p, nil
}

// standingTrial is what a trial of several metrics takes for each that is known, in seconds, and for each pair of
// metrics: its rung's fronts are sorted.
const standingTrial = 25e-9

// Needs is next to nothing but for several metrics.
func (a *ASHA) Needs(queries int) search.Needs {
	metrics, known := float64(len(a.problem.Metrics)), float64(distinct(a.problem, queries))
	if metrics == 1 {
		return search.Needs{}
	}
	return search.NewNeeds(0, standingTrial*metrics*metrics*known*known/2)
}

// promote proposes the best of the highest rung that is among so many best of it, and not yet asked for at the next.
func (a *ASHA) promote(pending []search.Proposal, among func(rung int) int) (search.Proposal, bool) {
	for k := len(a.rungs) - 2; k >= 0; k-- {
		to := a.rungs[k+1].fidelity
		fresh := a.known.among(a.problem, pending, to)
		left := among(k)
		for c := range a.told[k].all {
			if left--; left < 0 {
				break
			}
			if !c.through && fresh(c.class) {
				return search.Proposal{Arch: c.trial.Arch, Fidelity: to}, true
			}
		}
	}
	return search.Proposal{}, false
}

// Tell learns of a trial, the first of its class on its rung.
func (a *ASHA) Tell(t search.Trial) {
	class := a.problem.Class(t.Arch)
	if a.known[request{class, t.Fidelity}] {
		return
	}
	a.known[request{class, t.Fidelity}] = true
	k := slices.IndexFunc(a.rungs, func(of rung) bool { return of.fidelity == t.Fidelity })
	if k < 0 {
		return
	}
	a.seen[k]++
	if k > 0 {
		if below, there := a.told[k-1].of[class]; there {
			below.through = true
		}
	}
	if !t.Failed() {
		through := k+1 < len(a.rungs) && a.known[request{class, a.rungs[k+1].fidelity}]
		a.told[k].add(&contender{t, class, objective.Costs(a.problem.Metrics, t.Values), through})
	}
}
