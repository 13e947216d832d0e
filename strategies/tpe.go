package strategies

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// TPE is the tree-structured Parzen estimator (Bergstra, Bardenet, Bengio, Kégl, NeurIPS 2011) over categorical
// parameters, with the kernels and settings of Optuna 5. It draws candidates from l, the density of the best trials,
// and proposes that with the largest l/g, where g is the density of all others: all parameters at once or, as in the
// paper, each by itself. What is pending counts among the others.
type TPE struct {
	problem    search.Problem
	space      space.Parametric
	startup    int                 // random proposals first
	candidates int                 // draws of each group of parameters
	gamma      float64             // share of trials that are the best
	groups     [][]int             // parameters that are drawn together
	sizes      [][]int             // choices that each of these has
	known      map[space.Arch]bool // classes told
	trials     []choices           // that succeeded, in the order they were told
}

// choices are those of a trial.
type choices struct {
	of   []int
	cost float64 // less is better
}

// mostBest is the largest number of trials that are the best, whatever their share.
const mostBest = 25

// TPEEntry describes TPE to a registry.
func TPEEntry() search.Entry {
	return search.Entry{
		About:  "tree-structured Parzen estimator: what is likelier among the best than among the rest",
		Source: "Bergstra, Bardenet, Bengio, Kégl, Algorithms for Hyper-Parameter Optimization, NeurIPS 2011; Optuna 5",
		Options: []search.Option{
			search.IntOption("startup", 10, 1, 100_000, "random proposals before the estimator is asked"),
			search.IntOption("candidates", 24, 1, 10_000, "draws from the best trials' density, of which the best is proposed"),
			search.FloatOption("gamma", 0.1, 0, 1, "share of the trials that are the best, of which there are at most 25"),
			search.ChoiceOption("multivariate", "whether all parameters are drawn together; "+
				"false draws each by itself, as in the paper", "true", "false"),
		},
		New: newTPE,
	}
}

func newTPE(p search.Problem, o search.Options) (search.Strategy, error) {
	s, err := parametric(p.Space)
	if err != nil {
		return nil, err
	}
	t := &TPE{
		problem: p, space: s, known: map[space.Arch]bool{},
		startup: o.Int("startup"), candidates: o.Int("candidates"), gamma: o.Float("gamma"),
	}
	for i, parameter := range s.Parameters() {
		if i == 0 || o.Choice("multivariate") == "false" {
			t.groups, t.sizes = append(t.groups, nil), append(t.sizes, nil)
		}
		last := len(t.groups) - 1
		t.groups[last] = append(t.groups[last], i)
		t.sizes[last] = append(t.sizes[last], len(parameter.Choices))
	}
	return t, nil
}

// Ask draws until what it proposes is neither known nor pending.
func (t *TPE) Ask(_ context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	fresh := unseen(t.problem, t.known, pending)
	if len(t.trials) < t.startup {
		return sampleFresh(r, t.problem, fresh), nil
	}
	best, others := t.split()
	for _, p := range pending {
		others = append(others, t.space.Choices(p.Arch))
	}
	var contests []contest
	for i, group := range t.groups {
		l, g := newParzen(part(best, group), t.sizes[i]), newParzen(part(others, group), t.sizes[i])
		contests = append(contests, contest{l, g, t.candidates, map[string]float64{}})
	}
	x := make([]int, len(t.space.Parameters()))
	return drawFresh(r, t.problem, fresh, func() space.Arch {
		for i, group := range t.groups {
			for j, choice := range contests[i].winner(r) {
				x[group[j]] = choice
			}
		}
		return t.space.Compose(x)
	}), nil
}

// What the estimator takes, as it was measured on NAS-Bench-201 with 3 to 300 candidates: seconds.
const (
	parzenDraw  = 70e-9  // for a candidate to be drawn
	parzenTrial = .11e-6 // for a trial in a density
	parzenShare = 4e-9   // for a trial to be compared with a candidate, in a parameter
	parzenNew   = .26    // share of the draws of which the ratio is not known yet
	parzenSeen  = 3.     // one in so many combinations of choices is drawn ever
)

// Needs is what it takes to draw until a candidate is fresh, and to rate those of which the ratio is not known, by all
// trials.
func (t *TPE) Needs(queries int) search.Needs {
	asks, most := float64(queries), float64(distinct(t.problem, queries))
	return search.NewNeeds(0, estimating(t.sizes, t.candidates, asks, (asks-most/2)*most))
}

// estimating is how many seconds so many asks take, with so many trials in all of them together, where candidates are
// drawn by groups of parameters of these sizes.
func estimating(sizes [][]int, candidates int, asks, trials float64) float64 {
	draws := float64(freshDraws * candidates)
	ask, trial := 0., 0.
	for _, group := range sizes {
		combinations := 1.
		for _, n := range group {
			combinations *= float64(n)
		}
		most := max(combinations/parzenSeen, 1)
		rated := most * -math.Expm1(-parzenNew*draws/most)
		ask += parzenDraw * draws
		trial += parzenTrial + parzenShare*rated*float64(len(group))
	}
	return asks*ask + trials*trial
}

// part returns the choices of a group of parameters.
func part(trials [][]int, group []int) [][]int {
	parts := make([][]int, len(trials))
	for i, choices := range trials {
		for _, parameter := range group {
			parts[i] = append(parts[i], choices[parameter])
		}
	}
	return parts
}

// contest is one of candidates, for the choices of a group of parameters.
type contest struct {
	l, g       parzen
	candidates int
	ratios     map[string]float64 // that are known, by key
}

// winner returns the candidate with the largest ratio of densities; of several, the one drawn first.
func (c contest) winner(r *rand.Rand) []int {
	var best []int
	most := math.Inf(-1)
	for range c.candidates {
		x := c.l.draw(r)
		ratio, ok := c.ratios[key(x)]
		if !ok {
			ratio = c.l.logDensity(x) - c.g.logDensity(x)
			c.ratios[key(x)] = ratio
		}
		if ratio > most {
			best, most = x, ratio
		}
	}
	return best
}

// split returns the choices of the best trials, and of the others, each in the order they were told.
func (t *TPE) split() (best, others [][]int) {
	costs := make([]float64, len(t.trials))
	for i, c := range t.trials {
		costs[i] = c.cost
	}
	n := min(int(math.Ceil(t.gamma*float64(len(costs)))), mostBest)
	among := make([]bool, len(costs))
	for _, i := range ascending(costs)[:n] {
		among[i] = true
	}
	for i, c := range t.trials {
		if among[i] {
			best = append(best, c.of)
		} else {
			others = append(others, c.of)
		}
	}
	return best, others
}

// Tell learns of a trial, the first of its class.
func (t *TPE) Tell(trial search.Trial) {
	class := t.problem.Class(trial.Arch)
	if t.known[class] {
		return
	}
	t.known[class] = true
	if !trial.Failed() {
		cost := t.problem.Metrics[0].Goal.Cost(trial.Values[0])
		t.trials = append(t.trials, choices{t.space.Choices(trial.Arch), cost})
	}
}
