package strategies

import (
	"context"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
)

// Hyperband is successive halving in brackets that begin with trainings of different lengths, since nobody knows how
// much a short one says (Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar, JMLR 2018, algorithm 1): the first with the
// shortest, the last with full trainings. Each takes about the same time.
type Hyperband struct{ brackets }

// HyperbandEntry describes Hyperband to a registry.
func HyperbandEntry() search.Entry {
	return search.Entry{
		About: "successive halving in brackets that begin with trainings of different lengths",
		Source: "Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar, Hyperband: A Novel Bandit-Based Approach to " +
			"Hyperparameter Optimization, JMLR 2018",
		Options: rungOptions(),
		Multi:   true, Fidelities: true,
		New: func(p search.Problem, o search.Options) (search.Strategy, error) {
			return &Hyperband{newBrackets(p, hyperbands(p, o))}, nil
		},
	}
}

// hyperbands are the brackets s = s_max, ..., 0. With the fidelities eta^-s, bracket s begins with
//
//	n = ceil((s_max + 1) / (s + 1) eta^s)
//
// architectures at eta^-s, of which floor(n / eta^i) are left after i steps. There are the brackets and the steps of
// which there is a fidelity.
func hyperbands(p search.Problem, o search.Options) (plan [][]stage) {
	eta, steps := o.Int("eta"), rungs(p, o)
	top := steps[0].level
	for from, s := range steps {
		n := enlarged(top+1, eta, s.level)
		n = (n + s.level) / (s.level + 1)
		var stages []stage
		for _, next := range steps[from:] {
			if size := reduced(n, eta, s.level-next.level); size > 0 {
				stages = append(stages, stage{next.fidelity, size})
			}
		}
		plan = append(plan, stages)
	}
	return plan
}

// Ask proposes what was promoted, or a random architecture.
func (h *Hyperband) Ask(_ context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	return h.next(r, pending, h.random), nil
}
