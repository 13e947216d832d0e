package gp

import (
	"encoding/binary"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Pool predicts at a fixed set of points, all of them after each observation. It keeps for every point the
// covariances k with the observations and the solution v of L v = k, so that one more observation of n costs
// O(n) a point.
type Pool struct {
	kernel Kernel
	points [][]float64
	blocks [][]*block // by component

	posterior *Posterior
	prior     float64
	room      int       // observations that there is space for
	k, v      []float64 // by point, room apart
	explained []float64 // by point: |v|^2, the variance that the observations explain
	column    []float64 // covariances of all points with one observation: work space
}

// block is a part of a component's columns in which the pool's points have few different values. The kernel is
// a product over blocks (for Exponential and RBF), so its values are looked up, not computed.
type block struct {
	terms  []int       // of the component
	codes  []uint16    // by point: which of the values it has
	values [][]float64 // a point with that value
	table  []float64   // by value: work space
}

// maxBlock is the number of different values up to which terms are joined to a block.
const maxBlock = 1024

// NewPool returns a pool of at most 65,536 points for a kernel of Exponential and RBF components.
func NewPool(k Kernel, points [][]float64) *Pool {
	p := &Pool{
		kernel: k, points: points,
		explained: make([]float64, len(points)), column: make([]float64, len(points)),
	}
	for _, c := range k {
		p.blocks = append(p.blocks, split(c, points))
	}
	return p
}

// split joins successive terms while the points have few different values in them.
func split(c Component, points [][]float64) []*block {
	var blocks []*block
	for t := range c.Terms {
		if len(blocks) > 0 {
			last := blocks[len(blocks)-1]
			if joined := newBlock(append(slices.Clone(last.terms), t), c, points); len(joined.values) <= maxBlock {
				blocks[len(blocks)-1] = joined
				continue
			}
		}
		blocks = append(blocks, newBlock([]int{t}, c, points))
	}
	return blocks
}

func newBlock(terms []int, c Component, points [][]float64) *block {
	b := &block{terms: terms, codes: make([]uint16, len(points))}
	known := map[string]uint16{}
	var key []byte
	for i, x := range points {
		key = key[:0]
		for _, t := range terms {
			for _, column := range c.Terms[t] {
				key = binary.LittleEndian.AppendUint64(key, math.Float64bits(x[column]))
			}
		}
		code, ok := known[string(key)]
		if !ok {
			code = uint16(len(b.values))
			known[string(key)] = code
			b.values = append(b.values, x)
		}
		b.codes[i] = code
	}
	b.table = make([]float64, len(b.values))
	return b
}

// Condition starts from a posterior with other hyper-parameters or observations.
func (p *Pool) Condition(post *Posterior) {
	p.posterior = post
	p.prior = p.kernel.Variance(post.theta)
	p.grow(post.Len())
	for o := range post.Len() {
		p.covariances(o)
	}
	for i := range p.points {
		k, v := p.k[i*p.room:][:post.Len()], p.v[i*p.room:][:post.Len()]
		post.factor.solve(v, k)
		p.explained[i] = floats.Dot(v, v)
	}
}

// Extend takes note of the posterior's latest observation.
func (p *Pool) Extend() {
	n := p.posterior.Len()
	p.grow(n)
	p.covariances(n - 1)
	for i := range p.points {
		k, v := p.k[i*p.room:][:n], p.v[i*p.room:][:n]
		p.posterior.factor.solveFrom(n-1, v, k)
		p.explained[i] += v[n-1] * v[n-1]
	}
}

// Truncate forgets all observations but the first n, as the posterior has done.
func (p *Pool) Truncate(n int) {
	for i := range p.points {
		v := p.v[i*p.room:][:n]
		p.explained[i] = floats.Dot(v, v)
	}
}

// grow makes space for n observations.
func (p *Pool) grow(n int) {
	if n <= p.room {
		return
	}
	room := max(2*p.room, n, 64)
	for _, old := range []*[]float64{&p.k, &p.v} {
		larger := make([]float64, len(p.points)*room)
		for i := range p.points {
			copy(larger[i*room:], (*old)[i*p.room:][:p.room])
		}
		*old = larger
	}
	p.room = room
}

// covariances stores the covariances of all points with observation o.
func (p *Pool) covariances(o int) {
	x := p.posterior.points[o]
	for c, params := range p.kernel.parameters(p.posterior.theta) {
		for i, b := range p.blocks[c] {
			b.compare(p.kernel[c], params.weights, x)
			if i == 0 {
				floats.Scale(params.amplitude, b.table)
			}
		}
		p.sum(p.blocks[c], c > 0)
	}
	for i, v := range p.column {
		p.k[i*p.room+o] = v
	}
}

// compare fills the table with the likeness of x and each value.
func (b *block) compare(c Component, weights []float64, x []float64) {
	for i, value := range b.values {
		u := 0.0
		for _, t := range b.terms {
			u += weights[t] * c.distance(c.Terms[t], x, value)
		}
		b.table[i], _ = c.Shape.value(u)
	}
}

// sum puts the product of the blocks' tables into column, or adds it.
func (p *Pool) sum(blocks []*block, add bool) {
	for i := range p.column {
		v := 1.0
		for _, b := range blocks {
			v *= b.table[b.codes[i]]
		}
		if add {
			v += p.column[i]
		}
		p.column[i] = v
	}
}

// Predict stores the mean and standard deviation of the function at every point. Weights are those of the
// posterior for all observations.
func (p *Pool) Predict(mean, sd, weights []float64) {
	for i := range p.points {
		mean[i] = floats.Dot(p.k[i*p.room:][:len(weights)], weights)
		sd[i] = deviation(p.prior, p.explained[i])
	}
}
