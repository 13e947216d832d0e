package strategies

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/strategies/gp"
)

// candidates finds the architecture with the best score. It follows the surrogate's posterior: condition after
// a fit, extend after an observation, truncate when observations were taken back.
type candidates interface {
	condition()
	extend()
	truncate(n int)
	// best returns a class that is fresh; false if there is none.
	best(r *rand.Rand, s score, fresh func(class space.Arch) bool) (space.Arch, bool)
}

// listed knows all classes of the space, and its best is the best of all.
type listed struct {
	model   *surrogate
	classes []space.Arch
	points  [][]float64
	pool    *gp.Pool // nil before it is needed
}

func newListed(e space.Enumerator, m *surrogate) *listed {
	l := &listed{model: m}
	for i := range e.Classes() {
		a := e.Class(i)
		l.classes = append(l.classes, a)
		l.points = append(l.points, m.points(a))
	}
	return l
}

func (l *listed) condition() {
	if l.pool == nil {
		l.pool = gp.NewPool(l.model.kernel, l.points)
	}
	l.pool.Condition(l.model.posterior)
}

func (l *listed) extend() {
	if l.pool != nil {
		l.pool.Extend()
	}
}

func (l *listed) truncate(n int) {
	if l.pool != nil {
		l.pool.Truncate(n)
	}
}

func (l *listed) best(_ *rand.Rand, s score, fresh func(space.Arch) bool) (space.Arch, bool) {
	if l.pool == nil {
		l.condition()
	}
	rating := gp.Rating{
		Rate: s.rate, Bound: s.bound,
		Skip: func(i int) bool { return !fresh(l.classes[i]) },
	}
	if s.offset != nil {
		rating.Offset = func(i int) float64 { return s.offset(l.points[i]) }
	}
	i, ok := l.pool.Maximize(s.weights, rating)
	if !ok {
		return "", false
	}
	return l.classes[i], true
}

// The evolution of candidates where the space cannot be listed.
const (
	evolvedRounds  = 6
	evolvedParents = 20
	evolvedDraws   = 100 // random candidates in the first round, and mutants in each
)

// evolved looks for the best by mutation, from random architectures and the best that were observed.
type evolved struct {
	problem search.Problem
	model   *surrogate
}

func (e *evolved) condition()   {}
func (e *evolved) extend()      {}
func (e *evolved) truncate(int) {}

// scored is a candidate with its score.
type scored struct {
	arch  space.Arch
	score float64
}

func (e *evolved) best(r *rand.Rand, s score, fresh func(space.Arch) bool) (space.Arch, bool) {
	rate := func(class space.Arch) float64 {
		x := e.model.points(class)
		mean, sd := e.model.posterior.Predict(x, s.weights)
		return s.at(x, mean, sd)
	}
	return evolve(r, e.problem, rate, fresh)
}

// evolve returns the fresh class with the best rating that mutation finds; false if there is none.
func evolve(
	r *rand.Rand, p search.Problem, rate func(class space.Arch) float64, fresh func(class space.Arch) bool,
) (space.Arch, bool) {
	var pool []scored
	known := map[space.Arch]bool{}
	add := func(a space.Arch) {
		if c := p.Class(a); !known[c] {
			known[c] = true
			pool = append(pool, scored{c, rate(c)})
		}
	}
	for range evolvedDraws {
		add(p.Space.Sample(r))
	}
	for range evolvedRounds {
		slices.SortStableFunc(pool, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
		parents := slices.Clone(pool[:min(evolvedParents, len(pool))])
		for i := range evolvedDraws {
			add(p.Space.Mutate(r, parents[i%len(parents)].arch))
		}
	}
	var best *scored
	for i, c := range pool {
		if fresh(c.arch) && (best == nil || c.score > best.score) {
			best = &pool[i]
		}
	}
	if best == nil {
		return "", false
	}
	return best.arch, true
}
