package strategies

import (
	"context"
	"math/rand/v2"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// NSGA2 is the elitist non-dominated sorting genetic algorithm (Deb, Pratap, Agarwal, Meyarivan, IEEE TEC 2002). A
// generation is made of children of the population: both parents win a tournament of two, by front and then by
// crowding. Of parents and children together the best by the same order live on.
type NSGA2 struct {
	problem    search.Problem
	population int
	crossover  float64 // probability with which a child has two parents
	cross      func(r *rand.Rand, a, b space.Arch) space.Arch
	mutate     func(*rand.Rand, space.Arch) space.Arch
	repeats    bool // children of known classes are proposed as they are

	alive    []search.Trial
	ratings  []rating // of those alive; nil before they are needed
	children []search.Trial
	known    map[space.Arch]bool // classes told
	told     int                 // trials, whatever came of them
	failed   failures
}

// NSGA2Entry describes NSGA2 to a registry.
func NSGA2Entry() search.Entry {
	return search.Entry{
		About:  "genetic algorithm that ranks by non-dominated fronts and crowding",
		Source: "Deb, Pratap, Agarwal, Meyarivan, A Fast and Elitist Multiobjective GA: NSGA-II, IEEE TEC 2002",
		Options: []search.Option{
			search.IntOption("population", 20, 2, 100_000, "members alive, and children of a generation"),
			search.FloatOption("crossover", 0.5, 0, 1, "probability with which a child has two parents, where the space "+
				"crosses; else it has one"),
			search.FloatOption("rate", 0, 0, 1, "probability with which each part of a child mutates; 0 mutates exactly one"),
			search.ChoiceOption("repeats", "what becomes of children of known classes: others are drawn instead, or they "+
				"are proposed, as in the paper", "avoid", "keep"),
		},
		Multi: true,
		New:   newNSGA2,
	}
}

func newNSGA2(p search.Problem, o search.Options) (search.Strategy, error) {
	mutate, err := mutator(p, o)
	if err != nil {
		return nil, err
	}
	s := &NSGA2{
		problem: p, population: o.Int("population"), mutate: mutate, repeats: o.Choice("repeats") == "keep",
		known: map[space.Arch]bool{}, failed: newFailures(p),
	}
	if c, ok := p.Space.(space.Crosser); ok {
		s.cross, s.crossover = c.Cross, o.Float("crossover")
	}
	return s, nil
}

// Ask proposes as many random architectures as the population has members, then children. Where most proposals fail the
// population is small at first: it grows with the children that succeed.
func (s *NSGA2) Ask(_ context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	draw := func(int) space.Arch { return s.problem.Space.Sample(r) }
	if len(s.alive) > 0 && s.told+len(pending) >= s.population {
		draw = func(attempt int) space.Arch { return s.child(r, attempt) }
	}
	if s.repeats {
		return search.Proposal{Arch: s.failed.avoid(draw)}, nil
	}
	fresh := unseen(s.problem, s.known, pending)
	a := draw(0)
	for attempt := 1; attempt <= freshDraws && !fresh(s.problem.Class(a)); attempt++ {
		a = draw(attempt)
	}
	return search.Proposal{Arch: a}, nil
}

// child crosses two parents, or takes one, and mutates: once at first, more often where all that is near is known.
func (s *NSGA2) child(r *rand.Rand, attempt int) space.Arch {
	first, second := s.parent(r), s.parent(r)
	a := first
	if r.Float64() < s.crossover {
		a = s.cross(r, first, second)
	}
	for range 1 + attempt/attemptsPerStep {
		a = s.mutate(r, a)
	}
	return a
}

// parent returns the better of two members; of equal ones, the one drawn first.
func (s *NSGA2) parent(r *rand.Rand) space.Arch {
	i, j := r.IntN(len(s.alive)), r.IntN(len(s.alive))
	if s.ratings == nil {
		s.ratings = ratings(s.problem, s.alive)
	}
	if s.ratings[j].better(s.ratings[i]) {
		i = j
	}
	return s.alive[i].Arch
}

// Tell admits a trial to the population, if that has room, or to the children, of whom a generation ends with as many
// as the population has members. A failed trial is known, no more.
func (s *NSGA2) Tell(t search.Trial) {
	s.told++
	s.known[s.problem.Class(t.Arch)] = true
	s.failed.note(t)
	switch {
	case t.Failed():
		return
	case len(s.alive) < s.population:
		s.alive = append(s.alive, t)
	default:
		if s.children = append(s.children, t); len(s.children) < s.population {
			return
		}
		s.alive, s.children = s.survivors(append(s.alive, s.children...)), nil
	}
	s.ratings = nil
}

// survivors are the best of trials, best first.
func (s *NSGA2) survivors(trials []search.Trial) []search.Trial {
	best := make([]search.Trial, s.population)
	for i, at := range objective.BestFirst(costs(s.problem, trials))[:s.population] {
		best[i] = trials[at]
	}
	return best
}
