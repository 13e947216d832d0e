package strategies

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// batches is what strategies have in common that learn a model anew for every batch of proposals: random ones first,
// then the best that the model knows of.
type batches struct {
	problem search.Problem
	initial int // random proposals
	size    int // proposals by one model

	known map[space.Arch]bool // classes told
	told  []observed          // the first trial of each, in the order they were told

	learnt int                 // of these, how many the model has learnt from
	before map[space.Arch]bool // their classes
	ranked []space.Arch        // what the model ranked then, the best first
}

// observed is what came of a class.
type observed struct {
	arch   space.Arch
	cost   float64 // less is better
	failed bool
}

// ranker returns architectures worth a proposal, the best first, from the trials that succeeded.
type ranker func(ctx context.Context, r *rand.Rand, trials []observed) ([]space.Arch, error)

func newBatches(p search.Problem, o search.Options) batches {
	return batches{problem: p, initial: o.Int("initial"), size: o.Int("batch"), known: map[space.Arch]bool{}}
}

// Tell learns of a trial, the first of its class.
func (b *batches) Tell(t search.Trial) {
	class := b.problem.Class(t.Arch)
	if b.known[class] {
		return
	}
	b.known[class] = true
	o := observed{arch: t.Arch, failed: t.Failed()}
	if !o.failed {
		o.cost = b.problem.Metrics[0].Goal.Cost(t.Values[0])
	}
	b.told = append(b.told, o)
}

// next proposes the best architecture that is neither known nor pending. The model is learnt when the first of a batch
// is asked for, from what was told by then: a study that is continued learns the last one only.
func (b *batches) next(
	ctx context.Context, r *rand.Rand, pending []search.Proposal, rank ranker,
) (search.Proposal, error) {
	fresh := unseen(b.problem, b.known, pending)
	past := len(b.told) - b.initial
	if past < 0 {
		return sampleFresh(r, b.problem, fresh), nil
	}
	if n := b.initial + past/b.size*b.size; n != b.learnt {
		var err error
		if b.ranked, err = b.learn(ctx, n, rank); err != nil {
			return search.Proposal{}, err
		}
		b.learnt = n
	}
	for _, a := range b.ranked {
		if fresh(b.problem.Class(a)) {
			return search.Proposal{Arch: a}, nil
		}
	}
	return sampleFresh(r, b.problem, fresh), nil
}

// models is how many models a search of so many proposals learns, and from how many trials all of them together.
func (b *batches) models(queries int) (models, trials float64) {
	past := float64(distinct(b.problem, queries) - b.initial)
	models = max(0, math.Ceil(past/float64(b.size)))
	return models, models*float64(b.initial) + float64(b.size)*models*(models-1)/2
}

// learn ranks by a model of the first n trials. There is none as long as all have failed.
func (b *batches) learn(ctx context.Context, n int, rank ranker) ([]space.Arch, error) {
	var succeeded []observed
	b.before = make(map[space.Arch]bool, n)
	for _, o := range b.told[:n] {
		b.before[b.problem.Class(o.arch)] = true
		if !o.failed {
			succeeded = append(succeeded, o)
		}
	}
	if len(succeeded) == 0 {
		return nil, nil
	}
	return rank(ctx, b.problem.Stream("batch", n), succeeded)
}

// mutants returns as many mutants of parents as are wanted, or some more, of classes that the model has not
// learnt from: so many draws of every parent, from the first on until there are enough.
func (b *batches) mutants(r *rand.Rand, parents []space.Arch, draws, want int, mutate mutation) []space.Arch {
	seen := map[space.Arch]bool{}
	var all []space.Arch
	for _, parent := range parents {
		if len(all) >= want {
			break
		}
		for range draws {
			a := mutate(r, parent)
			if class := b.problem.Class(a); !seen[class] && !b.before[class] {
				seen[class] = true
				all = append(all, a)
			}
		}
	}
	return all
}

// fittest returns the architectures of the best trials, the best first.
func fittest(trials []observed, n int) []space.Arch {
	costs := make([]float64, len(trials))
	for i, o := range trials {
		costs[i] = o.cost
	}
	var archs []space.Arch
	for _, i := range ascending(costs)[:min(n, len(costs))] {
		archs = append(archs, trials[i].arch)
	}
	return archs
}

// mutation changes an architecture.
type mutation func(r *rand.Rand, a space.Arch) space.Arch

// newMutation mutates every part with a probability or, where that is 0 or the space mutates as a whole, as the space
// does.
func newMutation(s space.Space, rate float64) mutation {
	m, ok := s.(space.RateMutator)
	if !ok || rate == 0 {
		return s.Mutate
	}
	return func(r *rand.Rand, a space.Arch) space.Arch { return m.MutateEach(r, a, rate) }
}
