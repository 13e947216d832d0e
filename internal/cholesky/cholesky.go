// Package cholesky decomposes and inverts positive definite matrices of some hundred rows, on one thread, with vector
// instructions where a processor has them. It takes a quarter of the time of gonum's LAPACK, whose vectors are of 128
// bits and whose sums are not kept in registers. On amd64 factors are gonum's to the bit.
package cholesky

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
)

const (
	block = 64        // rows that are decomposed at a time, as in LAPACK
	tall  = 2 * block // rows to which is added at a time, so that what is added is copied for many
	strip = 16        // rows that are solved for at a time
	wide  = 64        // columns that are solved for at a time, which caches hold
)

// Decomposition is the work space of decompositions.
type Decomposition struct {
	tile tileFunc
	a    [tall * depth]float64
	b    [wide / tileColumns * pitch]float64
}

// New returns a work space.
func New() *Decomposition { return &Decomposition{tile: fastest()} }

// Factorize replaces the upper triangle of a symmetric matrix of n rows by U with U^T U = A; the rest of a is spoilt.
// False if the matrix is not positive definite.
func (d *Decomposition) Factorize(a []float64, n int) bool {
	m := panel{a, n, n}
	for i := 0; i < n; i += block {
		size, right := min(block, n-i), n-min(i+block, n)
		if first := i / tall * tall; first == i {
			d.add(m.at(i, i, n-i), m.at(0, i, min(tall, n-i)), m.at(0, i, n-i), i, term{negative: true, upper: true})
		} else {
			d.add(m.at(i, i, n-i), m.at(first, i, size), m.at(first, i, n-i), i-first, term{negative: true, upper: true})
		}
		corner := blas64.Symmetric{Uplo: blas.Upper, N: size, Stride: n, Data: a[i*n+i:]}
		if _, ok := lapack64.Potrf(corner); !ok {
			return false
		}
		if right > 0 {
			d.solve(m.at(i, i, size), m.at(i, i+size, right))
		}
	}
	return true
}

// solve replaces b by U^-T b, where the upper triangle u has as many rows as b.
func (d *Decomposition) solve(u, b panel) {
	for j := 0; j < b.columns; j += wide {
		d.solveSome(u, b.at(0, j, min(wide, b.columns-j)))
	}
}

// solveSome is solve for at most [wide] columns of b.
func (d *Decomposition) solveSome(u, b panel) {
	for i := 0; i < u.columns; i += strip {
		size := min(strip, u.columns-i)
		rows := b.at(i, 0, b.columns)
		if i > 0 {
			d.add(rows, u.at(0, i, size), b, i, term{negative: true})
		}
		corner := blas64.Triangular{
			Uplo: blas.Upper, Diag: blas.NonUnit, N: size, Stride: u.stride, Data: u.at(i, i, size).data,
		}
		to := blas64.General{Rows: size, Cols: b.columns, Stride: b.stride, Data: rows.data}
		blas64.Trsm(blas.Left, blas.Trans, 1, corner, to)
	}
}

// Solve replaces b by A^-1 b, where [Decomposition.Factorize] made u of A. It sums in the order of LAPACK, which solves
// for many columns and is slow for one.
func Solve(u, b []float64) {
	n := len(b)
	for i := range n {
		row := u[i*n : (i+1)*n]
		b[i] *= 1 / row[i]
		floats.AddScaled(b[i+1:], -b[i], row[i+1:])
	}
	for i := n - 1; i >= 0; i-- {
		row := u[i*n : (i+1)*n]
		sum := b[i]
		for k := i + 1; k < n; k++ {
			sum -= float64(row[k] * b[k]) // rounded, where the two could be one instruction
		}
		b[i] = sum * (1 / row[i])
	}
}

// Invert replaces the upper triangle of u, which [Decomposition.Factorize] made of a matrix of n rows, by that of the
// matrix's inverse; the rest of u is spoilt. Space has as many elements as u.
func (d *Decomposition) Invert(u, space []float64, n int) {
	factor, v := panel{u, n, n}, panel{space[:n*n], n, n}
	clear(v.data)
	for i := 0; i < n; i += tall { // v = U^-T, a lower triangle
		size := min(tall, n-i)
		for r := i; r < i+size; r++ {
			v.data[r*n+r] = 1
		}
		for k := 0; k < i; k += block {
			columns := min(k+block, n)
			d.add(v.at(i, 0, columns), factor.at(k, i, size), v.at(k, 0, columns), columns-k, term{negative: true})
		}
		d.solve(factor.at(i, i, size), v.at(i, 0, i+size))
	}
	clear(factor.data)
	for i := 0; i < n; i += tall { // v^T v
		size := min(tall, n-i)
		for k := i; k < n; k += block {
			end := min(k+block, n)
			d.add(factor.at(i, i, end-i), v.at(k, i, min(size, end-i)), v.at(k, i, end-i), end-k, term{upper: true})
		}
	}
}
