package gp

import (
	"encoding/binary"
	"math"

	"gonum.org/v1/gonum/floats"
)

// pairs are the distances of all pairs of points in the terms of a component. Many pairs have the same: what follows
// from distances is computed once for all of them. Points have few values in a term, so that these are compared.
type pairs struct {
	component Component
	terms     []termValues
	codes     []int32     // by pair of points i >= j, at i(i+1)/2 + j: its distances
	distances [][]float64 // by term: of every code
	known     map[string]int32

	value, slope []float64 // by code: covariance, and its derivative by the weighted distance
	u, q         []float64 // by code: work space
	key          []byte
}

// mostKnown is the number of different distances up to which they are recognised.
const mostKnown = 1 << 18

func newPairs(c Component) pairs {
	p := pairs{component: c, distances: make([][]float64, len(c.Terms)), known: map[string]int32{}}
	for _, t := range c.Terms {
		p.terms = append(p.terms, termValues{shape: c.Shape, term: t, values: map[string]int{}, known: map[uint64]uint64{}})
	}
	return p
}

// add appends the pairs of the last point with all, itself included.
func (p *pairs) add(points [][]float64) {
	for t := range p.terms {
		p.terms[t].add(points)
	}
	for y := range points {
		p.key = p.key[:0]
		for t := range p.terms {
			v := &p.terms[t]
			p.key = binary.AppendUvarint(p.key, v.codes[v.of[y]])
		}
		code, ok := p.known[string(p.key)]
		if !ok {
			code = int32(len(p.distances[0]))
			for t := range p.terms {
				v := &p.terms[t]
				p.distances[t] = append(p.distances[t], v.last[v.of[y]])
			}
			if len(p.known) < mostKnown {
				p.known[string(p.key)] = code
			}
		}
		p.codes = append(p.codes, code)
	}
}

// termValues are the different values that points have in a term.
type termValues struct {
	shape  Shape
	term   Term
	values map[string]int // a value's number, by its bits
	first  []int          // by value: the first point that has it
	of     []int          // by point: its value

	last  []float64 // by value: its distance to the last point
	codes []uint64  // by value: which of all distances that is
	known map[uint64]uint64
	next  uint64
}

// add takes up the last point.
func (v *termValues) add(points [][]float64) {
	x := points[len(points)-1]
	var key []byte
	for _, column := range v.term {
		key = binary.LittleEndian.AppendUint64(key, math.Float64bits(x[column]))
	}
	value, ok := v.values[string(key)]
	if !ok {
		value = len(v.first)
		v.values[string(key)] = value
		v.first = append(v.first, len(points)-1)
	}
	v.of = append(v.of, value)
	v.last, v.codes = v.last[:0], v.codes[:0]
	for _, y := range v.first {
		d := v.shape.distance(v.term, x, points[y])
		v.last, v.codes = append(v.last, d), append(v.codes, v.code(d))
	}
}

// code returns the number of a distance.
func (v *termValues) code(distance float64) uint64 {
	bits := math.Float64bits(distance)
	code, ok := v.known[bits]
	if !ok {
		code = v.next
		v.next++
		if len(v.known) < mostKnown {
			v.known[bits] = code
		}
	}
	return code
}

// row returns the codes of the pairs of point i with all to itself.
func (p *pairs) row(i int) []int32 { return p.codes[i*(i+1)/2:][:i+1] }

// fill computes the covariances, and their derivatives, of all distances.
func (p *pairs) fill(ps parameters) {
	n := len(p.distances[0])
	p.u, p.q = resize(p.u, n), resize(p.q, n)
	p.value, p.slope = resize(p.value, n), resize(p.slope, n)
	clear(p.u)
	for t, d := range p.distances {
		floats.AddScaled(p.u, ps.weights[t], d)
	}
	for i, u := range p.u {
		f, df := p.component.Shape.value(u)
		p.value[i], p.slope[i] = ps.amplitude*f, ps.amplitude*df
	}
}

// gradient computes 1/2 sum over pairs of q times the derivatives of the covariance by the logarithms of amplitude and
// weights. Of q the sum over the pairs of every code is given.
func (p *pairs) gradient(grad []float64, ps parameters) {
	grad[0] = 0.5 * floats.Dot(p.q, p.value)
	floats.MulTo(p.u, p.q, p.slope)
	for t, d := range p.distances {
		grad[1+t] = 0.5 * ps.weights[t] * floats.Dot(p.u, d)
	}
}

func resize(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n, 2*n)
	}
	return s[:n]
}
