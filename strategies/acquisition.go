package strategies

import (
	"math/rand/v2"

	"github.com/nassearch/nassearch/strategies/gp"
)

// score rates the prospects of a point; larger is better.
type score struct {
	weights []float64 // for the mean
	rate    func(x []float64, mean, sd float64) float64
	bound   func(x []float64, mean, sd float64) float64 // of rate for smaller sd; nil if rate grows with sd
}

// acquisition prepares a score from the targets of all observations and the best of them.
type acquisition func(r *rand.Rand, m *surrogate, y []float64, best float64) score

func newAcquisition(name string, kappa float64) acquisition {
	if name == "thompson" {
		return thompson
	}
	return func(_ *rand.Rand, m *surrogate, y []float64, best float64) score {
		s := score{weights: m.posterior.Weights(y)}
		switch name {
		case "ei":
			s.rate = func(_ []float64, mean, sd float64) float64 { return gp.LogEI(mean, sd, best) }
		case "pi":
			s.rate = func(_ []float64, mean, sd float64) float64 { return gp.LogPI(mean, sd, best) }
			s.bound = func(x []float64, mean, sd float64) float64 {
				if mean > best {
					return 0 // certainty, at sd = 0
				}
				return s.rate(x, mean, sd)
			}
		default:
			s.rate = func(_ []float64, mean, sd float64) float64 { return gp.UCB(mean, sd, kappa) }
		}
		return s
	}
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
		rate:    func(x []float64, mean, _ float64) float64 { return f.At(x) + mean },
	}
}
