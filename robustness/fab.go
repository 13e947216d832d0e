package robustness

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// FAB is the targeted fast adaptive boundary attack (Croce and Hein, ICML 2020, algorithm 1; targeted as in "Reliable
// evaluation of adversarial robustness", ICML 2020, appendix C). It seeks the nearest point of the boundary between the
// label and one other class at a time, whatever eps is. With d1 and d2 the shortest ways from x(k) and from the image
// to the boundary as the gradient at x(k) predicts it, within [0,1] (eq. 5 to 7),
//
//	x(k+1) = (1-a)(x(k) + Eta d1) + a (x + Eta d2),  a = min(|d1| / (|d1| + |d2|), AlphaMax)   (eq. 9 and 10)
//
// and where the model is fooled the search goes back to x + Beta (x(k+1) - x) (eq. 11).
type FAB struct {
	Steps    int     `json:"steps"`
	Targets  int     `json:"targets"`   // classes to try, the likeliest first
	AlphaMax float64 `json:"alpha_max"` // greatest weight of the way from the image
	Eta      float64 `json:"eta"`       // overshoot
	Beta     float64 `json:"beta"`      // backward step
}

// DefaultFAB returns the setting of standard AutoAttack: 100 steps towards each of 9 classes.
func DefaultFAB() FAB { return FAB{Steps: 100, Targets: 9, AlphaMax: .1, Eta: 1.05, Beta: .9} }

// Name returns "fab-t".
func (a FAB) Name() string { return "fab-t" }

// String returns "100 steps to each of 9 classes".
func (a FAB) String() string {
	return fmt.Sprintf("%d steps to %s", a.Steps, towards(a.Targets))
}

// Traits are those of an attack that follows gradients.
func (a FAB) Traits() Traits { return Traits{Kind: Gradient} }

// Validate implements [Attack].
func (a FAB) Validate() error {
	var eta error
	if !(a.Eta >= 1) || math.IsInf(a.Eta, 0) {
		eta = &ConfigError{"eta", a.Eta, "a finite number, at least 1"}
	}
	return cmp.Or[error](
		atLeast("steps", a.Steps, 1), atLeast("targets", a.Targets, 1),
		share("alpha max", a.AlphaMax), share("beta", a.Beta), eta,
	)
}

// Run implements [Attack]. It returns the nearest adversarial example, in the ball or not. Restarts begin at random
// points of half the ball.
func (a FAB) Run(o Oracle, p Problem) ([]float32, error) {
	nearest, distance := slices.Clone(p.X), math.Inf(1)
	for _, target := range p.targets(a.Targets) {
		s := boundarySearch{FAB: a, Problem: p, oracle: o, target: target, x: slices.Clone(p.X)}
		s.nearest, s.distance = nearest, distance
		inside, err := s.run()
		if err != nil || inside {
			return s.x, err
		}
		distance = s.distance
	}
	return nearest, nil
}

// boundarySearch is the search for the boundary to one class.
type boundarySearch struct {
	FAB
	Problem
	oracle Oracle
	target int

	x        []float32
	nearest  []float32 // adversarial example so far, shared by the searches
	distance float64   // of nearest, infinite if there is none
}

// run returns true as soon as x fools the model inside the ball.
func (s *boundarySearch) run() (inside bool, err error) {
	if s.Restart > 0 {
		half := Threat{s.Threat.Norm, s.Threat.Eps / 2}
		half.Randomize(s.x, s.Rand)
	}
	loss := LogitDifference(s.Label, s.target)
	fromX, fromImage := make([]float32, len(s.x)), make([]float32, len(s.x))
	for range s.Steps {
		w, logits, err := s.oracle.Gradient(s.x, loss)
		if err != nil {
			return false, err
		}
		// The boundary is where w.(z - x) makes up for what the target's logit lacks.
		lack := float64(logits[s.Label]) - float64(logits[s.target])
		beyond := lack
		for i, g := range w {
			beyond += float64(g) * (float64(s.x[i]) - float64(s.X[i]))
		}
		norm := s.Threat.Norm
		norm.toHyperplane(fromX, s.x, w, lack)
		norm.toHyperplane(fromImage, s.X, w, beyond)
		s.move(fromX, fromImage)
		if logits, err = s.oracle.Logits(s.x); err != nil {
			return false, err
		}
		if !Fooled(logits, s.Label) {
			continue
		}
		if s.Threat.Contains(s.x, s.X) {
			return true, nil
		}
		s.retreat()
	}
	return false, nil
}

// move goes a step towards the boundary.
func (s *boundarySearch) move(fromX, fromImage []float32) {
	d1, d2 := max(s.length(fromX), 1e-8), max(s.length(fromImage), 1e-8)
	a, eta := float32(min(d1/(d1+d2), s.AlphaMax)), float32(s.Eta)
	for i, x := range s.X {
		v := (s.x[i]+eta*fromX[i])*(1-a) + (x+eta*fromImage[i])*a
		s.x[i] = clamp(v, 0, 1)
	}
}

// length returns the norm of a way.
func (s *boundarySearch) length(way []float32) float64 {
	return s.Threat.Norm.Length(make([]float32, len(way)), way)
}

// retreat keeps x, which fools the model, if it is the nearest, and goes back towards the image.
func (s *boundarySearch) retreat() {
	if d := s.Threat.Norm.Length(s.X, s.x); d < s.distance {
		s.distance = d
		copy(s.nearest, s.x)
	}
	for i, x := range s.X {
		s.x[i] = x + (s.x[i]-x)*float32(s.Beta)
	}
}

// toHyperplane writes the way d of least norm with w.d = c from x, such that x + d stays in [0,1]; where there is none,
// the way that comes closest (Croce and Hein, ICML 2020, eq. 4).
//
// Every pixel moves in the direction that helps, by min(l u, room): u is 1 for Linf and |w| for L2, room is what is
// left of [0,1]. What that gains is a concave, piecewise linear function of l, so Newton's method from 0 climbs to
// the root in finitely many steps.
func (n Norm) toHyperplane(d, x, w []float32, c float64) {
	sign := float32(1)
	if c < 0 {
		sign, c = -1, -c
	}
	level, next := 0.0, 0.0
	for {
		gain, slope := 0.0, 0.0
		for i, g := range w {
			m := math.Abs(float64(g))
			u := n.unit(m)
			if r := room(x[i], sign*g); level*u < r {
				gain += m * level * u
				slope += m * u
			} else {
				gain += m * r
			}
		}
		if next = level + (c-gain)/slope; slope == 0 {
			next = math.Inf(1) // every pixel is at its end
		}
		if !(next-level > 1e-12*level) || math.IsInf(next, 1) {
			break
		}
		level = next
	}
	for i, g := range w {
		d[i] = 0
		if u := n.unit(math.Abs(float64(g))); u > 0 && g != 0 {
			d[i] = float32(math.Copysign(min(next*u, room(x[i], sign*g)), float64(sign*g)))
		}
	}
}

// unit is how far a pixel of a gradient's size moves at level 1.
func (n Norm) unit(size float64) float64 {
	if n == Linf {
		return 1
	}
	return size
}

// room is how far a pixel can move in the direction of g.
func room(v, g float32) float64 {
	switch {
	case g > 0:
		return float64(1 - v)
	case g < 0:
		return float64(v)
	}
	return 0
}
