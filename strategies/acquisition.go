package strategies

import (
	"math"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/strategies/gp"
)

// score rates the prospects of a point; larger is better.
type score struct {
	weights []float64                      // for the mean
	offset  func(x []float64) float64      // what is added to the mean; nil for nothing
	rate    func(mean, sd float64) float64 // does not fall as the mean grows
	bound   func(mean, sd float64) float64 // of rate for smaller sd; nil if rate grows with sd
}

// at returns the score of a point.
func (s score) at(x []float64, mean, sd float64) float64 {
	if s.offset != nil {
		mean += s.offset(x)
	}
	return s.rate(mean, sd)
}

// acquisition prepares a score from the targets of all observations and the best of them.
type acquisition func(r *rand.Rand, m *surrogate, y []float64, best float64) score

// newAcquisition returns the acquisition that the options name.
func newAcquisition(o search.Options) acquisition {
	var rating func(best float64) (rate, bound func(mean, sd float64) float64)
	switch o.Choice("acquisition") {
	case "thompson":
		return thompson
	case "ei":
		rating = doubtfulEI(o.Float("doubt"))
	case "pi":
		rating = probability
	default:
		kappa := o.Float("kappa")
		rating = func(float64) (rate, bound func(mean, sd float64) float64) {
			return func(mean, sd float64) float64 { return gp.UCB(mean, sd, kappa) }, nil
		}
	}
	return func(_ *rand.Rand, m *surrogate, y []float64, best float64) score {
		rate, bound := rating(best)
		return score{weights: m.posterior.Weights(y), rate: rate, bound: bound}
	}
}

// doubtfulEI rates by the logarithm of the expected improvement when, with a small probability, the model knows
// nothing of a point but its mean, and the point may lie anywhere about that with the spread of all targets (1,
// as they are standardised). As long as the model promises anything that adds nothing; once it is sure that
// nothing is left to find, which real tables prove wrong, it ranks points by their means.
func doubtfulEI(doubt float64) func(best float64) (rate, bound func(mean, sd float64) float64) {
	logTrust, logDoubt := math.Log1p(-doubt), math.Log(doubt)
	return func(best float64) (rate, bound func(mean, sd float64) float64) {
		return func(mean, sd float64) float64 {
			a := logTrust + gp.LogEI(mean, sd, best)
			if doubt == 0 {
				return a
			}
			b := logDoubt + gp.LogEI(mean, 1, best)
			return max(a, b) + math.Log1p(math.Exp(-math.Abs(a-b)))
		}, nil
	}
}

// probability rates by the logarithm of the probability of improvement. Where the mean is above the best it
// falls as the deviation grows, so the bound is certainty.
func probability(best float64) (rate, bound func(mean, sd float64) float64) {
	rate = func(mean, sd float64) float64 { return gp.LogPI(mean, sd, best) }
	bound = func(mean, sd float64) float64 {
		if mean > best {
			return 0
		}
		return rate(mean, sd)
	}
	return rate, bound
}

// thompson rates points by a function drawn from the posterior: one drawn from the prior, and moved to the
// observations (Matheron's rule; Wilson et al., ICML 2020).
func thompson(r *rand.Rand, m *surrogate, y []float64, _ float64) score {
	f := m.posterior.DrawPrior(r)
	rest := make([]float64, len(y))
	for i, x := range m.posterior.Points() {
		rest[i] = y[i] - f.At(x) - m.posterior.DrawNoise(r)
	}
	return score{
		weights: m.posterior.Weights(rest),
		offset:  f.At,
		rate:    func(mean, _ float64) float64 { return mean },
	}
}
