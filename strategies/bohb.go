package strategies

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// BOHB is hyperband whose new architectures come from a model of the best ones (Falkner, Klein, Hutter, ICML 2018,
// algorithm 2): of the longest trainings of which enough are known. The model is that of [TPE], all parameters drawn
// together; it has its own uniform part, in place of the wider kernels that BOHB draws from.
type BOHB struct {
	brackets
	space      space.Parametric
	sizes      []int   // choices of each parameter
	random     float64 // probability of a random architecture
	gamma      float64 // share of trials that are the best
	candidates int

	fidelities []float64 // longest training first
	trials     [][]choices
}

// BOHBEntry describes BOHB to a registry.
func BOHBEntry() search.Entry {
	return search.Entry{
		About:  "hyperband that draws from a model of the best instead of at random",
		Source: "Falkner, Klein, Hutter, BOHB: Robust and Efficient Hyperparameter Optimization at Scale, ICML 2018",
		Options: append(rungOptions(),
			search.FloatOption("random", 0.333, 0, 1, "probability of a random architecture in place of one of the model's"),
			search.FloatOption("gamma", 0.15, 0, 1, "share of the trials that are the best"),
			search.IntOption("candidates", 64, 1, 10_000, "draws from the best trials' density, of which the best is proposed"),
		),
		Fidelities: true,
		New:        newBOHB,
	}
}

func newBOHB(p search.Problem, o search.Options) (search.Strategy, error) {
	s, err := parametric(p.Space)
	if err != nil {
		return nil, err
	}
	b := &BOHB{
		brackets: newBrackets(p, hyperbands(p, o)), space: s,
		random: o.Float("random"), gamma: o.Float("gamma"), candidates: o.Int("candidates"),
	}
	for _, parameter := range s.Parameters() {
		b.sizes = append(b.sizes, len(parameter.Choices))
	}
	for i := len(b.plan) - 1; i >= 0; i-- {
		b.fidelities = append(b.fidelities, b.plan[i][0].fidelity)
	}
	b.trials = make([][]choices, len(b.fidelities))
	return b, nil
}

// Ask proposes what was promoted, or what the model thinks is likelier among the best than among the rest.
func (b *BOHB) Ask(_ context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	return b.next(r, pending, b.draw), nil
}

// draw draws from the model, or from the space: now and then, and as long as there is no model.
func (b *BOHB) draw(r *rand.Rand, fresh func(space.Arch) bool) search.Proposal {
	if r.Float64() < b.random {
		return sampleFresh(r, b.problem, fresh)
	}
	best, others := b.split()
	if best == nil {
		return sampleFresh(r, b.problem, fresh)
	}
	c := contest{newParzen(best, b.sizes), newParzen(others, b.sizes), b.candidates, map[string]float64{}}
	return drawFresh(r, b.problem, fresh, func() space.Arch { return b.space.Compose(c.winner(r)) })
}

// Needs is what its model takes of those trials that are full trainings, for those proposals that are drawn.
func (b *BOHB) Needs(queries int) search.Needs {
	all, drawn, full := 0., 0., 0.
	for _, stages := range b.plan {
		drawn += float64(stages[0].size)
		for _, s := range stages {
			all += float64(s.size)
			if s.fidelity == b.fidelities[0] {
				full += float64(s.size)
			}
		}
	}
	asks := (1 - b.random) * float64(queries) * drawn / all
	most := min(float64(queries)*full/all, float64(distinct(b.problem, queries)))
	others := (1 - b.gamma) * most / 2
	return search.NewNeeds(0, estimating([][]int{b.sizes}, b.candidates, asks, asks*others))
}

// split returns the choices of the best and of the worst trials at the highest fidelity that has enough, each in the
// order told: two more than the fewest that a density is made of, which are one more than there are parameters. It
// returns none where no fidelity has so many.
func (b *BOHB) split() (best, others [][]int) {
	fewest := len(b.sizes) + 1
	for _, trials := range b.trials {
		n := len(trials)
		if n < fewest+2 {
			continue
		}
		costs := make([]float64, n)
		for i, t := range trials {
			costs[i] = t.cost
		}
		good := max(fewest, int(math.Ceil(b.gamma*float64(n))))
		bad := max(fewest, n-good)
		place := make([]int, n)
		for k, i := range ascending(costs) {
			place[i] = k
		}
		for i, t := range trials {
			if place[i] < good {
				best = append(best, t.of)
			}
			if place[i] >= n-bad {
				others = append(others, t.of)
			}
		}
		return best, others
	}
	return nil, nil
}

// Tell learns of a trial; the model of the first of its class at its fidelity.
func (b *BOHB) Tell(t search.Trial) {
	again := b.known[request{b.problem.Class(t.Arch), t.Fidelity}]
	b.brackets.Tell(t)
	if again || t.Failed() {
		return
	}
	cost := b.problem.Metrics[0].Goal.Cost(t.Values[0])
	for i, f := range b.fidelities {
		if f == t.Fidelity {
			b.trials[i] = append(b.trials[i], choices{b.space.Choices(t.Arch), cost})
		}
	}
}
