package gp

import "math"

// LogEI returns the logarithm of the expected improvement over best, sd (phi(z) + z Phi(z)) with z =
// (mean - best)/sd, for maximisation. It is exact to rounding however small the improvement (the formula of
// Ament et al., NeurIPS 2023, with a continued fraction in the tail). For sd = 0 it is the logarithm of
// max(mean - best, 0).
func LogEI(mean, sd, best float64) float64 {
	if !(sd > 0) {
		return math.Log(math.Max(mean-best, 0))
	}
	z := (mean - best) / sd
	if z > -1 {
		return math.Log(sd) + math.Log(density1(z)+z*math.Erfc(-z/math.Sqrt2)/2)
	}
	// h = phi(z) (1 - t M(t)) with t = -z and Mills' ratio M.
	return math.Log(sd) - z*z/2 - logSqrt2Pi + math.Log(oneLessTMills(-z))
}

// LogPI returns the logarithm of the probability of an improvement over best, Phi(z).
func LogPI(mean, sd, best float64) float64 {
	if !(sd > 0) {
		if mean > best {
			return 0
		}
		return math.Inf(-1)
	}
	z := (mean - best) / sd
	switch {
	case z > 0:
		return math.Log1p(-math.Erfc(z/math.Sqrt2) / 2)
	case z > -tail:
		return math.Log(math.Erfc(-z/math.Sqrt2) / 2)
	default:
		return -z*z/2 - logSqrt2Pi - math.Log(-z+fraction(-z))
	}
}

// UCB returns the upper confidence bound mean + kappa sd.
func UCB(mean, sd, kappa float64) float64 { return mean + kappa*sd }

// logSqrt2Pi is log(sqrt(2 pi)).
const logSqrt2Pi = 0.91893853320467274178

func density1(z float64) float64 { return math.Exp(-z*z/2) / (math.Sqrt2 * math.SqrtPi) }

// tail is where the continued fraction takes over from erfc. Before it, 1 - t M(t) loses less than two digits,
// and its logarithm, beside z^2/2, none.
const tail = 5

// oneLessTMills returns 1 - t M(t) for t >= 1, where M(t) = (1 - Phi(t))/phi(t) is Mills' ratio. As M(t) =
// 1/(t + c), it is c/(t + c), without cancellation.
func oneLessTMills(t float64) float64 {
	if t < tail {
		return 1 - t*math.Erfc(t/math.Sqrt2)/2/density1(t)
	}
	c := fraction(t)
	return c / (t + c)
}

// fraction returns the continued fraction 1/(t + 2/(t + 3/(t + ...))) for t >= tail, to rounding. What is missing
// after n terms is about the smaller of exp(-t sqrt(2n)) and n!/t^2n of it.
func fraction(t float64) float64 {
	c := 0.0
	for k := math.Ceil(8 + 700/(t*t)); k >= 1; k-- {
		c = k / (t + c)
	}
	return c
}
