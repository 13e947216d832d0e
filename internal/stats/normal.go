package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// normalQuantile is the inverse of normalCDF.
func normalQuantile(p float64) float64 { return mathext.NormalQuantile(p) }

// studentTwoSided is the probability that Student's t with so many degrees of freedom is beyond |t|.
func studentTwoSided(t, freedom float64) float64 {
	if math.IsInf(t, 0) {
		return 0
	}
	return mathext.RegIncBeta(freedom/2, .5, freedom/(freedom+t*t))
}

// normalCDF is the probability that a standard normal variable is at most z, precise in the lower tail.
func normalCDF(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
