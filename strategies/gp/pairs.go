package gp

import (
	"encoding/binary"
	"math"

	"gonum.org/v1/gonum/floats"
)

// pairs are the distances of all pairs of points in the terms of a component. Many pairs have the same: what follows
// from distances is computed once for all of them.
type pairs struct {
	component Component
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
	return pairs{component: c, distances: make([][]float64, len(c.Terms)), known: map[string]int32{}}
}

// add appends the pairs of the last point with all, itself included.
func (p *pairs) add(points [][]float64) {
	x := points[len(points)-1]
	d := make([]float64, len(p.component.Terms))
	for _, y := range points {
		p.key = p.key[:0]
		for t, term := range p.component.Terms {
			d[t] = p.component.distance(term, x, y)
			p.key = binary.LittleEndian.AppendUint64(p.key, math.Float64bits(d[t]))
		}
		code, ok := p.known[string(p.key)]
		if !ok {
			code = int32(len(p.distances[0]))
			for t := range d {
				p.distances[t] = append(p.distances[t], d[t])
			}
			if len(p.known) < mostKnown {
				p.known[string(p.key)] = code
			}
		}
		p.codes = append(p.codes, code)
	}
}

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
