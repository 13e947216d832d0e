package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// ShareDifference returns the interval of the difference of two shares, a of n less b of m: Newcombe's (Statistics in
// Medicine 1998, method 10), which combines Wilson's intervals of both and holds where a share is 0 or 1.
func ShareDifference(a, n, b, m int, confidence float64) (Interval, error) {
	if n < 1 || m < 1 || a < 0 || a > n || b < 0 || b > m {
		return Interval{}, fmt.Errorf("stats: the shares %d of %d and %d of %d", a, n, b, m)
	}
	if err := share("confidence", confidence); err != nil {
		return Interval{}, err
	}
	p, q := float64(a)/float64(n), float64(b)/float64(m)
	of, other := wilson(p, float64(n), confidence), wilson(q, float64(m), confidence)
	return Interval{
		Low:  p - q - math.Hypot(p-of.Low, other.High-q),
		High: p - q + math.Hypot(of.High-p, q-other.Low),
	}, nil
}

// wilson is Wilson's interval of a share of n (JASA 1927).
func wilson(p, n, confidence float64) Interval {
	z := mathext.NormalQuantile((1 + confidence) / 2)
	middle, scale := p+z*z/(2*n), 1+z*z/n
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return Interval{max(0, middle-half) / scale, min(scale, middle+half) / scale}
}

// MeanDifference returns the interval of the difference of two means, that of x less that of y, whose variances may
// differ: Welch's (Biometrika 1947), of Student's t with Satterthwaite's degrees of freedom. Both samples need two
// values. Where neither varies the interval is the difference itself.
func MeanDifference(x, y []float64, confidence float64) (Interval, error) {
	if err := share("confidence", confidence); err != nil {
		return Interval{}, err
	}
	var means, errors, squares [2]float64
	for i, sample := range [][]float64{x, y} {
		d, err := Describe(sample)
		if err == nil && d.N < 2 {
			err = fmt.Errorf("stats: a sample of one value has no variance")
		}
		if err != nil {
			return Interval{}, err
		}
		means[i], errors[i] = d.Mean, d.StdDev*d.StdDev/float64(d.N)
		squares[i] = errors[i] * errors[i] / float64(d.N-1)
	}
	difference, variance := means[0]-means[1], errors[0]+errors[1]
	if variance == 0 {
		return Interval{difference, difference}, nil
	}
	freedom := variance * variance / (squares[0] + squares[1])
	half := distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile((1+confidence)/2) * math.Sqrt(variance)
	return Interval{difference - half, difference + half}, nil
}
