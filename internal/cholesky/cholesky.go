// Package cholesky decomposes and inverts positive definite matrices of some hundred rows, on one thread, with vector
// instructions where a processor has them. It takes a fifth of the time of gonum's LAPACK, whose vectors are of 128
// bits and whose sums are not kept in registers. On amd64 factors are gonum's to the bit.
package cholesky

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// block is the number of tiles that are decomposed at a time: 64 rows, as in LAPACK.
const block = 8

// Decomposition is a symmetric matrix A, its factor U with U^T U = A, or its inverse, whatever was computed last.
type Decomposition struct {
	kernel kernel
	rows   int
	upper  panels // of A, U, or A's inverse
	lower  panels // work space: U^-T
	corner [block * block * tileSize]float64
}

// New returns a decomposition of no rows.
func New() *Decomposition { return &Decomposition{kernel: fastest(), lower: panels{lower: true}} }

// Reset makes room for a matrix of n rows, which is to be written by [Decomposition.Columns].
func (d *Decomposition) Reset(n int) {
	d.rows = n
	d.upper.resize(n)
	if past := n % Side; past > 0 {
		last := d.upper.count - 1
		clear(d.upper.tiles(last, 0, d.upper.count))
		d.upper.identity(last, past)
	}
}

// Columns returns [Side] columns, the first of them a multiple of that: row by row down to their diagonal, rows [Side]
// apart. What is below the diagonal, and columns that are too many, mean nothing.
func (d *Decomposition) Columns(first int) []float64 {
	return d.upper.tiles(first/Side, 0, d.upper.bottom(first/Side))
}

// Factorize replaces the matrix by its factor. False if the matrix is not positive definite.
func (d *Decomposition) Factorize() bool {
	u := &d.upper
	for first := 0; first < u.count; first += block {
		columns := span{first, min(first+block, u.count)}
		for above := 0; above < first; above += block {
			rows := span{above, above + block}
			multiply(d.kernel.subtract, u, u, u, rows, columns, span{0, above})
			d.solve(u, rows, columns)
		}
		multiply(d.kernel.subtract, u, u, u, columns, columns, span{0, first})
		if !d.factorizeCorner(columns) {
			return false
		}
	}
	return true
}

// factorizeCorner factorizes a block on the diagonal.
func (d *Decomposition) factorizeCorner(of span) bool {
	n := (of.to - of.from) * Side
	for j := range n {
		column := d.upper.tiles(of.from+j/Side, of.from, of.from+j/Side+1)
		for i := range j + 1 {
			d.corner[i*n+j] = column[i*Side+j%Side]
		}
	}
	if _, ok := lapack64.Potrf(blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: n, Data: d.corner[:n*n]}); !ok {
		return false
	}
	for j := range n {
		column := d.upper.tiles(of.from+j/Side, of.from, of.from+j/Side+1)
		for i := range j + 1 {
			column[i*Side+j%Side] = d.corner[i*n+j]
		}
	}
	return true
}

// solve replaces these tiles of c by U^-T times them, where U has the same rows only.
func (d *Decomposition) solve(c *panels, rows, columns span) {
	for j := columns.from; j < columns.to; j++ {
		first := max(rows.from, c.top(j))
		for i := first; i < rows.to; i++ {
			d.kernel.subtract(c.tile(i, j), d.upper.tiles(i, first, i), c.tiles(j, first, i))
			divide(c.tile(i, j), d.upper.tile(i, i))
		}
	}
}

// LogDet is the logarithm of the determinant of the matrix that was factorized.
func (d *Decomposition) LogDet() float64 {
	sum := 0.0
	for i := range d.rows {
		sum += 2 * math.Log(d.at(i, i))
	}
	return sum
}

// at is an element of the upper triangle.
func (d *Decomposition) at(i, j int) float64 { return d.upper.tile(i/Side, j/Side)[i%Side*Side+j%Side] }

// Solve replaces b by A^-1 b, where A was factorized. It sums in the order of LAPACK, which solves for many columns and
// is slow for one.
func (d *Decomposition) Solve(b []float64) {
	for first := 0; first < len(b); first += Side {
		var sums [Side]float64
		some := b[first:min(first+Side, len(b))]
		columns := d.Columns(first)
		copy(sums[:], some)
		for i, v := range b[:first] {
			for j, u := range (*[Side]float64)(columns[i*Side:]) {
				sums[j] -= float64(v * u) // rounded, where the two could be one instruction
			}
		}
		corner := columns[first*Side:]
		for i := range some {
			some[i] = sums[i] * (1 / corner[i*Side+i])
			for j := i + 1; j < Side; j++ {
				sums[j] -= float64(some[i] * corner[i*Side+j])
			}
		}
	}
	for i := len(b) - 1; i >= 0; i-- {
		sum, first := b[i], i/Side*Side
		for j := i + 1; j < min(first+Side, len(b)); j++ {
			sum -= float64(d.at(i, j) * b[j])
		}
		for at := first + Side; at < len(b); at += Side {
			row := d.Columns(at)[i*Side:]
			for j, v := range b[at:min(at+Side, len(b))] {
				sum -= float64(row[j] * v)
			}
		}
		b[i] = sum * (1 / d.at(i, i))
	}
}

// Invert replaces the factor by the inverse of the matrix that was factorized.
func (d *Decomposition) Invert() {
	u, v := &d.upper, &d.lower
	v.resize(d.rows)
	clear(v.data)
	for first := 0; first < v.count; first += block { // v = U^-T
		columns := span{first, min(first+block, v.count)}
		for j := columns.from; j < columns.to; j++ {
			v.identity(j, 0)
		}
		for below := first; below < v.count; below += block {
			rows := span{below, min(below+block, v.count)}
			multiply(d.kernel.subtract, v, u, v, rows, columns, span{first, below})
			d.solve(v, rows, columns)
		}
	}
	clear(u.data)
	for first := 0; first < u.count; first += block { // v^T v
		columns := span{first, min(first+block, u.count)}
		for above := 0; above <= first; above += block {
			rows := span{above, min(above+block, u.count)}
			multiply(d.kernel.add, u, v, v, rows, columns, span{first, u.count})
		}
	}
}
