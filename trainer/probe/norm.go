package probe

import (
	"math"

	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/trainer/kernel"
)

const (
	normEps      = 1e-5 // added to the variance
	normMomentum = 0.1  // weight of a batch in the running statistics
)

// norm is batch norm (Ioffe and Szegedy, ICML 2015) of an activation z: y = a z + b per channel, with a = gamma inv,
// b = beta - a mean, inv = 1 / sqrt(variance + eps), by the statistics of the batch or the running ones. Without
// parameters it is the identity, where a network has no norm.
type norm struct {
	grid
	gamma, beta             *parameter // nil: identity
	runningMean, runningVar []float64

	a, b      []float64
	mean, inv []float64
	moments   []kernel.Moments

	// Along the direction z moves by z', mean and inv by these, and y by p z' + q z + r.
	meanMoved, invMoved []float64
	p, q, r             []float64

	back      gradient
	backMoved gradient // its derivative: what is to be added to u dy' + v z'
	cross     gradient // sums alone, of dy and z'

	first, second []float64 // sums over a band
}

// gradient is by z, given that by y, dy: u dy + v z + w, after the sums over all of dy and of dy (z - mean).
type gradient struct{ u, v, w, plain, moment []float64 }

func newNorm(g grid) *norm {
	n := &norm{grid: g, moments: make([]kernel.Moments, g.channels)}
	for _, v := range []*[]float64{
		&n.a, &n.b, &n.mean, &n.inv, &n.meanMoved, &n.invMoved, &n.p, &n.q, &n.r, &n.first, &n.second,
		&n.back.u, &n.back.v, &n.back.w, &n.back.plain, &n.back.moment,
		&n.backMoved.u, &n.backMoved.v, &n.backMoved.w, &n.backMoved.plain, &n.backMoved.moment,
		&n.cross.plain, &n.cross.moment,
	} {
		*v = kernel.Alloc[float64](g.channels)
	}
	for c := range g.channels {
		n.a[c], n.p[c], n.back.u[c] = 1, 1, 1
	}
	return n
}

func (n *norm) identity() bool { return n.gamma == nil }

// byBatch reports whether it normalises by the statistics of the batch.
func (n *norm) byBatch(p *pass) bool { return p.mode == measure.Training && !n.identity() }

// count is over how many values the statistics are.
func (n *norm) count(p *pass) float64 { return float64(p.images * n.h * n.w) }

// read adds a band of z to the statistics of the batch, if they matter.
func (n *norm) read(p *pass, z []float64, b band) {
	if !n.byBatch(p) {
		return
	}
	mask, images := p.in(b.block)
	values := float64(images * n.pixels(b))
	p.kernel.Stats(n.rows(z, b), mask, n.channels, n.pixels(b), values, n.first, n.second)
	for c := range n.moments {
		n.moments[c].Add(kernel.Moments{Count: values, Mean: n.first[c], M2: n.second[c]})
	}
}

// settle sets a and b, after all of z was read, and moves the running statistics in training.
func (n *norm) settle(p *pass) {
	if n.identity() {
		return
	}
	for c := range n.channels {
		mean, variance := n.runningMean[c], n.runningVar[c]
		if n.byBatch(p) {
			m := n.moments[c]
			mean, variance = m.Mean, m.M2/m.Count
			n.runningMean[c] += normMomentum * (mean - n.runningMean[c])
			n.runningVar[c] += normMomentum * (m.M2/math.Max(m.Count-1, 1) - n.runningVar[c])
			n.moments[c] = kernel.Moments{}
		}
		n.mean[c], n.inv[c] = mean, 1/math.Sqrt(variance+normEps)
		n.a[c] = n.gamma.values[c] * n.inv[c]
		n.b[c] = n.beta.values[c] - n.a[c]*mean
	}
}

// write writes a band of y, added to what is there if add, and its positive part to rect, which may be nil.
func (n *norm) write(p *pass, y, rect, z []float64, b band, add bool) {
	p.kernel.Affine(n.rows(y, b), n.rows(rect, b), n.rows(z, b), n.a, n.b, n.channels, n.pixels(b), add)
}

// sumInto adds to g the sums over a band of dy and of dy (z - mean).
func (n *norm) sumInto(p *pass, g *gradient, dy, z, mean []float64, b band) {
	p.kernel.NormSums(n.rows(dy, b), n.rows(z, b), mean, n.channels, n.pixels(b), n.first, n.second)
	for c := range n.channels {
		g.plain[c] += n.first[c]
		g.moment[c] += n.second[c]
	}
}

// forget sets the sums to zero.
func (g *gradient) forget() {
	clear(g.plain)
	clear(g.moment)
}

// readAlong adds a band of z' to the sums that the derivatives of the batch's statistics need.
func (n *norm) readAlong(p *pass, z, moved []float64, b band) {
	if n.byBatch(p) {
		n.sumInto(p, &n.cross, moved, z, n.mean, b)
	}
}

// settleAlong sets p, q and r, after all of z' was read. With x = (z - mean) inv, x moves by
// inv (z' - mean of z' - x mean of z' x).
func (n *norm) settleAlong(p *pass) {
	if n.identity() {
		return
	}
	count := n.count(p)
	for c := range n.channels {
		inv, gamma := n.inv[c], n.gamma.values[c]
		n.meanMoved[c], n.invMoved[c] = 0, 0
		if n.byBatch(p) {
			n.meanMoved[c] = n.cross.plain[c] / count
			n.invMoved[c] = -inv * inv * inv * n.cross.moment[c] / count
		}
		n.p[c], n.q[c] = gamma*inv, n.gamma.direction(c)*inv+gamma*n.invMoved[c]
		n.r[c] = n.beta.direction(c) - n.q[c]*n.mean[c] - gamma*inv*n.meanMoved[c]
	}
	n.cross.forget()
}

// writeAlong writes a band of p z' + q z + r, added to what is there if add; without z' it stands still.
func (n *norm) writeAlong(p *pass, y, z, moved []float64, b band, add bool) {
	u := n.p
	if moved == nil {
		moved, u = z, p.zeros
	}
	n.combine(p, n.rows(y, b), moved, z, u, n.q, n.r, b, add)
}

// combine writes a band of u dy + v z + w to dst, which holds these rows alone, added to what is there if add.
func (n *norm) combine(p *pass, dst, dy, z, u, v, w []float64, b band, add bool) {
	to := dst
	if add {
		to = p.part[:len(dst)]
	}
	mask, _ := p.in(b.block)
	p.kernel.NormBack(to, n.rows(dy, b), n.rows(z, b), u, v, w, mask, n.channels, n.pixels(b))
	if add {
		p.kernel.Affine(dst, nil, to, p.ones, p.zeros, n.channels, n.pixels(b), true)
	}
}
