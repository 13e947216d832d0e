package gp

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/optimize"
)

// Prior is a log-normal distribution of a hyper-parameter, by the mean and standard deviation of its
// logarithm. The zero Prior is flat.
type Prior struct{ Mean, SD float64 }

// logDensity returns the logarithm of the density of the logarithm but for a constant, and its derivative.
func (p Prior) logDensity(theta float64) (f, df float64) {
	if p.SD == 0 {
		return 0, 0
	}
	z := (theta - p.Mean) / p.SD
	return -z * z / 2, -z / p.SD
}

// reach bounds the logarithms of hyper-parameters, so that no step of the search overflows.
const reach = 25

// Fit returns the hyper-parameters with the largest posterior density that L-BFGS finds from start in at most
// steps iterations, and the logarithm of that density but for a constant. Priors has one element a
// hyper-parameter, or is nil for the maximum of the likelihood. It is an error
// ([*NotPositiveDefiniteError], mostly) if start itself has no density.
func (l *Likelihood) Fit(start, y []float64, priors []Prior, steps int) ([]float64, float64, error) {
	d := &density{likelihood: l, y: y, priors: priors}
	switch d.evaluate(start); {
	case d.err != nil:
		return nil, 0, d.err
	case d.best == nil:
		return nil, 0, fmt.Errorf("gp: fit from %v: want numbers of at most %d in size", start, reach)
	}
	problem := optimize.Problem{
		Func: func(theta []float64) float64 {
			d.evaluate(theta)
			return -d.value
		},
		Grad: func(grad, theta []float64) {
			d.evaluate(theta)
			d.differentiate(grad)
			floats.Scale(-1, grad)
		},
	}
	settings := &optimize.Settings{MajorIterations: steps, Converger: optimize.NeverTerminate{}, GradientThreshold: 1e-6}
	// A line search that finds no better point is the usual end; the best point seen is what counts.
	_, _ = optimize.Minimize(problem, start, settings, &optimize.LBFGS{})
	return d.best, d.top, nil
}

// density is the posterior density of hyper-parameters, remembered at the last point and at the best. Line searches ask
// for the value of every point and for the derivatives, which take twice the time, only where the value is better.
type density struct {
	likelihood *Likelihood
	y          []float64
	priors     []Prior

	at    []float64
	value float64   // -Inf out of reach and where the covariance has no factor
	grad  []float64 // nil before it is asked for
	err   error

	best []float64
	top  float64
}

func (d *density) evaluate(theta []float64) {
	if d.at != nil && slices.Equal(theta, d.at) {
		return
	}
	d.at = append(d.at[:0], theta...)
	d.value, d.grad, d.err = math.Inf(-1), nil, nil
	if floats.Norm(theta, math.Inf(1)) > reach || floats.HasNaN(theta) {
		return
	}
	value, err := d.likelihood.evaluate(theta, d.y)
	if err != nil {
		d.err = err
		return
	}
	for i, p := range d.priors {
		f, _ := p.logDensity(theta[i])
		value += f
	}
	d.value = value
	if d.best == nil || value > d.top {
		d.best, d.top = slices.Clone(theta), value
	}
}

// differentiate stores the derivatives at the last point, zeros if it has no density.
func (d *density) differentiate(grad []float64) {
	if d.grad == nil {
		d.grad = make([]float64, len(d.at))
		if !math.IsInf(d.value, -1) {
			d.likelihood.differentiate(d.grad)
			for i, p := range d.priors {
				_, df := p.logDensity(d.at[i])
				d.grad[i] += df
			}
		}
	}
	copy(grad, d.grad)
}
