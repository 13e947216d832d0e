package gp

import (
	"math"

	"github.com/nassearch/nassearch/internal/lanes"
	"gonum.org/v1/gonum/floats"
)

// factor is a Cholesky factor L that grows row by row: extending it by one point costs O(n^2). Its rows are kept
// [lanes.Rows] at a time, all as long as the last of them, so that dot products are taken with all of them at once.
type factor struct {
	n      int
	blocks [][]float64
}

// extend adds the row of a point with the given covariances to the points before it and variance. A variance
// that the others explain wholly is raised step by step; false if that was in vain.
func (f *factor) extend(cov []float64, variance float64) bool {
	n := f.n
	if n == len(f.blocks)*lanes.Rows {
		f.blocks = append(f.blocks, make([]float64, lanes.Rows*(n+lanes.Rows)))
	}
	row := f.row(n)
	f.solve(row[:n], cov)
	rest := variance - lanes.Dot(row[:n], row[:n])
	for extra := jitter; !(rest > 0); extra *= 10 {
		if extra > maxJitter*variance {
			return false
		}
		rest += extra
	}
	row[n] = math.Sqrt(rest)
	f.n++
	return true
}

// truncate forgets all rows but the first n.
func (f *factor) truncate(n int) {
	f.n = n
	f.blocks = f.blocks[:(n+lanes.Rows-1)/lanes.Rows]
}

// row returns the i+1 entries of row i.
func (f *factor) row(i int) []float64 {
	block, stride := f.block(i)
	return block[i%lanes.Rows*stride:][:i+1]
}

// block returns the rows that are kept with row i, and how far they are apart.
func (f *factor) block(i int) (rows []float64, stride int) {
	at := i / lanes.Rows
	return f.blocks[at], (at + 1) * lanes.Rows
}

// solve computes dst = L^-1 b for the first len(b) rows.
func (f *factor) solve(dst, b []float64) { f.solveFrom(0, dst, b) }

// solveFrom is solve where dst holds the first entries already.
func (f *factor) solveFrom(first int, dst, b []float64) {
	for i := first; i < len(b); {
		next := min(i/lanes.Rows*lanes.Rows+lanes.Rows, len(b))
		if next-i > 1 {
			f.solveBlock(i, dst, b[:next])
		} else {
			row := f.row(i)
			dst[i] = (b[i] - lanes.Dot(row[:i], dst[:i])) / row[i]
		}
		i = next
	}
}

// solveBlock is solveFrom for rows that are kept together. It sums as if they were taken one by one.
func (f *factor) solveBlock(first int, dst, b []float64) {
	block, stride := f.block(first)
	var sums [lanes.Rows * lanes.Count]float64
	before := stride - lanes.Rows
	lanes.Add(sums[:], stride, block, dst[:before])
	for i := first; i < len(b); i++ {
		row, sum := block[i%lanes.Rows*stride:], sums[i%lanes.Rows*lanes.Count:]
		for j := before; j < i; j++ {
			sum[0] += float64(row[j] * dst[j])
		}
		dst[i] = (b[i] - lanes.Total(sum)) / row[i]
	}
}

// solveTransposed computes L^-T b in place.
func (f *factor) solveTransposed(b []float64) {
	for i := len(b) - 1; i >= 0; i-- {
		row := f.row(i)
		b[i] /= row[i]
		floats.AddScaled(b[:i], -b[i], row[:i])
	}
}
