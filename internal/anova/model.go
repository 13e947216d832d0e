package anova

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Model is a sample with the terms that may explain it.
type Model struct {
	sample   Sample
	columns  *columns
	clusters int
	scale    float64   // of y
	y        []float64 // about 0, and at most 1
	rows     [][]int   // raw columns of each observation
	gram     *mat.SymDense
	moments  []float64           // of the coefficients' columns with y
	fits     map[string]solution // by the terms in it
}

// solution is a fit of some of the terms.
type solution struct {
	coefficients []float64 // zero for what is not in it
	rank         int
	residuals    []float64
}

// New prepares the fit of a sample by terms. It is [ErrConstant] if there is nothing to explain.
func New(s Sample, terms []Term) (*Model, error) {
	if err := s.check(terms); err != nil {
		return nil, err
	}
	m := &Model{sample: s, fits: map[string]solution{}}
	strata := 0
	m.sample.Stratum, strata = numbered(s.Stratum, len(s.Y), false)
	m.sample.Cluster, m.clusters = numbered(s.Cluster, len(s.Y), true)
	m.columns = newColumns(m.sample, terms, strata)
	m.normalise()
	m.sums()
	if rss(m.fit(nil).residuals) == 0 {
		return nil, fmt.Errorf("within every stratum %w", ErrConstant)
	}
	return m, nil
}

// normalise takes y from its middle, in units of its largest distance from there: no square of it overflows.
func (m *Model) normalise() {
	low, high := slices.Min(m.sample.Y), slices.Max(m.sample.Y)
	middle := low/2 + high/2
	m.scale = max(high-middle, middle-low)
	m.y = make([]float64, len(m.sample.Y))
	for i, v := range m.sample.Y {
		m.y[i] = (v - middle) / m.scale
	}
}

// sums computes the Gram matrix of the coefficients' columns, and their products with y, from the few raw columns that
// are not 0 in an observation.
func (m *Model) sums() {
	c := m.columns
	raw := mat.NewSymDense(c.raw, nil)
	moments := mat.NewVecDense(c.raw, nil)
	for i, x := range m.sample.X {
		row := c.row(nil, x, m.sample.Stratum[i])
		m.rows = append(m.rows, row)
		addSquare(raw, row, 1)
		for _, a := range row {
			moments.SetVec(a, moments.AtVec(a)+m.y[i])
		}
	}
	m.gram = congruent(c.basis, raw)
	var small mat.VecDense
	small.MulVec(c.basis.T(), moments)
	m.moments = small.RawVector().Data
}

// addSquare adds to a matrix the square of an indicator of ascending positions.
func addSquare(to *mat.SymDense, at []int, times float64) {
	raw := to.RawSymmetric()
	for i, a := range at {
		row := raw.Data[a*raw.Stride:]
		for _, b := range at[i:] {
			row[b] += times
		}
	}
}

// congruent returns B'AB.
func congruent(b *mat.Dense, a mat.Symmetric) *mat.SymDense {
	var ab, bab mat.Dense
	ab.Mul(a, b)
	bab.Mul(b.T(), &ab)
	n, _ := bab.Dims()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, (bab.At(i, j)+bab.At(j, i))/2)
		}
	}
	return s
}

// fit fits some terms, given by their numbers, beside the strata.
func (m *Model) fit(terms []int) solution {
	key := fmt.Sprint(terms)
	if s, ok := m.fits[key]; ok {
		return s
	}
	in := m.of(terms)
	part := mat.NewSymDense(len(in), nil)
	for i, a := range in {
		for j := i; j < len(in); j++ {
			part.SetSym(i, j, m.gram.At(a, in[j]))
		}
	}
	inverse, rank := generalised(part)
	s := solution{coefficients: make([]float64, len(m.moments)), rank: rank}
	for i, a := range in {
		for j, b := range in {
			s.coefficients[a] += inverse.At(i, j) * m.moments[b]
		}
	}
	s.residuals = m.residuals(s.coefficients)
	m.fits[key] = s
	return s
}

// of lists the coefficients of terms, and of the strata.
func (m *Model) of(terms []int) (in []int) {
	for k, t := range m.columns.of {
		if t < 0 || slices.Contains(terms, t) {
			in = append(in, k)
		}
	}
	return in
}

// residuals are what a fit leaves of y. What is no more than rounding is nothing.
func (m *Model) residuals(coefficients []float64) []float64 {
	var effects mat.VecDense
	effects.MulVec(m.columns.basis, mat.NewVecDense(len(coefficients), coefficients))
	left := slices.Clone(m.y)
	for i, row := range m.rows {
		for _, a := range row {
			left[i] -= effects.AtVec(a)
		}
		if math.Abs(left[i]) < rounding {
			left[i] = 0
		}
	}
	return left
}

// rounding is what numbers up to 1 may be wrong by after a fit.
const rounding = 1e-12

// independent is the share of a column's square that must lie outside of the span of the others.
const independent = 1e-9

// generalised returns an inverse G of a positive semidefinite matrix A, in the sense of AGA = A and GAG = G, and the
// rank: that of the largest part that pivots find independent (LAPACK's pstrf), zero elsewhere.
func generalised(a *mat.SymDense) (*mat.SymDense, int) {
	n := a.SymmetricDim()
	inverse := mat.NewSymDense(n, nil)
	most := 0.
	for i := range n {
		most = max(most, a.At(i, i))
	}
	if most == 0 {
		return inverse, 0
	}
	var c mat.PivotedCholesky
	c.Factorize(a, independent*most)
	rank, pivots := c.Rank(), c.ColumnPivots(nil)
	head := mat.NewSymDense(rank, nil)
	for i := range rank {
		for j := i; j < rank; j++ {
			head.SetSym(i, j, a.At(pivots[i], pivots[j]))
		}
	}
	var whole mat.Cholesky
	whole.Factorize(head)
	var part mat.SymDense
	_ = whole.InverseTo(&part) // the pivots bound the condition number
	for i := range rank {
		for j := i; j < rank; j++ {
			inverse.SetSym(pivots[i], pivots[j], part.At(i, j))
		}
	}
	return inverse, rank
}

// rss is the sum of squares.
func rss(residuals []float64) (sum float64) {
	for _, r := range residuals {
		sum += r * r
	}
	return sum
}
