package robustness

import (
	"fmt"
	"math"
)

// Sizes of perturbations that are used: Linf from a tenth of 1/255, the robustness dataset's smallest, to 16/255, below
// which no L2 radius is.
const (
	leastLinf = .1 / 255
	mostLinf  = 16. / 255
)

// Doubt says why an eps may not be what is meant for images of a shape; empty if there is no reason.
func (t Threat) Doubt(s Shape) string {
	diameter := 1. // of all images
	if t.Norm == L2 {
		diameter = math.Sqrt(float64(s.Size()))
	}
	switch {
	case t.Eps >= diameter:
		return fmt.Sprintf("%v allows any image: pixels are in [0,1], and no two images of %d values are further apart "+
			"than %.4g", t, s.Size(), diameter)
	case t.Norm == L2 && t.Eps <= mostLinf:
		return fmt.Sprintf("%v is a size for Linf: spread over all %d values of an image it changes each by %.2g/255; "+
			"L2 radii such as %g are usual", t, s.Size(), t.Eps/math.Sqrt(float64(s.Size()))*255, t.Norm.Usual())
	case t.Norm == Linf && t.Eps < leastLinf*(1-1e-9):
		return fmt.Sprintf("%v changes no value of an image by more than a tenth of 1/255, the step of 8-bit pixels", t)
	}
	return ""
}
