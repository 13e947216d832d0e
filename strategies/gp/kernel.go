// Package gp is Gaussian-process regression (Rasmussen and Williams, Gaussian Processes for Machine Learning,
// 2006) for searches: kernels that are sums of stationary ones, hyper-parameters by maximum a posteriori,
// posteriors that grow by one observation in O(n^2), and acquisition functions that stay exact far out in the
// tail.
package gp

import (
	"fmt"
	"math"
)

// Shape is how likeness falls with distance. A component's distance is u = sum over terms t of w_t d_t, where
// d_t sums over the term's columns the absolute (Exponential) or squared (all others) differences. For the latter
// w = 1/l^2, l being the length scale.
type Shape int

const (
	Exponential Shape = iota // exp(-u)
	RBF                      // exp(-u/2)
	Matern52                 // (1 + s + s^2/3) exp(-s), s = sqrt(5u)
	Matern32                 // (1 + s) exp(-s), s = sqrt(3u)
)

// multiplies says whether the likeness at a sum of distances is the product of the likenesses at each.
func (s Shape) multiplies() bool { return s == Exponential || s == RBF }

// columnDistance is the contribution of one column.
func (s Shape) columnDistance(a, b float64) float64 {
	d := a - b
	if s == Exponential {
		return math.Abs(d)
	}
	return d * d
}

// value returns the likeness at distance u, and its derivative by u.
func (s Shape) value(u float64) (f, df float64) {
	switch s {
	case Exponential:
		f = math.Exp(-u)
		return f, -f
	case RBF:
		f = math.Exp(-u / 2)
		return f, -f / 2
	case Matern32:
		r := math.Sqrt(3 * u)
		e := math.Exp(-r)
		return (1 + r) * e, -1.5 * e
	default:
		r := math.Sqrt(5 * u)
		e := math.Exp(-r)
		return (1 + r + r*r/3) * e, -5 * (1 + r) * e / 6
	}
}

// Term is a group of columns of a point that share a weight.
type Term []int

// Component is one summand of a kernel.
type Component struct {
	Shape Shape
	Terms []Term
}

// Kernel is the sum over components of amplitude times likeness.
//
// Its hyper-parameters are a slice of logarithms: for each component that of its amplitude and then of its
// terms' weights; last, that of the noise variance.
type Kernel []Component

// Size returns the number of hyper-parameters, the noise variance included.
func (k Kernel) Size() int {
	n := 1
	for _, c := range k {
		n += 1 + len(c.Terms)
	}
	return n
}

// Variance returns the prior variance of the function at any point.
func (k Kernel) Variance(theta []float64) float64 {
	v := 0.0
	for _, p := range k.parameters(theta) {
		v += p.amplitude
	}
	return v
}

// Cov returns the prior covariance of the function at two points, without noise.
func (k Kernel) Cov(theta, x, y []float64) float64 { return k.cov(k.parameters(theta), x, y) }

func (k Kernel) cov(ps []parameters, x, y []float64) float64 {
	v := 0.0
	for i, p := range ps {
		u := 0.0
		for t, term := range k[i].Terms {
			u += p.weights[t] * k[i].Shape.distance(term, x, y)
		}
		f, _ := k[i].Shape.value(u)
		v += p.amplitude * f
	}
	return v
}

func (s Shape) distance(t Term, x, y []float64) float64 {
	d := 0.0
	for _, column := range t {
		d += s.columnDistance(x[column], y[column])
	}
	return d
}

// parameters are the hyper-parameters of a component.
type parameters struct {
	amplitude float64
	weights   []float64
}

func (k Kernel) parameters(theta []float64) []parameters {
	if len(theta) != k.Size() {
		panic(fmt.Sprintf("gp: %d hyper-parameters, want %d", len(theta), k.Size()))
	}
	ps := make([]parameters, len(k))
	for i, c := range k {
		ps[i].amplitude = math.Exp(theta[0])
		ps[i].weights = make([]float64, len(c.Terms))
		for t := range c.Terms {
			ps[i].weights[t] = math.Exp(theta[1+t])
		}
		theta = theta[1+len(c.Terms):]
	}
	return ps
}

// noise is the noise variance.
func noise(theta []float64) float64 { return math.Exp(theta[len(theta)-1]) }
