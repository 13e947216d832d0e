package gp

// Joint finds the best of a fixed set of points, exactly, under several posteriors with the same observations.
type Joint []*Pool

// JointRating rates the prospects of points, which have a distribution in each pool; larger is better. Distributions
// are valid until the function returns.
type JointRating struct {
	// Rate must not fall as a deviation grows.
	Rate func(i int, of []Normal) float64
	// Bound is no smaller than Rate, neither falls it, and takes less time.
	Bound func(i int, of []Normal) float64
	// Skip excludes points.
	Skip func(i int) bool
}

// Maximize is [Pool.Maximize] for all pools together: a point is rated as soon as its bound is the largest that is
// left, with all deviations solved for. Weights are those of the posteriors.
func (j Joint) Maximize(weights [][]float64, r JointRating) (best int, ok bool) {
	means := make([][]float64, len(j))
	for k, p := range j {
		means[k] = p.with.dots(weights[k])
	}
	of := make([]Normal, len(j))
	rated := func(i int, by func(int, []Normal) float64) float64 {
		for k, p := range j {
			of[k] = Normal{means[k][i], p.deviation(i)}
		}
		return by(i, of)
	}
	var queue queue
	for i := range j[0].points {
		if r.Skip == nil || !r.Skip(i) {
			queue.push(prospect{point: i, band: -1, rating: rated(i, r.Bound)})
		}
	}
	for len(queue) > 0 {
		top := &queue[0]
		switch {
		case top.exact:
			return top.point, true
		case j.solve(top.point, len(weights[0])):
			top.rating = rated(top.point, r.Bound)
		default:
			top.rating, top.exact = rated(top.point, r.Rate), true
		}
		queue.sink(0)
	}
	return 0, false
}

// solve works on the deviations of a point; false if there is nothing left to do.
func (j Joint) solve(i, n int) (worked bool) {
	for _, p := range j {
		if len(p.v[i]) < n {
			p.solve(i, n)
			worked = true
		}
	}
	return worked
}
