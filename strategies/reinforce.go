package strategies

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/strategies/mlp"
	"gonum.org/v1/gonum/floats"
)

// Reinforce learns a policy by its gradient (Williams, Machine Learning 1992; Ying et al., ICML 2019, search so), with
// the settings of NATS-Bench: each parameter of the space has a softmax of its own, the reward is the value, the
// baseline its moving average, and Adam makes the steps, whose size does not depend on the scale of rewards.
type Reinforce struct {
	problem  search.Problem
	space    space.Parametric
	momentum float64 // share of the baseline that stays
	adam     *mlp.Adam
	logits   []float64   // of all parameters' choices
	policies [][]float64 // the parts of them that are one parameter's

	known    map[space.Arch]bool // classes told
	unit     float64             // by which rewards are multiplied; 0 before the first
	baseline float64             // the moving sum of rewards
	weight   float64             // the moving sum of ones
}

// ReinforceEntry describes Reinforce to a registry.
func ReinforceEntry() search.Entry {
	return search.Entry{
		About:  "REINFORCE: policy gradient over the parameters of the space",
		Source: "Williams, Machine Learning 1992; settings of Dong, Liu, Musial, Gabrys, NATS-Bench, TPAMI 2021",
		Options: []search.Option{
			search.FloatOption("rate", 0.01, 0, 100, "learning rate of Adam for the logits of the policy"),
			search.FloatOption("momentum", 0.9, 0, 0.9999, "share of the baseline that stays when a reward comes"),
		},
		New: newReinforce,
	}
}

// What is usual of Adam (Kingma and Ba, ICLR 2015).
const (
	adamMean   = 0.9
	adamSquare = 0.999
)

func newReinforce(p search.Problem, o search.Options) (search.Strategy, error) {
	s, err := parametric(p.Space)
	if err != nil {
		return nil, err
	}
	e := &Reinforce{problem: p, space: s, momentum: o.Float("momentum"), known: map[space.Arch]bool{}}
	total := 0
	for _, parameter := range s.Parameters() {
		total += len(parameter.Choices)
	}
	e.adam = mlp.NewAdam(total, o.Float("rate"), adamMean, adamSquare)
	e.logits = make([]float64, total)
	rest := e.logits
	for _, parameter := range s.Parameters() {
		n := len(parameter.Choices)
		e.policies, rest = append(e.policies, rest[:n:n]), rest[n:]
	}
	return e, nil
}

// Ask draws from the policy until what it proposes is neither known nor pending.
func (e *Reinforce) Ask(_ context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	fresh := unseen(e.problem, e.known, pending)
	var chances [][]float64
	for _, logits := range e.policies {
		chances = append(chances, softmax(logits))
	}
	return drawFresh(r, e.problem, fresh, func() space.Arch {
		choices := make([]int, len(chances))
		for i, chance := range chances {
			choices[i] = pick(r, chance)
		}
		return e.space.Compose(choices)
	}), nil
}

// Tell moves the policy along the gradient of the logarithm of the trial's probability, times its advantage. A failed
// trial has none.
func (e *Reinforce) Tell(t search.Trial) {
	class := e.problem.Class(t.Arch)
	if e.known[class] {
		return
	}
	e.known[class] = true
	if t.Failed() {
		return
	}
	advantage := e.advantage(-e.problem.Metrics[0].Goal.Cost(t.Values[0]))
	descent, rest := make([]float64, len(e.logits)), []float64(nil)
	rest = descent
	for i, choice := range e.space.Choices(t.Arch) {
		chance := softmax(e.policies[i])
		for j, p := range chance {
			rest[j] = advantage * p
		}
		rest[choice] -= advantage
		rest = rest[len(chance):]
	}
	e.adam.Step(e.logits, descent)
}

// advantage returns what a reward is above the baseline, of which it is a part already.
func (e *Reinforce) advantage(reward float64) float64 {
	if e.unit == 0 && reward != 0 {
		_, exponent := math.Frexp(reward)
		e.unit = math.Ldexp(1, -exponent) // numbers of any size have squares that way
	}
	reward *= e.unit
	e.baseline = e.momentum*e.baseline + (1-e.momentum)*reward
	e.weight = e.momentum*e.weight + (1 - e.momentum)
	return reward - e.baseline/e.weight
}

// softmax returns probabilities by their logarithms, up to a constant.
func softmax(logits []float64) []float64 {
	total := floats.LogSumExp(logits)
	p := make([]float64, len(logits))
	for i, v := range logits {
		p[i] = math.Exp(v - total)
	}
	return p
}
