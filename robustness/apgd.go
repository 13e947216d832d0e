package robustness

import (
	"cmp"
	"fmt"
	"slices"
)

// Objective is the loss that APGD climbs.
type Objective int

// The objectives of APGD.
const (
	CE       Objective = iota // [CrossEntropy]
	Ratio                     // [DLR]
	Targeted                  // [TargetedDLR] towards each of the likeliest wrong classes
)

// APGD is auto projected gradient descent, which sets its own step size (Croce and Hein, ICML 2020, algorithm 1):
//
//	z(k)   = P(x(k) + step ascent(x(k)))
//	x(k+1) = P(x(k) + .75 (z(k) - x(k)) + .25 (x(k) - x(k-1)))
//
// The step begins at 2 eps. At checkpoints it is halved, and the climb goes on from the best point, if the loss rose
// in no more than Rho of the steps since the last one (condition 1), or if neither step nor best loss changed there
// (condition 2). As in the authors' code, equality meets condition 1.
type APGD struct {
	Objective Objective `json:"-"` // which the name says
	Steps     int       `json:"steps"`
	Rho       float64   `json:"rho"`
	Targets   int       `json:"targets"` // classes to try, for Targeted
}

// DefaultAPGD returns the setting of standard AutoAttack: 100 steps, Rho .75, 9 targets.
func DefaultAPGD(o Objective) APGD { return APGD{Objective: o, Steps: 100, Rho: .75, Targets: 9} }

// Name returns "apgd-ce", "apgd-dlr" or "apgd-t".
func (a APGD) Name() string {
	switch a.Objective {
	case Ratio:
		return "apgd-dlr"
	case Targeted:
		return "apgd-t"
	}
	return "apgd-ce"
}

// String returns "100 steps", or "100 steps to each of 9 classes".
func (a APGD) String() string {
	if a.Objective == Targeted {
		return fmt.Sprintf("%d steps to %s", a.Steps, towards(a.Targets))
	}
	return fmt.Sprintf("%d steps", a.Steps)
}

// Traits are those of an attack that climbs; a ratio is one of three logits, a targeted one of four.
func (a APGD) Traits() Traits {
	return Traits{Kind: Gradient, Classes: map[Objective]int{Ratio: 3, Targeted: 4}[a.Objective]}
}

// Validate implements [Attack].
func (a APGD) Validate() error {
	err := cmp.Or[error](atLeast("steps", a.Steps, 1), share("rho", a.Rho))
	if a.Objective < CE || a.Objective > Targeted {
		err = cmp.Or[error](err, &ConfigError{"objective", int(a.Objective), "CE, Ratio or Targeted"})
	}
	if a.Objective == Targeted {
		err = cmp.Or[error](err, atLeast("targets", a.Targets, 1))
	}
	return err
}

// Run implements [Attack].
func (a APGD) Run(o Oracle, p Problem) ([]float32, error) {
	var adv []float32
	for _, loss := range a.losses(p) {
		c := climb{APGD: a, Problem: p, oracle: o, loss: loss, scratch: make([]float32, len(p.Logits))}
		fooled, err := c.run()
		adv = c.best
		if err != nil || fooled {
			return adv, err
		}
	}
	return adv, nil
}

// losses returns what is climbed, one after the other.
func (a APGD) losses(p Problem) []Loss {
	switch a.Objective {
	case CE:
		return []Loss{CrossEntropy(p.Label)}
	case Ratio:
		return []Loss{DLR(p.Label)}
	}
	var list []Loss
	for _, target := range p.targets(a.Targets) {
		list = append(list, TargetedDLR(p.Label, target))
	}
	return list
}

// climb is one ascent.
type climb struct {
	APGD
	Problem
	oracle  Oracle
	loss    Loss
	scratch []float32

	x, last, next  []float32 // x(k), x(k-1), x(k+1)
	gradient       []float32 // at x
	step           float64
	best, bestGrad []float32 // where the loss is highest, and the gradient there
	highest        float64
	value          float64
}

// run climbs until the model is fooled, at best, or the steps are used up.
func (c *climb) run() (fooled bool, err error) {
	c.x = slices.Clone(c.X)
	c.Threat.Randomize(c.x, c.Rand)
	c.last, c.next, c.best = slices.Clone(c.x), make([]float32, len(c.x)), slices.Clone(c.x)
	c.step = 2 * c.Threat.Eps
	if fooled, err := c.look(); err != nil || fooled {
		return fooled, err
	}
	c.bestGrad = slices.Clone(c.gradient)
	c.highest = c.value
	// Checkpoints, eq. 2 there: the first after .22 of the steps, each distance shorter than the last by .03, at least
	// .06.
	part := func(share float64) int { return max(1, int(share*float64(c.Steps))) }
	window, since, rises := part(.22), 0, 0
	atCheck, halved := c.highest, true
	for k := range c.Steps {
		before := c.value
		c.move(k == 0)
		if fooled, err := c.look(); err != nil || fooled {
			return fooled, err
		}
		if c.value > before {
			rises++
		}
		if c.value > c.highest {
			c.highest = c.value
			copy(c.best, c.x)
			copy(c.bestGrad, c.gradient)
		}
		if since++; since < window {
			continue
		}
		halved = float64(rises) <= c.Rho*float64(window) || !halved && atCheck >= c.highest
		if halved {
			c.step /= 2
			copy(c.x, c.best)
			copy(c.gradient, c.bestGrad)
		}
		atCheck, since, rises, window = c.highest, 0, 0, max(window-part(.03), part(.06))
	}
	return false, nil
}

// look asks for the loss and its gradient at x. A point that fools the model is the best there is.
func (c *climb) look() (fooled bool, err error) {
	gradient, logits, err := c.oracle.Gradient(c.x, c.loss)
	if err != nil {
		return false, err
	}
	c.gradient = append(c.gradient[:0], gradient...)
	c.value = c.loss(logits, c.scratch)
	if !Fooled(logits, c.Label) {
		return false, nil
	}
	copy(c.best, c.x)
	return true, nil
}

// move takes one step, the first without momentum.
func (c *climb) move(first bool) {
	keep := float32(.75)
	if first {
		keep = 1
	}
	copy(c.next, c.x)
	c.Threat.Ascend(c.next, c.gradient, c.step)
	c.Threat.Project(c.next, c.X)
	for i, z := range c.next {
		x := c.x[i]
		c.next[i] = x + keep*(z-x) + (1-keep)*(x-c.last[i])
	}
	c.Threat.Project(c.next, c.X)
	c.last, c.x, c.next = c.x, c.next, c.last
}
