package robustness

import (
	"cmp"
	"math"
	"slices"
)

// PGD is projected gradient ascent on the cross-entropy (Madry et al., ICLR 2018, eq. 2.1; with Steps 1, StepSize 1 and
// no random start the fast gradient sign method of Goodfellow et al., ICLR 2015):
//
//	x <- P(x + StepSize eps sign(grad CE(x)))
//
// where P projects to the ball and to [0,1]. For L2 the gradient, scaled to length 1, replaces its signs.
type PGD struct {
	Steps       int     // gradient steps
	StepSize    float64 // in units of eps
	RandomStart bool    // begin at a uniform point of the ball
	// LastPoint judges the last point only, as Foolbox and the robustness dataset do, and takes every step. Otherwise the
	// first point that fools the model ends the attack: cheaper, and never weaker.
	LastPoint bool
}

// DefaultPGD returns the attack of the robustness dataset (Jung et al., ICLR 2023): 40 steps of eps/30 from a random
// start.
func DefaultPGD() PGD { return PGD{Steps: 40, StepSize: 1. / 30, RandomStart: true} }

// FGSM returns the fast gradient sign method: one step of eps.
func FGSM() PGD { return PGD{Steps: 1, StepSize: 1} }

// Name returns "fgsm" for a single step from the image itself, otherwise "pgd".
func (a PGD) Name() string {
	if a.Kind() == SingleStep {
		return "fgsm"
	}
	return "pgd"
}

// Kind tells a single step from many.
func (a PGD) Kind() Kind {
	if a.Steps == 1 && !a.RandomStart {
		return SingleStep
	}
	return Gradient
}

// StartsAtImage says whether the first gradient is that at the image, which all such attacks share.
func (a PGD) StartsAtImage() bool { return !a.RandomStart }

// Validate implements [Attack].
func (a PGD) Validate() error {
	var size error
	if !(a.StepSize > 0) || math.IsInf(a.StepSize, 0) {
		size = &ConfigError{"step size", a.StepSize, "a finite number above 0, in units of eps"}
	}
	return cmp.Or[error](atLeast("steps", a.Steps, 1), size)
}

// Run implements [Attack].
func (a PGD) Run(o Oracle, p Problem) ([]float32, error) {
	adv := slices.Clone(p.X)
	if a.RandomStart {
		p.Threat.Randomize(adv, p.Rand)
	}
	loss := CrossEntropy(p.Label)
	for step := range a.Steps {
		gradient, logits := p.Gradient, p.Logits
		if step > 0 || a.RandomStart || gradient == nil {
			var err error
			if gradient, logits, err = o.Gradient(adv, loss); err != nil {
				return nil, err
			}
		}
		if Fooled(logits, p.Label) && !a.LastPoint {
			return adv, nil
		}
		p.Threat.Ascend(adv, gradient, a.StepSize*p.Threat.Eps)
		p.Threat.Project(adv, p.X)
	}
	return adv, nil
}
