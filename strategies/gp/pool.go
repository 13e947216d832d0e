package gp

import (
	"math"
	"slices"
)

// Pool finds the best of a fixed set of points, exactly, under a posterior that grows. For every observation it keeps
// the covariances k of all points with it and, for the few points for which it is needed, the solution v of L v = k.
type Pool struct {
	atlas     *atlas
	posterior *Posterior
	prior     float64     // variance
	alone     float64     // the inverse of an observation's variance, and a little less
	distances []distances // by observation, for the atlas

	points    int
	observed  int
	with      covariances // of all points with all observations
	nearest   []float64   // by point: its largest covariance
	v         [][]float64 // by point: the entries that are there
	explained []float64   // by point: |v|^2 so far, the variance that the observations explain

	// Work space.
	column []float64
	bands  bands
	queue  queue
}

// NewPool returns a pool of at most 65,536 points.
func NewPool(k Kernel, points [][]float64) *Pool {
	n := len(points)
	return &Pool{
		atlas: newAtlas(k, points), points: n, with: newCovariances(n),
		v: make([][]float64, n), explained: make([]float64, n), column: make([]float64, n), nearest: make([]float64, n),
	}
}

// Condition takes over a posterior. Its first observations are those of the posterior before, if there was one.
func (p *Pool) Condition(post *Posterior) {
	p.posterior = post
	p.prior = post.kernel.Variance(post.theta)
	p.alone = (1 - 1e-9) / (p.prior + noise(post.theta) + jitter)
	for i := range p.v {
		p.v[i] = p.v[i][:0]
	}
	clear(p.explained)
	clear(p.nearest)
	p.observed = 0
	p.Extend()
}

// Extend takes note of what the posterior has observed since.
func (p *Pool) Extend() {
	post := p.posterior
	ps := post.kernel.parameters(post.theta)
	for o := p.observed; o < post.Len(); o++ {
		if o == len(p.distances) {
			p.distances = append(p.distances, p.atlas.distances(post.points[o]))
		}
		p.atlas.covariances(p.column, ps, p.distances[o])
		p.with.set(o, p.column)
		for i, k := range p.column {
			if k > p.nearest[i] {
				p.nearest[i] = k
			}
		}
	}
	p.observed = post.Len()
}

// Truncate forgets all observations but the first n, as the posterior has done.
func (p *Pool) Truncate(n int) {
	row := make([]float64, p.observed)
	for i := range p.points {
		p.with.row(row[n:], i, n)
		if n < p.observed && slices.Max(row[n:]) >= p.nearest[i] {
			p.with.row(row[:n], i, 0)
			p.nearest[i] = 0
			for _, k := range row[:n] {
				p.nearest[i] = max(p.nearest[i], k)
			}
		}
	}
	p.observed = n
	p.distances = p.distances[:min(n, len(p.distances))]
	for i, v := range p.v {
		if len(v) > n {
			p.v[i] = v[:n]
			p.explained[i] = squares(0, p.v[i])
		}
	}
}

// Rating rates the prospects of points; larger is better. It must not fall as the mean grows.
type Rating struct {
	// Offset is what a point's mean has besides what the observations say. If nil it is zero.
	Offset func(i int) float64
	// Rate is the rating of a point.
	Rate func(mean, sd float64) float64
	// Bound is no smaller than Rate at the same mean and any smaller standard deviation, and must not fall as the mean
	// or the deviation grows. If nil it is Rate.
	Bound func(mean, sd float64) float64
	// Skip excludes points.
	Skip func(i int) bool
}

// Maximize returns the point with the largest rating, of several the first; false if all are excluded. Weights
// are those of the posterior for all observations.
//
// A standard deviation costs O(n^2), but any part of that work gives a bound: so the most promising point is
// worked on until it is known to be the best, and most points never are. Most are not even rated: points of about the
// same deviation are taken in the order of their means. Of these, too, there are bounds until a point's deviation is
// known.
func (p *Pool) Maximize(weights []float64, r Rating) (best int, ok bool) {
	if r.Bound == nil {
		r.Bound = r.Rate
	}
	means := p.with.ceilings(weights, p.prior)
	if r.Offset != nil {
		for i := range means {
			means[i] += r.Offset(i)
		}
	}
	p.bands.divide(means, p.variance)
	queue := p.queue[:0]
	defer func() { p.queue = queue }()
	for b := range p.bands.all {
		queue.pushBand(b, p.bands.bound(b, means, r.Bound))
	}
	for len(queue) > 0 {
		top := &queue[0]
		switch {
		case top.band >= 0:
			band := top.band
			i := p.bands.take(band, means)
			if p.bands.empty(band) {
				queue.pop()
			} else {
				top.rating = p.bands.bound(band, means, r.Bound)
				queue.sink(0)
			}
			if r.Skip == nil || !r.Skip(i) {
				queue.push(prospect{point: i, band: -1, rating: r.Bound(means[i], p.deviation(i))})
			}
			continue
		case top.exact:
			return top.point, true
		case len(p.v[top.point]) == len(weights):
			mean := p.with.dot(top.point, weights)
			if r.Offset != nil {
				mean += r.Offset(top.point)
			}
			top.rating, top.exact = r.Rate(mean, p.deviation(top.point)), true
		default:
			p.solve(top.point, len(weights))
			top.rating = r.Bound(means[top.point], p.deviation(top.point))
		}
		queue.sink(0)
	}
	return 0, false
}

// deviation is the posterior standard deviation of a point, or an upper bound while it is not solved for.
func (p *Pool) deviation(i int) float64 { return math.Sqrt(p.variance(i)) }

// variance is the square of the deviation. Before a point is solved for, it is known that all observations explain no
// less than the one with the largest covariance does.
func (p *Pool) variance(i int) float64 {
	explained := p.explained[i]
	if len(p.v[i]) < p.observed {
		explained = max(explained, p.nearest[i]*p.nearest[i]*p.alone)
	}
	return max(p.prior-explained, 0)
}

// solve doubles what is known of a point's v.
func (p *Pool) solve(i, n int) {
	have := len(p.v[i])
	next := min(max(2*have, 16), n)
	v := slices.Grow(p.v[i], next-have)[:next]
	p.with.row(v[have:], i, have)
	p.posterior.factor.solveFrom(have, v, v)
	p.explained[i] = squares(p.explained[i], v[have:])
	p.v[i] = v
}

// squares adds squares one by one, so that the sum does not depend on how the work was cut up.
func squares(sum float64, v []float64) float64 {
	for _, x := range v {
		sum += x * x
	}
	return sum
}
