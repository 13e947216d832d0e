package strategies

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// Bayesian is Bayesian optimisation (Jones, Schonlau, Welch, Journal of Global Optimization 1998) with a
// Gaussian process whose kernel follows the views that the space offers. Where the space can be listed it
// proposes the class with the largest acquisition among all that are unknown, exactly; elsewhere the best that
// an evolution of candidates finds. What is pending is believed to come out at its mean (kriging believer,
// Ginsbourger, Le Riche, Carraro 2010).
type Bayesian struct {
	problem    search.Problem
	initial    int // random proposals before the model is asked
	acquire    acquisition
	model      *surrogate
	candidates candidates

	known  map[space.Arch]bool // classes told
	fitted int                 // observations at the last fit
	err    error               // what went wrong in Tell; Ask returns it
}

// BayesianEntry describes Bayesian to a registry.
func BayesianEntry() search.Entry {
	return search.Entry{
		About:  "Bayesian optimisation with a Gaussian process over the space's own features",
		Source: "Jones, Schonlau, Welch, Efficient Global Optimization of Expensive Black-Box Functions, JGO 1998",
		Options: []search.Option{
			search.IntOption("initial", 5, 2, 10_000, "random proposals before the model is asked"),
			search.ChoiceOption("acquisition", "expected improvement, upper confidence bound, probability of improvement, "+
				"or a draw from the posterior; of several objectives ei alone", "ei", "ucb", "pi", "thompson"),
			search.FloatOption("doubt", 0.001, 0, 0.5, "of one objective: probability that the model knows nothing "+
				"of a point but its mean; 0 is plain expected improvement"),
			search.FloatOption("kappa", 2, 0, 100, "standard deviations above the mean, for acquisition=ucb"),
			search.FloatOption("clip", 3, 0, 1000, "bad values count as this many median absolute deviations "+
				"below the median; 0 takes them as they are"),
		},
		Multi:  true,
		Scored: true,
		New:    newBayesian,
	}
}

func newBayesian(p search.Problem, o search.Options) (search.Strategy, error) {
	if len(p.Metrics) > 1 {
		return newBayesianFront(p, o)
	}
	m, err := newSurrogate(p, o.Float("clip"))
	if err != nil {
		return nil, err
	}
	b := &Bayesian{
		problem: p, model: m, initial: o.Int("initial"),
		acquire: newAcquisition(o),
		known:   map[space.Arch]bool{},
	}
	if e, ok := p.Space.(space.Enumerator); ok {
		b.candidates = newListed(e, m)
	} else {
		b.candidates = &evolved{problem: p, model: m}
	}
	return b, nil
}

// Ask maximises the acquisition over what is neither known nor pending.
func (b *Bayesian) Ask(_ context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	if b.err != nil {
		return search.Proposal{}, b.err
	}
	fresh := unseen(b.problem, b.known, pending)
	n := len(b.model.y)
	if n == 0 || n+len(pending) < b.initial {
		return sampleFresh(r, b.problem, fresh), nil
	}
	y := b.model.targets()
	best := slices.Max(y)
	if len(pending) > 0 {
		defer func() {
			b.model.posterior.Truncate(n)
			b.candidates.truncate(n)
		}()
	}
	for _, p := range pending {
		x := b.model.points(b.problem.Class(p.Arch))
		mean, _ := b.model.posterior.Predict(x, b.model.posterior.Weights(y))
		if err := b.model.posterior.Observe(x); err != nil {
			return search.Proposal{}, err
		}
		b.candidates.extend()
		y = append(y, mean)
	}
	arch, ok := b.candidates.best(r, b.acquire(r, b.model, y, best), fresh)
	if !ok {
		return search.Proposal{}, search.ErrExhausted
	}
	return search.Proposal{Arch: arch}, nil
}

// Tell learns a value, and from time to time the hyper-parameters: every 5 observations below 50, then whenever
// about a tenth are new, up to 2,000.
func (b *Bayesian) Tell(t search.Trial) {
	class := b.problem.Class(t.Arch)
	if b.err != nil || b.known[class] {
		return
	}
	b.known[class] = true
	if t.Failed() {
		return
	}
	if b.err = b.model.observe(class, -b.problem.Metrics[0].Goal.Cost(t.Values[0])); b.err != nil {
		return
	}
	n := len(b.model.y)
	if n < b.initial || !due(n, b.fitted) || !b.model.fits() {
		b.candidates.extend()
		return
	}
	b.fitted = n
	if b.err = b.model.fit(); b.err == nil {
		b.candidates.condition()
	}
}
