package anova

import (
	"math"

	"github.com/nassearch/nassearch/internal/stats"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Effect is how far one combination of a term's levels lies above the mean of all, each level counting the same.
type Effect struct {
	Known    bool // the design tells it from the other effects
	Value    float64
	Interval *stats.Interval // of 95 %; nil where there are no more clusters than columns to fit
	P        float64         // two-sided, against none; 1 without an interval
}

// Effects fits some terms, given by their numbers, and returns the effects of each, in their order: by combination of
// levels, the last factor's level the least significant.
func (m *Model) Effects(terms []int) [][]Effect {
	in := m.of(terms)
	full := mat.NewSymDense(len(in), nil)
	moments := mat.NewVecDense(len(in), nil)
	basis := mat.NewDense(m.columns.raw, len(in), nil)
	for i, a := range in {
		moments.SetVec(i, m.moments[a])
		for r := range m.columns.raw {
			basis.Set(r, i, m.columns.basis.At(r, a))
		}
		for j := i; j < len(in); j++ {
			full.SetSym(i, j, m.gram.At(a, in[j]))
		}
	}
	m.settle(full, basis, terms)
	inverse, rank := generalised(full)
	var coefficients, values mat.VecDense
	coefficients.MulVec(inverse, moments)
	values.MulVec(basis, &coefficients)
	known := func(int) bool { return true }
	if rank < len(in) {
		known = estimable(basis, inverse, full)
	}
	errors := m.standardErrors(basis, inverse, terms)
	all := make([][]Effect, len(terms))
	for i, t := range terms {
		for cell := range m.columns.cells(m.columns.terms[t]) {
			at := m.columns.first[t] + cell
			e := Effect{P: 1}
			if known(at) && !m.columns.missing(m.columns.terms[t], cell) {
				e = m.effect(values.AtVec(at), errors, at)
			}
			all[i] = append(all[i], e)
		}
	}
	return all
}

// effect is an effect with its interval, in the units of the sample.
func (m *Model) effect(value float64, errors []float64, at int) Effect {
	e := Effect{Known: true, Value: value * m.scale, P: 1}
	if errors == nil {
		return e
	}
	half := m.quantile() * errors[at]
	e.Interval = &stats.Interval{Low: (value - half) * m.scale, High: (value + half) * m.scale}
	switch {
	case errors[at] > 0:
		e.P = 2 * m.student().Survival(math.Abs(value)/errors[at])
	case math.Abs(value) > rounding:
		e.P = 0
	}
	return e
}

// settle has the main effects of fixed levels add up to zero over the factors: what the data cannot tell from what
// strata have in common is told by definition. Data that do tell it are left as they are.
func (m *Model) settle(full *mat.SymDense, basis *mat.Dense, terms []int) {
	data := mat.NewSymDense(full.SymmetricDim(), nil)
	data.CopySym(full)
	for _, level := range m.sample.Fixed {
		indicator := mat.NewVecDense(m.columns.raw, nil)
		for _, t := range terms {
			term := m.columns.terms[t]
			if len(term) == 1 && level < m.columns.levels[term[0]] && !m.columns.absent[term[0]][level] {
				indicator.SetVec(m.columns.first[t]+level, 1)
			}
		}
		var u, image mat.VecDense
		u.MulVec(basis.T(), indicator)
		norm := u.Norm(2)
		if norm == 0 {
			continue
		}
		direction := m.free(data, &u)
		image.MulVec(data, direction)
		if image.Norm(2) > independent*mat.Trace(data)*direction.Norm(2) {
			continue
		}
		size := mat.Trace(data) / float64(data.SymmetricDim()) / (norm * norm)
		full.SymRankOne(full, size, &u)
	}
}

// free takes from a direction of main effects what strata can take over: the direction in which the fit does not
// change, if there is one.
func (m *Model) free(full *mat.SymDense, u *mat.VecDense) *mat.VecDense {
	strata := 0
	for _, t := range m.columns.of {
		if t < 0 {
			strata++
		}
	}
	out := mat.VecDenseCopyOf(u)
	for s := range strata { // their columns are orthogonal
		product := 0.
		for k := strata; k < u.Len(); k++ {
			product += full.At(s, k) * u.AtVec(k)
		}
		out.SetVec(s, -product/full.At(s, s))
	}
	return out
}

// estimable says of a raw column whether its effect follows from the data: if its row of the basis is in the span of
// the design's rows.
func estimable(basis *mat.Dense, inverse, full *mat.SymDense) func(raw int) bool {
	var projection, image mat.Dense
	projection.Mul(inverse, full)
	image.Mul(basis, &projection)
	image.Sub(&image, basis)
	return func(raw int) bool { return floats.Norm(image.RawRowView(raw), math.Inf(1)) < 1e-6 }
}

// standardErrors are those of the raw columns' effects, robust to differences between clusters and to likeness within;
// nil where there are no more clusters than columns to fit.
func (m *Model) standardErrors(basis *mat.Dense, inverse *mat.SymDense, terms []int) []float64 {
	s := m.fit(terms)
	n := len(m.y)
	if s.rank >= m.clusters {
		return nil
	}
	meat := congruent(basis, m.scores(s.residuals))
	var bread, half mat.Dense
	bread.Mul(basis, inverse)
	half.Mul(&bread, meat)
	correct := m.finite() * float64(n-1) / float64(n-s.rank)
	errors := make([]float64, m.columns.raw)
	for r := range errors {
		errors[r] = math.Sqrt(max(0, correct*mat.Dot(half.RowView(r), bread.RowView(r))))
	}
	return errors
}

// scores adds up, over the clusters, the square of the sum of residuals times raw columns.
func (m *Model) scores(residuals []float64) *mat.SymDense {
	members := make([][]int, m.clusters)
	for i, c := range m.sample.Cluster {
		members[c] = append(members[c], i)
	}
	sum := mat.NewSymDense(m.columns.raw, nil)
	raw := sum.RawSymmetric()
	score, seen := make([]float64, m.columns.raw), make([]int, m.columns.raw)
	for c, of := range members {
		var touched []int
		for _, i := range of {
			for _, a := range m.rows[i] {
				if seen[a] != c+1 {
					seen[a], score[a] = c+1, 0
					touched = append(touched, a)
				}
				score[a] += residuals[i]
			}
		}
		for _, a := range touched {
			for _, b := range touched {
				if b >= a {
					raw.Data[a*raw.Stride+b] += score[a] * score[b]
				}
			}
		}
	}
	return sum
}
