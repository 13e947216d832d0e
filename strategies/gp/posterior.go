package gp

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// Posterior is the distribution of the function given observations, at fixed hyper-parameters. What was
// observed is given only when a mean is asked for, so that targets may be rescaled as they come in.
type Posterior struct {
	kernel Kernel
	theta  []float64
	points [][]float64
	factor factor
}

// NewPosterior returns the posterior without observations, which is the prior.
func NewPosterior(k Kernel, theta []float64) *Posterior { return &Posterior{kernel: k, theta: theta} }

// Len returns the number of observations.
func (p *Posterior) Len() int { return len(p.points) }

// Observe adds the point of an observation in O(n^2). The error is a [*NotPositiveDefiniteError].
func (p *Posterior) Observe(x []float64) error { return p.observe(x, p.covariances(x)) }

func (p *Posterior) observe(x, cov []float64) error {
	if !p.factor.extend(cov, p.kernel.Variance(p.theta)+noise(p.theta)+jitter) {
		return &NotPositiveDefiniteError{len(p.points) + 1, maxJitter}
	}
	p.points = append(p.points, x)
	return nil
}

// Truncate forgets all observations but the first n.
func (p *Posterior) Truncate(n int) {
	p.points = p.points[:n]
	p.factor.truncate(n)
}

// Weights returns K^-1 y, from which means are made.
func (p *Posterior) Weights(y []float64) []float64 {
	w := make([]float64, len(y))
	p.factor.solve(w, y)
	p.factor.solveTransposed(w)
	return w
}

// Predict returns the mean and the standard deviation of the function, without noise, at x. Weights are those
// of all observations.
func (p *Posterior) Predict(x, weights []float64) (mean, sd float64) {
	cov := p.covariances(x)
	mean = floats.Dot(cov, weights)
	p.factor.solve(cov, cov)
	return mean, deviation(p.kernel.Variance(p.theta), floats.Dot(cov, cov))
}

// Cov returns the posterior covariance of the function at two points.
func (p *Posterior) Cov(x, y []float64) float64 {
	a, b := p.covariances(x), p.covariances(y)
	p.factor.solve(a, a)
	p.factor.solve(b, b)
	return p.kernel.Cov(p.theta, x, y) - floats.Dot(a, b)
}

func (p *Posterior) covariances(x []float64) []float64 {
	ps, cov := p.kernel.parameters(p.theta), make([]float64, len(p.points))
	for i, o := range p.points {
		cov[i] = p.kernel.cov(ps, x, o)
	}
	return cov
}

// deviation is the square root of what observations leave of a variance.
func deviation(variance, explained float64) float64 {
	return math.Sqrt(math.Max(variance-explained, 0))
}
