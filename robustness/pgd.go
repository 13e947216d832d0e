package robustness

import (
	"cmp"
	"fmt"
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
	Steps       int     `json:"steps"`              // gradient steps
	StepSize    float64 `json:"step_size"`          // in units of eps
	RandomStart bool    `json:"random_start"`       // begin at a uniform point of the ball
	Restarts    int     `json:"restarts,omitempty"` // runs on an image that withstands it; 0: as many as the method has
	// LastPoint judges the last point only, as Foolbox and the robustness dataset do, and takes every step. Otherwise the
	// first point that fools the model ends the attack: cheaper, and never weaker.
	LastPoint bool `json:"last_point"`
}

// DefaultPGD returns the attack of the robustness dataset (Jung et al., ICLR 2023): 40 steps of eps/30 from a random
// start.
func DefaultPGD() PGD { return PGD{Steps: 40, StepSize: 1. / 30, RandomStart: true} }

// FGSM returns the fast gradient sign method: one step of eps.
func FGSM() PGD { return PGD{Steps: 1, StepSize: 1} }

// Name returns "fgsm" for a single step from the image itself, otherwise "pgd".
func (a PGD) Name() string {
	if a.single() {
		return "fgsm"
	}
	return "pgd"
}

func (a PGD) single() bool { return a.Steps == 1 && !a.RandomStart }

// String returns "one step of eps", "40 steps of 0.03333 eps from a random start", "7 steps of 0.1 eps, last point".
func (a PGD) String() string {
	steps, size := fmt.Sprintf("%d steps", a.Steps), fmt.Sprintf("%.4g eps", a.StepSize)
	if a.Steps == 1 {
		steps = "one step"
	}
	if a.StepSize == 1 {
		size = "eps"
	}
	text := steps + " of " + size
	if a.RandomStart {
		text += " from a random start"
	}
	if a.LastPoint {
		text += ", last point"
	}
	return text
}

// how says the same in a sentence: "7 steps of 0.357 eps from the image, judged at the last point".
func (a PGD) how() string {
	from, judged := "the image", "until it succeeds"
	if a.RandomStart {
		from = "a random point"
	}
	if a.LastPoint {
		judged = "judged at the last point"
	}
	text := fmt.Sprintf("%d steps of %.3g eps from %s, %s", a.Steps, a.StepSize, from, judged)
	if a.Restarts > 1 {
		text += fmt.Sprintf(", %d restarts", a.Restarts)
	}
	return text
}

// Traits tell a single step from many.
func (a PGD) Traits() Traits {
	t := Traits{Kind: Gradient, Runs: a.Restarts, AtImage: !a.RandomStart}
	if a.single() {
		t.Kind = SingleStep
	}
	return t
}

// Validate implements [Attack].
func (a PGD) Validate() error {
	var size error
	if !(a.StepSize > 0) || math.IsInf(a.StepSize, 0) {
		size = &ConfigError{"step size", a.StepSize, "a finite number above 0, in units of eps"}
	}
	return cmp.Or[error](atLeast("steps", a.Steps, 1), size, atLeast("restarts", a.Restarts, 0))
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
