package gp

import (
	"container/heap"

	"gonum.org/v1/gonum/floats"
)

// Pool finds the best of a fixed set of points, exactly, under a posterior that grows. For every point it keeps
// the covariances k with the observations and, as far as it was needed, the solution v of L v = k.
type Pool struct {
	atlas     *atlas
	posterior *Posterior
	prior     float64     // variance
	distances [][]float64 // by observation, for the atlas
	column    []float64   // covariances of all points with one observation: work space

	points    int
	room      int       // observations that there is space for
	k, v      []float64 // by point, room apart
	solved    []int     // by point: entries of v that are there
	explained []float64 // by point: |v|^2 so far, the variance that the observations explain
}

// NewPool returns a pool of at most 65,536 points for a kernel of Exponential and RBF components.
func NewPool(k Kernel, points [][]float64) *Pool {
	n := len(points)
	return &Pool{
		atlas: newAtlas(k, points), points: n,
		column: make([]float64, n), solved: make([]int, n), explained: make([]float64, n),
	}
}

// Condition takes over a posterior. Its first observations are those of the posterior before, if there was one.
func (p *Pool) Condition(post *Posterior) {
	p.posterior = post
	p.prior = post.kernel.Variance(post.theta)
	clear(p.solved)
	clear(p.explained)
	p.grow(post.Len())
	p.store(0)
}

// Extend takes note of what the posterior has observed since.
func (p *Pool) Extend() {
	p.grow(p.posterior.Len())
	p.store(p.posterior.Len() - 1)
}

// Truncate forgets all observations but the first n, as the posterior has done.
func (p *Pool) Truncate(n int) {
	p.distances = p.distances[:min(n, len(p.distances))]
	for i, have := range p.solved {
		if have > n {
			p.solved[i] = n
			p.explained[i] = squares(0, p.v[i*p.room:][:n])
		}
	}
}

// grow makes space for n observations, of which there are not many more than points.
func (p *Pool) grow(n int) {
	if n <= p.room {
		return
	}
	room := max(n, min(p.room*3/2, p.points), 64)
	for _, old := range []*[]float64{&p.k, &p.v} {
		larger := make([]float64, p.points*room)
		for i := range p.points {
			copy(larger[i*room:], (*old)[i*p.room:][:p.room])
		}
		*old = larger
	}
	p.room = room
}

// store computes the covariances with all observations from the first one on.
func (p *Pool) store(first int) {
	post := p.posterior
	ps := post.kernel.parameters(post.theta)
	for o := first; o < post.Len(); o++ {
		if o == len(p.distances) {
			p.distances = append(p.distances, p.atlas.distances(post.points[o]))
		}
		p.atlas.covariances(p.column, ps, p.distances[o])
		for i, v := range p.column {
			p.k[i*p.room+o] = v
		}
	}
}

// Rating rates the prospects of points; larger is better.
type Rating struct {
	// Rate is the rating of point i.
	Rate func(i int, mean, sd float64) float64
	// Bound is no smaller than Rate at the same mean and any smaller standard deviation. If nil it is Rate,
	// which then must not fall as the deviation grows.
	Bound func(i int, mean, sd float64) float64
	// Skip excludes points.
	Skip func(i int) bool
}

// Maximize returns the point with the largest rating, of several the first; false if all are excluded. Weights
// are those of the posterior for all observations.
//
// A standard deviation costs O(n^2), but any part of that work gives a bound: so the most promising point is
// worked on until it is known to be the best, and most points never are.
func (p *Pool) Maximize(weights []float64, r Rating) (best int, ok bool) {
	bound := r.Bound
	if bound == nil {
		bound = r.Rate
	}
	queue := make(queue, 0, p.points)
	for i := range p.points {
		mean := floats.Dot(p.k[i*p.room:][:len(weights)], weights)
		queue = append(queue, prospect{i, mean, bound(i, mean, p.deviation(i)), false})
	}
	heap.Init(&queue)
	for len(queue) > 0 {
		top := &queue[0]
		switch {
		case r.Skip != nil && r.Skip(top.point):
			heap.Pop(&queue)
			continue
		case top.exact:
			return top.point, true
		case p.solved[top.point] == len(weights):
			top.rating, top.exact = r.Rate(top.point, top.mean, p.deviation(top.point)), true
		default:
			p.solve(top.point, len(weights))
			top.rating = bound(top.point, top.mean, p.deviation(top.point))
		}
		heap.Fix(&queue, 0)
	}
	return 0, false
}

// deviation is the posterior standard deviation of a point, or an upper bound while it is not solved for.
func (p *Pool) deviation(i int) float64 { return deviation(p.prior, p.explained[i]) }

// solve doubles what is known of a point's v.
func (p *Pool) solve(i, n int) {
	have := p.solved[i]
	next := min(max(2*have, 16), n)
	v := p.v[i*p.room:][:next]
	p.posterior.factor.solveFrom(have, v, p.k[i*p.room:][:next])
	p.explained[i] = squares(p.explained[i], v[have:])
	p.solved[i] = next
}

// squares adds squares one by one, so that the sum does not depend on how the work was cut up.
func squares(sum float64, v []float64) float64 {
	for _, x := range v {
		sum += x * x
	}
	return sum
}

// prospect is a point with its rating, or what that cannot exceed.
type prospect struct {
	point  int
	mean   float64
	rating float64
	exact  bool
}

// queue is a heap: the largest rating first, then the smallest number.
type queue []prospect

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q queue) Less(i, j int) bool {
	if q[i].rating != q[j].rating {
		return q[i].rating > q[j].rating
	}
	return q[i].point < q[j].point
}
func (q *queue) Push(x any) { *q = append(*q, x.(prospect)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}
