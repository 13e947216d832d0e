package gp

import (
	"cmp"
	"math"
	"slices"
)

// Frontier is what is reached of two objectives, both to be minimised: points of which none dominates another, and the
// reference, up to which the volume that they dominate is counted. Beyond them a new point gains in strips, one from
// every point to the next in the first objective, each as high as the point it begins at.
type Frontier struct {
	ends    []float64 // of the strips in the first objective, ascending; the last is the reference
	heights []float64 // of the strips in the second objective, descending; the first is the reference
}

// NewFrontier returns the frontier of points, each of two coordinates. Those that others attain, and those that are not
// better than the reference in both, count nothing.
func NewFrontier(points [][]float64, reference [2]float64) Frontier {
	inside := slices.DeleteFunc(slices.Clone(points), func(p []float64) bool {
		return !(p[0] < reference[0] && p[1] < reference[1])
	})
	slices.SortFunc(inside, func(a, b []float64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	f := Frontier{heights: []float64{reference[1]}}
	for _, p := range inside {
		if p[1] < f.heights[len(f.heights)-1] {
			f.ends, f.heights = append(f.ends, p[0]), append(f.heights, p[1])
		}
	}
	f.ends = append(f.ends, reference[0])
	return f
}

// Normal is a normal distribution.
type Normal struct{ Mean, SD float64 }

// z standardises a number. Of a distribution that is certain it is infinite, and NaN at the mean.
func (n Normal) z(x float64) float64 { return (x - n.Mean) / n.SD }

// LogEHVI returns the logarithm of the expected improvement of the hypervolume by a point whose coordinates are
// independent and normal. With strips from x_i to x_i+1, the first from minus infinity, of heights y_i, and
// psi_k(a) = E max(a - Y_k, 0), it is
//
//	log sum over i of (psi_1(x_i+1) - psi_1(x_i)) psi_2(y_i)
//
// (Emmerich, Yang, Deutz, Wang, Fonseca, 2016). It is exact to rounding however small the improvement; minus infinity
// if there is none.
func (f Frontier) LogEHVI(a, b Normal) float64 {
	if a.SD > 0 && b.SD > 0 {
		total, before := 0.0, math.Inf(-1)
		for i, end := range f.ends {
			z := a.z(end)
			total += rise(before, z) * partial(b.z(f.heights[i]))
			before = z
		}
		if total > linear {
			return math.Log(a.SD) + math.Log(b.SD) + math.Log(total)
		}
	}
	terms, before := make([]float64, len(f.ends)), math.Inf(-1)
	for i, end := range f.ends {
		terms[i] = logRise(a, before, end) + LogEI(f.heights[i], b.SD, b.Mean)
		before = end
	}
	largest := slices.Max(terms)
	if math.IsInf(largest, 0) {
		return largest
	}
	total := 0.0
	for _, t := range terms {
		total += math.Exp(t - largest)
	}
	return largest + math.Log(total)
}

// linear is from where on sums need no logarithms: far from the smallest numbers, near which digits get lost.
const linear = 1e-250

// partial is psi of a standard normal number at z: phi(z) + z Phi(z).
func partial(z float64) float64 {
	if z > -1 {
		return density1(z) + z*cumulative(z)
	}
	return density1(z) * oneLessTMills(-z)
}

func cumulative(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// narrow is the width, for how far out it is, below which the difference of two psi would lose digits. It is then the
// integral of Phi, by three points of Gauss and Legendre, to rounding.
const narrow = 1e-3

// isNarrow says whether the way from a number, which may be minus infinity, to a larger one is.
func isNarrow(from, to float64) bool { return (to-from)*(1+max(-from, -to, 0)) < narrow }

// nodes and shares are those of Gauss and Legendre for three points of the interval from 0 to 1.
var (
	nodes  = [3]float64{0.5 - 0.5*0.7745966692414834, 0.5, 0.5 + 0.5*0.7745966692414834}
	shares = [3]float64{5. / 18, 8. / 18, 5. / 18}
)

// rise is by how much psi of a standard normal number rises from one number to a larger one.
func rise(from, to float64) float64 {
	if !isNarrow(from, to) {
		if math.IsInf(from, -1) {
			return partial(to)
		}
		return partial(to) - partial(from)
	}
	area := 0.0
	for i, x := range nodes {
		area += shares[i] * cumulative(from+x*(to-from))
	}
	return area * (to - from)
}

// logRise is the logarithm of by how much psi of a distribution rises from one number to a larger one.
func logRise(n Normal, from, to float64) float64 {
	if !(n.SD > 0) {
		return math.Log(max(to, n.Mean) - max(from, n.Mean))
	}
	upper := LogEI(to, n.SD, n.Mean)
	if math.IsInf(from, -1) || math.IsInf(upper, -1) {
		return upper
	}
	if a, b := n.z(from), n.z(to); isNarrow(a, b) {
		area := 0.0
		at := LogPI(to, n.SD, n.Mean)
		for i, x := range nodes {
			area += shares[i] * math.Exp(LogPI(from+x*(to-from), n.SD, n.Mean)-at)
		}
		return at + math.Log(area) + math.Log(to-from)
	}
	return upper + math.Log1p(-math.Exp(LogEI(from, n.SD, n.Mean)-upper))
}
