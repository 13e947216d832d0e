package gp

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
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
	pairs  [][][]float64 // by component and term: distances of points i >= j at i(i+1)/2 + j

	u, q []float64 // of pairs: work space
	k    [][]float64
}

// NewLikelihood returns a likelihood without observations.
func NewLikelihood(k Kernel) *Likelihood {
	l := &Likelihood{kernel: k, pairs: make([][][]float64, len(k)), k: make([][]float64, len(k))}
	for i, c := range k {
		l.pairs[i] = make([][]float64, len(c.Terms))
	}
	return l
}

// Add appends a point.
func (l *Likelihood) Add(x []float64) {
	l.points = append(l.points, x)
	for i, c := range l.kernel {
		for t, term := range c.Terms {
			for _, y := range l.points {
				l.pairs[i][t] = append(l.pairs[i][t], c.distance(term, x, y))
			}
		}
	}
}

// Evaluate returns the logarithm of the marginal likelihood of y, one value a point, with zero prior mean. If
// grad is not nil it receives the derivatives by the hyper-parameters (logarithms, as in Kernel). The error is
// a [*NotPositiveDefiniteError].
func (l *Likelihood) Evaluate(grad, theta, y []float64) (float64, error) {
	n := len(l.points)
	if len(y) != n {
		panic(fmt.Sprintf("gp: %d values for %d points", len(y), n))
	}
	size := n * (n + 1) / 2
	l.u, l.q = resize(l.u, size), resize(l.q, size)
	ps := l.kernel.parameters(theta)
	for i := range l.kernel {
		l.fill(i, ps[i], grad != nil)
	}
	chol, err := l.factorize(theta)
	if err != nil {
		return 0, err
	}
	var alpha mat.VecDense
	target := mat.NewVecDense(n, y)
	if err := chol.SolveVecTo(&alpha, target); err != nil {
		return 0, &NotPositiveDefiniteError{n, jitter}
	}
	lml := -0.5*mat.Dot(target, &alpha) - 0.5*chol.LogDet() - 0.5*float64(n)*math.Log(2*math.Pi)
	if grad == nil {
		return lml, nil
	}
	if err := l.outer(chol, alpha.RawVector().Data); err != nil {
		return 0, err
	}
	l.gradient(grad, ps)
	trace := 0.0
	for i := range n {
		trace += l.q[i*(i+1)/2+i]
	}
	grad[len(grad)-1] = 0.5 * noise(theta) * trace
	return lml, nil
}

func resize(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n, 2*n)
	}
	return s[:n]
}

// fill computes component i of the covariance of all pairs, and behind it, if wanted, its derivative by u.
func (l *Likelihood) fill(i int, p parameters, derivative bool) {
	size := len(l.u)
	l.k[i] = resize(l.k[i], 2*size)
	clear(l.u)
	for t, d := range l.pairs[i] {
		floats.AddScaled(l.u, p.weights[t], d)
	}
	value, slope := l.k[i][:size], l.k[i][size:]
	shape := l.kernel[i].Shape
	for j, u := range l.u {
		f, df := shape.value(u)
		value[j] = p.amplitude * f
		if derivative {
			slope[j] = p.amplitude * df
		}
	}
}

// factorize decomposes the covariance of the observations, with as little jitter as it takes.
func (l *Likelihood) factorize(theta []float64) (*mat.Cholesky, error) {
	n := len(l.points)
	size := len(l.u)
	cov := mat.NewSymDense(n, nil)
	for i, at := 0, 0; i < n; i++ {
		for j := 0; j <= i; j++ {
			v := 0.0
			for c := range l.k {
				v += l.k[c][:size][at]
			}
			cov.SetSym(i, j, v)
			at++
		}
	}
	var chol mat.Cholesky
	extra := noise(theta) + jitter
	limit := maxJitter * l.kernel.Variance(theta)
	for step := jitter; ; step *= 10 {
		for i := range n {
			cov.SetSym(i, i, cov.At(i, i)+extra)
		}
		if chol.Factorize(cov) {
			return &chol, nil
		}
		if !(step < limit) {
			return nil, &NotPositiveDefiniteError{n, step}
		}
		extra = 9 * step // step has been added already
	}
}

// outer fills q with alpha alpha^T - K^-1 of all pairs, those off the diagonal twice, for sums over a full
// symmetric matrix.
func (l *Likelihood) outer(chol *mat.Cholesky, alpha []float64) error {
	var inverse mat.SymDense
	if err := chol.InverseTo(&inverse); err != nil {
		return &NotPositiveDefiniteError{len(alpha), jitter}
	}
	raw := inverse.RawSymmetric()
	for i, at := 0, 0; i < len(alpha); i++ {
		for j := 0; j < i; j++ {
			l.q[at] = 2 * (alpha[i]*alpha[j] - raw.Data[j*raw.Stride+i])
			at++
		}
		l.q[at] = alpha[i]*alpha[i] - raw.Data[i*raw.Stride+i]
		at++
	}
	return nil
}

// gradient computes 1/2 tr(q dK/dtheta) for all hyper-parameters but the noise.
func (l *Likelihood) gradient(grad []float64, ps []parameters) {
	size := len(l.u)
	for i := range l.kernel {
		value, slope := l.k[i][:size], l.k[i][size:]
		grad[0] = 0.5 * floats.Dot(l.q, value)
		floats.MulTo(l.u, l.q, slope)
		for t, d := range l.pairs[i] {
			grad[1+t] = 0.5 * ps[i].weights[t] * floats.Dot(l.u, d)
		}
		grad = grad[1+len(l.pairs[i]):]
	}
}
