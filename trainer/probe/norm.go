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

	// Along the direction: dz stands for the derivative of z, and that of y is p dz + q z + r.
	meanMoved, invMoved []float64
	p, q, r             []float64

	back, backMoved gradient
	cross           gradient // sums alone, of dy and the derivative of z

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
		n.a[c], n.p[c], n.back.u[c], n.backMoved.u[c] = 1, 1, 1, 1
	}
	return n
}

func (n *norm) identity() bool { return n.gamma == nil }

// byBatch reports whether it normalises by the statistics of the batch.
func (n *norm) byBatch(p *pass) bool { return p.mode == measure.Training && !n.identity() }

// count is over how many values the statistics are.
func (n *norm) count(p *pass) float64 { return float64(p.images * n.h * n.w) }

// measure adds a band of z to the statistics of the batch.
func (n *norm) measure(p *pass, z []float64, b band) {
	mask, images := p.in(b.block)
	values := float64(images * n.pixels(b))
	p.kernel.Stats(n.rows(z, b), mask, n.channels, n.pixels(b), values, n.first, n.second)
	for c := range n.moments {
		n.moments[c].Add(kernel.Moments{Count: values, Mean: n.first[c], M2: n.second[c]})
	}
}

// set sets a and b, after all of z was measured if it normalises by the batch; then running statistics move.
func (n *norm) set(p *pass) {
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

// apply writes a band of y, added to what is there if add, and its positive part to rect, which may be nil.
func (n *norm) apply(p *pass, y, rect, z []float64, b band, add bool) {
	p.kernel.Affine(n.rows(y, b), n.rows(rect, b), n.rows(z, b), n.a, n.b, n.channels, n.pixels(b), add)
}

// sum adds to g the sums over a band of dy and of dy (z - mean).
func (n *norm) sum(p *pass, g *gradient, dy, z, mean []float64, b band) {
	p.kernel.NormSums(n.rows(dy, b), n.rows(z, b), mean, n.channels, n.pixels(b), n.first, n.second)
	for c := range n.channels {
		g.plain[c] += n.first[c]
		g.moment[c] += n.second[c]
	}
}

// combine writes a band of u dy + v z + w to dst, which holds these rows alone.
func (n *norm) combine(p *pass, dst, dy, z, u, v, w []float64, b band) {
	mask, _ := p.in(b.block)
	p.kernel.NormBack(dst, n.rows(dy, b), n.rows(z, b), u, v, w, mask, n.channels, n.pixels(b))
}

// setAlong sets p, q and r, after all of the derivative of z was summed into backMoved if it normalises by the batch.
// With x = (z - mean) inv, its derivative is inv (dz - mean of dz - x mean of dz x).
func (n *norm) setAlong(p *pass) {
	if n.identity() {
		return
	}
	count := n.count(p)
	for c := range n.channels {
		inv, gamma := n.inv[c], n.gamma.values[c]
		n.meanMoved[c], n.invMoved[c] = 0, 0
		if n.byBatch(p) {
			n.meanMoved[c] = n.backMoved.plain[c] / count
			n.invMoved[c] = -inv * inv * inv * n.backMoved.moment[c] / count
		}
		aMoved := n.gamma.direction(c)*inv + gamma*n.invMoved[c]
		n.p[c], n.q[c] = gamma*inv, aMoved
		n.r[c] = n.beta.direction(c) - aMoved*n.mean[c] - gamma*inv*n.meanMoved[c]
	}
	n.backMoved.forget()
}

// forget sets the sums to zero.
func (g *gradient) forget() {
	clear(g.plain)
	clear(g.moment)
}

// differentiate sets what the gradient by z needs, and the gradients by the parameters: with x = (z - mean) inv,
// dz = gamma inv (dy - mean of dy - x mean of dy x), the means 0 if it normalises by the running statistics.
func (n *norm) differentiate(p *pass, dy, z []float64) {
	if n.identity() {
		return
	}
	g := &n.back
	g.forget()
	if !n.byBatch(p) {
		copy(g.u, n.a)
		clear(g.v)
		clear(g.w)
	}
	if !n.byBatch(p) && !p.wants.Parameters && !p.along {
		return
	}
	n.strips(p.blocks, func(b band) { n.sum(p, g, dy, z, n.mean, b) })
	for c := range n.channels {
		n.gamma.gradient[c], n.beta.gradient[c] = g.moment[c]*n.inv[c], g.plain[c]
	}
	if n.byBatch(p) {
		n.byMeans(p)
	}
}

func (n *norm) byMeans(p *pass) {
	g, count := &n.back, n.count(p)
	for c := range n.channels {
		a, inv := n.a[c], n.inv[c]
		g.u[c] = a
		g.v[c] = -a * inv * inv * g.moment[c] / count
		g.w[c] = -a*g.plain[c]/count - g.v[c]*n.mean[c]
	}
}

// differentiateAlong sets what the derivative of the gradient by z needs, and the derivatives of those by the
// parameters, after differentiate: dyMoved and zMoved are the derivatives of dy and z.
func (n *norm) differentiateAlong(p *pass, dy, z, dyMoved, zMoved []float64) {
	if n.identity() {
		return
	}
	g, m, cross, count := &n.back, &n.backMoved, &n.cross, n.count(p)
	m.forget()
	cross.forget()
	n.strips(p.blocks, func(b band) {
		n.sum(p, m, dyMoved, z, n.mean, b)
		if zMoved != nil {
			n.sum(p, cross, dy, zMoved, n.meanMoved, b)
		}
	})
	for c := range n.channels {
		inv, invMoved, mean := n.inv[c], n.invMoved[c], n.mean[c]
		m.moment[c] += cross.moment[c]
		n.gamma.gradient[c] = m.moment[c]*inv + g.moment[c]*invMoved
		n.beta.gradient[c] = m.plain[c]
		gamma, gammaMoved := n.gamma.values[c], n.gamma.direction(c)
		a, aMoved := n.a[c], gammaMoved*inv+gamma*invMoved
		m.u[c] = aMoved
		m.v[c], m.w[c] = 0, 0
		if n.byBatch(p) {
			cube := inv * inv * inv
			m.v[c] = -(gammaMoved*cube*g.moment[c] + 3*gamma*inv*inv*invMoved*g.moment[c] + gamma*cube*m.moment[c]) / count
			m.w[c] = -(aMoved*g.plain[c]+a*m.plain[c])/count - m.v[c]*mean - g.v[c]*n.meanMoved[c]
		}
	}
	m.forget()
}
