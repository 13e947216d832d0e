package gp

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// factor is a Cholesky factor L that grows row by row: extending it by one point costs O(n^2).
type factor struct {
	rows [][]float64 // row i has i+1 entries
}

// extend adds the row of a point with the given covariances to the points before it and variance. A variance
// that the others explain wholly is raised step by step; false if that was in vain.
func (f *factor) extend(cov []float64, variance float64) bool {
	n := len(f.rows)
	row := make([]float64, n+1)
	f.solve(row[:n], cov)
	rest := variance - floats.Dot(row[:n], row[:n])
	for extra := jitter; !(rest > 0); extra *= 10 {
		if extra > maxJitter*variance {
			return false
		}
		rest += extra
	}
	row[n] = math.Sqrt(rest)
	f.rows = append(f.rows, row)
	return true
}

// solve computes dst = L^-1 b for the first len(b) rows.
func (f *factor) solve(dst, b []float64) { f.solveFrom(0, dst, b) }

// solveFrom is solve where dst holds the first entries already.
func (f *factor) solveFrom(first int, dst, b []float64) {
	for i := first; i < len(b); i++ {
		row := f.rows[i]
		dst[i] = (b[i] - floats.Dot(row[:i], dst[:i])) / row[i]
	}
}

// solveTransposed computes L^-T b in place.
func (f *factor) solveTransposed(b []float64) {
	for i := len(b) - 1; i >= 0; i-- {
		row := f.rows[i]
		b[i] /= row[i]
		floats.AddScaled(b[:i], -b[i], row[:i])
	}
}
