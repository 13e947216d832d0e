package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Interval is a confidence interval.
type Interval struct{ Low, High float64 }

// Correlation is a coefficient of correlation of N pairs.
type Correlation struct {
	Value float64 // in [-1, 1]
	P     float64 // two-sided, against no association
	N     int

	limit    float64 // what |Value| is cut to before its Fisher transform
	variance float64 // of the Fisher transform
}

// Interval is the interval of Fisher's z: atanh of the coefficient is taken as normal with variance
//
//	(1 + rho^2/2) / (n - 3)  Spearman (Bonett and Wright, Psychometrika 2000)
//	0.437 / (n - 4)          Kendall (Fieller, Hartley and Pearson, Biometrika 1957)
//
// They are approximations, good up to a rho of about .95 and a tau of about .8 and
// without many ties. Few perfectly ordered pairs are no proof of a perfect order: a correlation of 1 is
// taken as half a step below 1, the step being one exchange of neighbours, and the interval reaches up to 1.
// Where n is too small for the formula it is all of [-1, 1].
func (c Correlation) Interval(confidence float64) (Interval, error) {
	if err := share("confidence", confidence); err != nil {
		return Interval{}, err
	}
	if !(c.variance > 0) || math.IsInf(c.variance, 1) {
		return Interval{-1, 1}, nil
	}
	z := math.Atanh(min(max(c.Value, -c.limit), c.limit))
	half := mathext.NormalQuantile((1+confidence)/2) * math.Sqrt(c.variance)
	return Interval{min(math.Tanh(z-half), c.Value), max(math.Tanh(z+half), c.Value)}, nil
}

// Spearman is the rank correlation rho: the product-moment correlation of the ranks, equal values sharing their mean
// rank. Its p-value is that of Student's t with n - 2 degrees of freedom, an approximation that is too small for few
// pairs: below about 10 rather use Kendall's, which is exact. ErrConstant: one side does not vary.
func Spearman(x, y []float64) (Correlation, error) {
	if err := pairs(ordered, x, y); err != nil {
		return Correlation{}, err
	}
	dx, groupsX := rank(x)
	dy, groupsY := rank(y)
	if len(groupsX) == 1 || len(groupsY) == 1 {
		return Correlation{}, fmt.Errorf("stats: no correlation: %w", ErrConstant)
	}
	n := float64(len(x))
	for i := range dx { // without rounding, so that a perfect order is 1
		dx[i] -= (n + 1) / 2
		dy[i] -= (n + 1) / 2
	}
	rho := productMoment(dx, dy)
	return Correlation{
		Value: rho, P: studentP(rho, len(x)), N: len(x),
		limit: 1 - 6/(n*(n*n-1)), variance: (1 + rho*rho/2) / (n - 3),
	}, nil
}

// productMoment is the sum of the products of deviations over the root of the product of their sums of squares.
func productMoment(dx, dy []float64) float64 {
	var xx, yy, xy float64
	for i := range dx {
		xx += dx[i] * dx[i]
		yy += dy[i] * dy[i]
		xy += dx[i] * dy[i]
	}
	return min(max(xy/math.Sqrt(xx*yy), -1), 1)
}

// studentP is the p-value of a correlation of n pairs by Student's t; 1 for two pairs, which always fit a line.
func studentP(r float64, n int) float64 {
	if n < 3 {
		return 1
	}
	freedom := float64(n - 2)
	t := r * math.Sqrt(freedom/((1-r)*(1+r)))
	if math.IsInf(t, 0) {
		return 0
	}
	return mathext.RegIncBeta(freedom/2, .5, freedom/(freedom+t*t))
}
