package strategies

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// Evolution is regularized evolution (Real et al., AAAI 2019, algorithm 1). A proposal mutates the best of a
// random tournament; when a child arrives the oldest member dies, however good it is.
type Evolution struct {
	problem    search.Problem
	population int // members alive
	tournament int // members drawn, with replacement, to choose a parent
	mutate     func(*rand.Rand, space.Arch) space.Arch

	alive   []search.Trial // oldest first
	ratings []rating       // of those alive, of several metrics
	told    int            // trials, whatever came of them
	failed  failures
}

// EvolutionEntry describes Evolution to a registry.
func EvolutionEntry() search.Entry {
	return search.Entry{
		About:  "regularized evolution: mutate the winner of a tournament, retire the oldest",
		Source: "Real, Aggarwal, Huang, Le, Regularized Evolution for Image Classifier Architecture Search, AAAI 2019",
		Options: []search.Option{
			search.IntOption("population", 30, 1, 100_000, "members alive"),
			search.IntOption("tournament", 10, 1, 100_000, "members drawn, with replacement, to choose a parent"),
			search.FloatOption("rate", 0, 0, 1, "probability with which each part of the parent mutates; "+
				"0 mutates exactly one, as in the paper"),
		},
		Multi: true,
		New:   newEvolution,
	}
}

func newEvolution(p search.Problem, o search.Options) (search.Strategy, error) {
	mutate, err := mutator(p, o)
	if err != nil {
		return nil, err
	}
	e := &Evolution{
		problem: p, population: o.Int("population"), tournament: o.Int("tournament"), mutate: mutate,
		failed: newFailures(p),
	}
	return e, nil
}

// mutator returns how the option rate has architectures mutate.
func mutator(p search.Problem, o search.Options) (func(*rand.Rand, space.Arch) space.Arch, error) {
	rate := o.Float("rate")
	if rate == 0 {
		return p.Space.Mutate, nil
	}
	m, ok := p.Space.(space.RateMutator)
	if !ok {
		return nil, &search.SpaceError{
			Space: p.Space.Name(), Lacks: fmt.Sprintf("mutates as a whole, with no rate such as %g", rate),
		}
	}
	return func(r *rand.Rand, a space.Arch) space.Arch { return m.MutateEach(r, a, rate) }, nil
}

// Ask proposes as many random architectures as the population has members, then mutants. Where most proposals fail the
// population is small at first: it grows with the mutants that succeed, not with more random ones.
func (e *Evolution) Ask(_ context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	if len(e.alive) == 0 || e.told+len(pending) < e.population {
		return search.Proposal{Arch: e.failed.avoid(func(int) space.Arch { return e.problem.Space.Sample(r) })}, nil
	}
	return search.Proposal{Arch: e.failed.avoid(func(attempt int) space.Arch { return e.mutant(r, attempt) })}, nil
}

// attemptsPerStep is how many mutants of one distance from their parents are tried before those a step further away.
const attemptsPerStep = 10

// mutant mutates the winner of a tournament: once at first, more often where all that is near has failed.
func (e *Evolution) mutant(r *rand.Rand, attempt int) space.Arch {
	a := e.parent(r).Arch
	for range 1 + attempt/attemptsPerStep {
		a = e.mutate(r, a)
	}
	return a
}

// parent returns the best of a tournament; of several, the one drawn first.
func (e *Evolution) parent(r *rand.Rand) search.Trial {
	best := r.IntN(len(e.alive))
	for range e.tournament - 1 {
		if i := r.IntN(len(e.alive)); e.better(i, best) {
			best = i
		}
	}
	return e.alive[best]
}

// better compares members: by several metrics as [NSGA2] does, by their fronts and how crowded these are.
func (e *Evolution) better(i, j int) bool {
	if e.ratings != nil {
		return e.ratings[i].better(e.ratings[j])
	}
	return e.problem.Better(e.alive[i], e.alive[j])
}

// Tell admits a trial and retires the oldest. A failed trial retires none, and is not tried again.
func (e *Evolution) Tell(t search.Trial) {
	e.told++
	e.failed.note(t)
	if t.Failed() {
		return
	}
	e.alive = append(e.alive, t)
	if len(e.alive) > e.population {
		e.alive = e.alive[1:]
	}
	if len(e.problem.Metrics) > 1 {
		e.ratings = ratings(e.problem, e.alive)
	}
}
