package anova

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// columns are those of a design. A raw column is an indicator: of a stratum, or of the levels that the factors of a
// term have together. Coefficients are of fewer: those of a term's raw columns are combined by an orthonormal basis of
// all effects that add up to zero over the levels of each factor, and no level is thus treated unlike another.
type columns struct {
	terms  []Term
	levels []int
	first  []int // raw column of each term; those before the first are of strata
	raw    int

	basis  *mat.Dense // (raw, coefficients)
	of     []int      // the term of each coefficient, -1 for strata
	absent [][]bool   // by factor and level, what no observation has
}

func newColumns(s Sample, terms []Term, strata int) *columns {
	c := &columns{terms: terms, levels: s.Levels, raw: strata}
	for f, n := range s.Levels {
		c.absent = append(c.absent, make([]bool, n))
		for l := range n {
			c.absent[f][l] = true
		}
	}
	for _, x := range s.X {
		for f, level := range x {
			c.absent[f][level] = false
		}
	}
	var blocks []*mat.Dense
	for _, t := range terms {
		c.first = append(c.first, c.raw)
		block := mat.NewDense(1, 1, []float64{1})
		for _, f := range t {
			var next mat.Dense
			part := zeroSum(c.absent[f])
			if block.IsEmpty() || part == nil {
				block = new(mat.Dense)
				break
			}
			next.Kronecker(block, part)
			block = &next
		}
		blocks = append(blocks, block)
		c.raw += c.cells(t)
	}
	c.place(strata, blocks)
	return c
}

// cells is the number of combinations of levels of a term.
func (c *columns) cells(t Term) int {
	n := 1
	for _, f := range t {
		n *= c.levels[f]
	}
	return n
}

// place puts the basis together.
func (c *columns) place(strata int, blocks []*mat.Dense) {
	for range strata {
		c.of = append(c.of, -1)
	}
	for t, b := range blocks {
		if b.IsEmpty() {
			continue
		}
		_, n := b.Dims()
		for range n {
			c.of = append(c.of, t)
		}
	}
	c.basis = mat.NewDense(c.raw, len(c.of), nil)
	for i := range strata {
		c.basis.Set(i, i, 1)
	}
	at := strata
	for t, b := range blocks {
		if b.IsEmpty() {
			continue
		}
		rows, n := b.Dims()
		c.basis.Slice(c.first[t], c.first[t]+rows, at, at+n).(*mat.Dense).Copy(b)
		at += n
	}
}

// zeroSum returns an orthonormal basis, as columns, of the effects of a factor's levels that add up to zero, those of
// absent levels being zero: Helmert's contrasts. It is nil if fewer than two levels are there.
func zeroSum(absent []bool) *mat.Dense {
	var there []int
	for l, gone := range absent {
		if !gone {
			there = append(there, l)
		}
	}
	if len(there) < 2 {
		return nil
	}
	b := mat.NewDense(len(absent), len(there)-1, nil)
	for k := 1; k < len(there); k++ {
		scale := 1 / math.Sqrt(float64(k*(k+1)))
		for _, l := range there[:k] {
			b.Set(l, k-1, scale)
		}
		b.Set(there[k], k-1, -float64(k)*scale)
	}
	return b
}

// row appends the raw columns that are 1 in an observation.
func (c *columns) row(to []int, x []int, stratum int) []int {
	to = append(to, stratum)
	for t, term := range c.terms {
		to = append(to, c.first[t]+c.cell(term, x))
	}
	return to
}

// cell is the number of the combination of levels of a term, the last factor's level the least significant.
func (c *columns) cell(t Term, x []int) int {
	at := 0
	for _, f := range t {
		at = at*c.levels[f] + x[f]
	}
	return at
}

// missing says whether some level of a term's combination occurs in no observation.
func (c *columns) missing(t Term, cell int) bool {
	for i := len(t) - 1; i >= 0; i-- {
		f := t[i]
		if c.absent[f][cell%c.levels[f]] {
			return true
		}
		cell /= c.levels[f]
	}
	return false
}
