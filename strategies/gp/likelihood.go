package gp

import (
	"fmt"
	"math"

	"github.com/nassearch/nassearch/internal/cholesky"
	"gonum.org/v1/gonum/floats"
)

// jitter is added to the diagonal for numerical stability, as scikit-learn does by default.
const jitter = 1e-10

// maxJitter is the largest jitter that is tried, relative to the prior variance.
const maxJitter = 1e-4

// NotPositiveDefiniteError says that a covariance matrix could not be factorised, whatever the jitter.
type NotPositiveDefiniteError struct {
	Points int
	Jitter float64 // the largest that was tried
}

func (e *NotPositiveDefiniteError) Error() string {
	return fmt.Sprintf("covariance of %d points is not positive definite, even with jitter %g", e.Points, e.Jitter)
}

// Likelihood is the log marginal likelihood of hyper-parameters, given observations (Rasmussen and Williams,
// eq. 2.30 and 5.9). It keeps the distances between all pairs of points.
type Likelihood struct {
	kernel Kernel
	points [][]float64
	pairs  []pairs // by component

	// What was evaluated last, of which derivatives may be asked.
	at     []parameters
	noise  float64
	alpha  []float64
	factor *cholesky.Decomposition

	// Work space.
	diagonal []float64
	row      []float64
}

// NewLikelihood returns a likelihood without observations.
func NewLikelihood(k Kernel) *Likelihood {
	l := &Likelihood{kernel: k, factor: cholesky.New()}
	for _, c := range k {
		l.pairs = append(l.pairs, newPairs(c))
	}
	return l
}

// Add appends a point.
func (l *Likelihood) Add(x []float64) {
	l.points = append(l.points, x)
	for i := range l.pairs {
		l.pairs[i].add(l.points)
	}
}

// Evaluate returns the logarithm of the marginal likelihood of y, one value a point, with zero prior mean. If
// grad is not nil it receives the derivatives by the hyper-parameters (logarithms, as in Kernel). The error is
// a [*NotPositiveDefiniteError].
func (l *Likelihood) Evaluate(grad, theta, y []float64) (float64, error) {
	value, err := l.evaluate(theta, y)
	if err == nil && grad != nil {
		l.differentiate(grad)
	}
	return value, err
}

func (l *Likelihood) evaluate(theta, y []float64) (float64, error) {
	n := len(l.points)
	if len(y) != n {
		panic(fmt.Sprintf("gp: %d values for %d points", len(y), n))
	}
	l.fill(theta)
	if err := l.factorize(maxJitter * l.kernel.Variance(theta)); err != nil {
		return 0, err
	}
	l.alpha = append(l.alpha[:0], y...)
	l.factor.Solve(l.alpha)
	lml := -0.5*floats.Dot(y, l.alpha) - 0.5*l.factor.LogDet() - 0.5*float64(n)*math.Log(2*math.Pi)
	if math.IsNaN(lml) || math.IsInf(lml, 0) {
		return 0, &NotPositiveDefiniteError{n, jitter}
	}
	return lml, nil
}

// differentiate computes the derivatives of what was evaluated last. It takes twice the time of the value, and spoils
// the factor.
func (l *Likelihood) differentiate(grad []float64) {
	l.factor.Invert()
	trace := l.outer()
	for i, ps := range l.at {
		l.pairs[i].gradient(grad, ps)
		grad = grad[1+len(ps.weights):]
	}
	grad[0] = 0.5 * l.noise * trace
}

// Posterior returns the posterior of all points at hyper-parameters. The error is a [*NotPositiveDefiniteError].
func (l *Likelihood) Posterior(theta []float64) (*Posterior, error) {
	l.fill(theta)
	p := NewPosterior(l.kernel, theta)
	for i, x := range l.points {
		l.row = l.covariances(l.row, i)
		if err := p.observe(x, l.row[:i]); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// fill takes over hyper-parameters.
func (l *Likelihood) fill(theta []float64) {
	l.at, l.noise = l.kernel.parameters(theta), noise(theta)
	for i := range l.pairs {
		l.pairs[i].fill(l.at[i])
	}
}

// covariances returns those of point i with all to itself, without noise, in dst if that is large enough.
func (l *Likelihood) covariances(dst []float64, i int) []float64 {
	dst = resize(dst, i+1)
	clear(dst)
	for _, p := range l.pairs {
		for j, code := range p.row(i) {
			dst[j] += p.value[code]
		}
	}
	return dst
}

// factorize decomposes the covariance of the observations, with as little jitter as it takes, at most so much.
func (l *Likelihood) factorize(limit float64) error {
	n := len(l.points)
	l.diagonal = resize(l.diagonal, n)
	for i := range l.diagonal {
		v := 0.0
		for _, p := range l.pairs {
			v += p.value[p.row(i)[i]]
		}
		l.diagonal[i] = v
	}
	extra := l.noise + jitter
	for step := jitter; ; step *= 10 {
		floats.AddConst(extra, l.diagonal)
		l.assemble()
		if l.factor.Factorize() {
			return nil
		}
		if !(step < limit) {
			return &NotPositiveDefiniteError{n, step}
		}
		extra = 9 * step // step has been added already
	}
}

// assemble writes the covariance of the observations where the factor is to be, so many of its columns at a time.
func (l *Likelihood) assemble() {
	n := len(l.points)
	l.factor.Reset(n)
	for first := 0; first < n; first += cholesky.Side {
		last, columns := min(first+cholesky.Side, n), l.factor.Columns(first)
		for i := first; i < last; i++ {
			row := l.covariances(l.row, i)
			row[i] = l.diagonal[i]
			for j, v := range row {
				columns[j*cholesky.Side+i-first] = v
			}
			l.row = row
		}
	}
}

// outer sums alpha alpha^T - K^-1 over all pairs of each distance, pairs off the diagonal twice as they stand for two,
// and returns the trace. The inverse stands where the factor was.
func (l *Likelihood) outer() (trace float64) {
	n := len(l.points)
	for _, p := range l.pairs {
		clear(p.q)
	}
	for first := 0; first < n; first += cholesky.Side {
		columns := l.factor.Columns(first)
		for i := first; i < min(first+cholesky.Side, n); i++ {
			row := resize(l.row, i+1)
			for j := range row {
				row[j] = 2 * (l.alpha[i]*l.alpha[j] - columns[j*cholesky.Side+i-first])
			}
			row[i] /= 2
			trace += row[i]
			for _, p := range l.pairs {
				for j, code := range p.row(i) {
					p.q[code] += row[j]
				}
			}
			l.row = row
		}
	}
	return trace
}
