package ops

import (
	"fmt"

	"github.com/nassearch/nassearch/trainer/kernel"
	G "gorgonia.org/gorgonia"
)

// SGD is a Gorgonia solver: stochastic gradient descent with momentum and weight decay on every parameter, see
// [kernel.Kernel.SGD]. It steps flat parameters in one call, and so expects one value of a multiple of
// [kernel.Lanes] numbers.
type SGD struct {
	Kernel   *kernel.Kernel
	Rate     float32
	Momentum float32
	Decay    float32
	Nesterov bool
	Velocity []float32 // as many numbers as parameters, zero at first
}

var _ G.Solver = (*SGD)(nil)

// Step moves the parameters.
func (s *SGD) Step(model []G.ValueGrad) error {
	if len(model) != 1 {
		return fmt.Errorf("sgd: %d values, want the flat parameters alone", len(model))
	}
	g, err := model[0].Grad()
	if err != nil {
		return fmt.Errorf("sgd: %w", err)
	}
	w, d := floats(model[0].Value()), floats(g)
	if len(w) != len(d) || len(w) != len(s.Velocity) || len(w)%kernel.Lanes != 0 {
		const problem = "sgd: %d parameters, %d gradients, %d velocities: want the same multiple of %d"
		return fmt.Errorf(problem, len(w), len(d), len(s.Velocity), kernel.Lanes)
	}
	s.Kernel.SGD(w, d, s.Velocity, s.Rate, s.Momentum, s.Decay, s.Nesterov)
	return nil
}
