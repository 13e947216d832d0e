package robustness

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
)

// Norm measures a perturbation.
type Norm int

// The norms.
const (
	Linf Norm = iota // the largest change of a value
	L2               // the Euclidean length of the change
)

// String returns "Linf" or "L2".
func (n Norm) String() string {
	switch n {
	case Linf:
		return "Linf"
	case L2:
		return "L2"
	}
	return fmt.Sprintf("Norm(%d)", int(n))
}

// ParseNorm reads "Linf" or "L2".
func ParseNorm(s string) (Norm, error) {
	for _, n := range []Norm{Linf, L2} {
		if s == n.String() {
			return n, nil
		}
	}
	return 0, fmt.Errorf("norm %q: want %v or %v", s, Linf, L2)
}

// Length returns the norm of b - a.
func (n Norm) Length(a, b []float32) float64 {
	length := 0.0
	for i, v := range a {
		d := math.Abs(float64(b[i]) - float64(v))
		if n == L2 {
			length += d * d
		} else if !(d <= length) {
			length = d // and stays, if it is no number
		}
	}
	if n == L2 {
		return math.Sqrt(length)
	}
	return length
}

// Usual is the eps that is meant where none is given: for Linf 1/255, at which the robustness dataset's figures are
// quoted (Jung et al., ICLR 2023), for L2 .5, as in RobustBench for CIFAR-10 (Croce et al., NeurIPS 2021).
func (n Norm) Usual() float64 {
	if n == L2 {
		return .5
	}
	return 1. / 255
}

// Threat is what an attacker may do: change an image by a perturbation of norm at most Eps, within [0,1].
type Threat struct {
	Norm Norm
	Eps  float64 // pixels are in [0,1]: 8/255 is written 8./255
}

// Sizes that can be computed with in single precision, of pixels in [0,1].
const (
	smallestEps = 1. / (1 << 23)
	largestEps  = 1e9
)

// String returns "Linf 8/255" or "L2 0.5".
func (t Threat) String() string {
	if t.Norm == Linf {
		return fmt.Sprintf("%v %s/255", t.Norm, strconv.FormatFloat(t.Eps*255, 'g', 6, 64))
	}
	return fmt.Sprintf("%v %s", t.Norm, strconv.FormatFloat(t.Eps, 'g', 6, 64))
}

// Validate returns a [*ConfigError] if there is no such threat.
func (t Threat) Validate() error {
	if t.Norm != Linf && t.Norm != L2 {
		return &ConfigError{"norm", t.Norm, "Linf or L2"}
	}
	if !(t.Eps >= smallestEps && t.Eps <= largestEps) {
		want := fmt.Sprintf("%.2g, which changes pixels in single precision, to %g", smallestEps, largestEps)
		return &ConfigError{"eps", t.Eps, want}
	}
	return nil
}

// Project moves adv to the ball around x, then into [0,1].
func (t Threat) Project(adv, x []float32) {
	if t.Norm == Linf {
		eps := float32(t.Eps)
		for i, v := range x {
			adv[i] = clamp(clamp(adv[i], v-eps, v+eps), 0, 1)
		}
		return
	}
	scale := float32(1)
	if length := t.Norm.Length(x, adv); length > t.Eps {
		scale = float32(t.Eps / length)
	}
	for i, v := range x {
		if scale < 1 {
			adv[i] = v + (adv[i]-v)*scale
		}
		adv[i] = clamp(adv[i], 0, 1)
	}
}

// rounding is what float32 arithmetic may leave of a perturbation beyond eps: an ulp of a pixel in each value.
const rounding = 1.2e-7

// Contains says whether adv is in [0,1] and in the ball around x, but for the rounding of float32.
func (t Threat) Contains(adv, x []float32) bool {
	rest := rounding
	if t.Norm == L2 {
		rest *= math.Sqrt(float64(len(x)))
	}
	outside := func(v float32) bool { return !(v >= 0 && v <= 1) }
	return !slices.ContainsFunc(adv, outside) && t.Norm.Length(x, adv) <= t.Eps+rest
}

// Randomize moves adv, the ball's centre, to a uniform point of the ball, and then into [0,1].
func (t Threat) Randomize(adv []float32, r *rand.Rand) {
	if t.Norm == Linf {
		for i, v := range adv {
			adv[i] = clamp(v+float32(t.Eps*(2*r.Float64()-1)), 0, 1)
		}
		return
	}
	direction := make([]float64, len(adv))
	for i := range direction {
		direction[i] = r.NormFloat64()
	}
	length, radius := math.Sqrt(squares(direction)), t.Eps*math.Pow(r.Float64(), 1/float64(len(adv)))
	for i, d := range direction {
		adv[i] = clamp(adv[i]+float32(radius*d/length), 0, 1)
	}
}

// Ascend moves adv by a step of the given length in the norm's steepest direction: the gradient's signs for Linf, the
// gradient for L2. It does not project.
func (t Threat) Ascend(adv, gradient []float32, step float64) {
	if t.Norm == Linf {
		s := float32(step)
		for i, g := range gradient {
			switch {
			case g > 0:
				adv[i] += s
			case g < 0:
				adv[i] -= s
			}
		}
		return
	}
	if sum := squares(gradient); sum > 0 {
		scale := step / math.Sqrt(sum)
		for i, g := range gradient {
			adv[i] += float32(scale * float64(g))
		}
	}
}

// squares returns the sum of the squares.
func squares[T float32 | float64](v []T) float64 {
	sum := 0.0
	for _, a := range v {
		sum += float64(a) * float64(a)
	}
	return sum
}

func clamp(v, low, high float32) float32 { return min(max(v, low), high) }
