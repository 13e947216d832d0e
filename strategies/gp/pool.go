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
	columns   [][]float64 // by observation, and beyond them space: covariances of all points
	nearest   []float64   // by point: its largest covariance
	v         [][]float64 // by point: the entries that are there
	explained []float64   // by point: |v|^2 so far, the variance that the observations explain

	// Work space.
	means []float64
	bands bands
}

// NewPool returns a pool of at most 65,536 points for a kernel of Exponential and RBF components.
func NewPool(k Kernel, points [][]float64) *Pool {
	n := len(points)
	return &Pool{
		atlas: newAtlas(k, points), points: n,
		v: make([][]float64, n), explained: make([]float64, n), means: make([]float64, n), nearest: make([]float64, n),
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
		if o == len(p.columns) {
			p.columns = append(p.columns, make([]float64, p.points))
		}
		p.atlas.covariances(p.columns[o], ps, p.distances[o])
		for i, k := range p.columns[o] {
			p.nearest[i] = max(p.nearest[i], k)
		}
	}
	p.observed = post.Len()
}

// Truncate forgets all observations but the first n, as the posterior has done.
func (p *Pool) Truncate(n int) {
	for i := range p.points {
		for _, column := range p.columns[n:p.observed] {
			if column[i] < p.nearest[i] {
				continue
			}
			p.nearest[i] = 0
			for _, kept := range p.columns[:n] {
				p.nearest[i] = max(p.nearest[i], kept[i])
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
// same deviation are taken in the order of their means.
func (p *Pool) Maximize(weights []float64, r Rating) (best int, ok bool) {
	if r.Bound == nil {
		r.Bound = r.Rate
	}
	means := p.predict(weights)
	if r.Offset != nil {
		for i := range means {
			means[i] += r.Offset(i)
		}
	}
	p.bands.divide(means, p.variance)
	var queue queue
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
			top.rating, top.exact = r.Rate(means[top.point], p.deviation(top.point)), true
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
	for o := have; o < next; o++ {
		v[o] = p.columns[o][i]
	}
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

// A mean is summed as [floats.Dot] sums, in four parts, so that it is the same number; of so many points at a time.
const (
	parts = 4
	tile  = 256
)

// predict returns the means of all points, which are valid until it is called again.
func (p *Pool) predict(weights []float64) []float64 {
	var sums [parts][tile]float64
	for first := 0; first < p.points; first += tile {
		n := min(tile, p.points-first)
		clear(sums[:])
		o := 0
		for ; o+4*parts <= len(weights); o += 4 * parts {
			for part := range parts {
				addFour(sums[part][:n], first, parts, weights[o+part:], p.columns[o+part:])
			}
		}
		for ; o+parts <= len(weights); o += parts {
			for part := range parts {
				addOne(sums[part][:n], weights[o+part], p.columns[o+part][first:])
			}
		}
		for ; o < len(weights); o++ {
			addOne(sums[0][:n], weights[o], p.columns[o][first:])
		}
		for i := range n {
			p.means[first+i] = (sums[0][i] + sums[2][i]) + (sums[1][i] + sums[3][i])
		}
	}
	return p.means
}

// addFour adds, in this order, what four columns, each step behind the one before, contribute to points from first on.
func addFour(sums []float64, first, step int, weights []float64, columns [][]float64) {
	n := len(sums)
	w0, w1, w2, w3 := weights[0], weights[step], weights[2*step], weights[3*step]
	c0, c1 := columns[0][first:][:n], columns[step][first:][:n]
	c2, c3 := columns[2*step][first:][:n], columns[3*step][first:][:n]
	for i, s := range sums {
		sums[i] = s + w0*c0[i] + w1*c1[i] + w2*c2[i] + w3*c3[i]
	}
}

func addOne(sums []float64, weight float64, column []float64) {
	column = column[:len(sums)]
	for i, s := range sums {
		sums[i] = s + weight*column[i]
	}
}
