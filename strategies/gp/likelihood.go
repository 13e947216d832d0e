package gp

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
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

	cov, factor []float64 // n x n, the upper triangles: work space
	alpha       []float64
}

// NewLikelihood returns a likelihood without observations.
func NewLikelihood(k Kernel) *Likelihood {
	l := &Likelihood{kernel: k}
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
	n := len(l.points)
	if len(y) != n {
		panic(fmt.Sprintf("gp: %d values for %d points", len(y), n))
	}
	ps := l.kernel.parameters(theta)
	for i := range l.pairs {
		l.pairs[i].fill(ps[i])
	}
	chol, err := l.factorize(theta)
	if err != nil {
		return 0, err
	}
	l.alpha = append(l.alpha[:0], y...)
	lapack64.Potrs(chol, blas64.General{Rows: n, Cols: 1, Stride: 1, Data: l.alpha})
	logDet := 0.0
	for i := range n {
		logDet += 2 * math.Log(chol.Data[i*n+i])
	}
	lml := -0.5*floats.Dot(y, l.alpha) - 0.5*logDet - 0.5*float64(n)*math.Log(2*math.Pi)
	switch {
	case math.IsNaN(lml) || math.IsInf(lml, 0):
		return 0, &NotPositiveDefiniteError{n, jitter}
	case grad == nil:
		return lml, nil
	}
	if _, ok := lapack64.Potri(chol); !ok {
		return 0, &NotPositiveDefiniteError{n, jitter}
	}
	trace := l.outer(chol.Data)
	rest := grad
	for i := range l.pairs {
		l.pairs[i].gradient(rest, ps[i])
		rest = rest[1+len(ps[i].weights):]
	}
	rest[0] = 0.5 * noise(theta) * trace
	return lml, nil
}

// factorize decomposes the covariance of the observations, with as little jitter as it takes.
func (l *Likelihood) factorize(theta []float64) (blas64.Triangular, error) {
	n := len(l.points)
	l.cov, l.factor = resize(l.cov, n*n), resize(l.factor, n*n)
	at := 0
	for i := range n {
		for j := range i + 1 {
			v := 0.0
			for c := range l.pairs {
				v += l.pairs[c].value[l.pairs[c].codes[at]]
			}
			l.cov[j*n+i] = v
			at++
		}
	}
	extra := noise(theta) + jitter
	limit := maxJitter * l.kernel.Variance(theta)
	for step := jitter; ; step *= 10 {
		for i := range n {
			l.cov[i*n+i] += extra
		}
		copy(l.factor, l.cov)
		sym := blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: n, Data: l.factor}
		if chol, ok := lapack64.Potrf(sym); ok {
			return chol, nil
		}
		if !(step < limit) {
			return blas64.Triangular{}, &NotPositiveDefiniteError{n, step}
		}
		extra = 9 * step // step has been added already
	}
}

// outer sums alpha alpha^T - K^-1 over all pairs of each distance, pairs off the diagonal twice as they stand for two,
// and returns the trace. The inverse is given by its upper triangle.
func (l *Likelihood) outer(inverse []float64) (trace float64) {
	n := len(l.alpha)
	for c := range l.pairs {
		clear(l.pairs[c].q)
	}
	at := 0
	for i := range n {
		for j := range i + 1 {
			q := l.alpha[i]*l.alpha[j] - inverse[j*n+i]
			if i == j {
				trace += q
			} else {
				q *= 2
			}
			for c := range l.pairs {
				l.pairs[c].q[l.pairs[c].codes[at]] += q
			}
			at++
		}
	}
	return trace
}
