// Package mlp has small fully connected networks, and what they learn by.
package mlp

import "math"

// Adam makes the steps of a descent (Kingma and Ba, ICLR 2015): along moving averages of gradients, each in units of
// the root of the moving average of its square.
type Adam struct {
	rate, beta1, beta2 float64
	mean, square       []float64 // moving averages of gradients and their squares
	power1, power2     float64   // beta1 and beta2 to the number of steps
}

// tiny keeps steps finite where there was no gradient yet.
const tiny = 1e-8

// NewAdam returns an optimizer of n parameters. The betas say how much of the averages stays at each step.
func NewAdam(n int, rate, beta1, beta2 float64) *Adam {
	return &Adam{
		rate: rate, beta1: beta1, beta2: beta2,
		mean: make([]float64, n), square: make([]float64, n), power1: 1, power2: 1,
	}
}

// Step moves parameters down the gradient.
func (a *Adam) Step(parameters, gradient []float64) {
	a.power1 *= a.beta1
	a.power2 *= a.beta2
	rate, scale := a.rate/(1-a.power1), 1/(1-a.power2)
	mean, square := a.mean[:len(parameters)], a.square[:len(parameters)]
	gradient = gradient[:len(parameters)]
	for i, g := range gradient {
		mean[i] += (1 - a.beta1) * (g - mean[i])
		square[i] += (1 - a.beta2) * (g*g - square[i])
		parameters[i] -= rate * mean[i] / (math.Sqrt(scale*square[i]) + tiny)
	}
}
