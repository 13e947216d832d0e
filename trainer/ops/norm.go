package ops

import (
	"math"

	"github.com/nassearch/nassearch/trainer/kernel"
)

const (
	normEps      = 1e-5 // added to the variance
	normMomentum = 0.1  // weight of a batch in the running statistics
)

// tensors are an operator's inputs of one run besides the activation.
type tensors struct {
	params, stats, lanes []float32
}

// norm is batch norm (Ioffe and Szegedy, ICML 2015) of an activation z of the grid's size: y = a z + b per channel,
// with a = gamma / sqrt(var + eps) and b = beta - a mean; mean and var are those of the batch in training, else the
// running ones.
type norm struct {
	ctx                     *Context
	g                       grid
	gamma, beta             int // offsets in the parameters
	runningMean, runningVar int // offsets in the statistics
	a, b                    []float32
	mean, inv               []float32 // of the batch
	dA, dB, dC              []float32 // dz = dA dy + dB z + dC
	chunks                  int       // strips of a unit, at most; each is summed in float32, all together in float64
	first, second           []float32 // sums by unit, chunk and channel
	moments                 []kernel.Moments
	totals                  [][2]float64
}

func newNorm(ctx *Context, l *Layout, name string, g grid) *norm {
	c := g.channels
	n := &norm{ctx: ctx, g: g}
	n.gamma, n.beta = l.param(name+".weight", 0, 1, c), l.param(name+".bias", 0, 0, c)
	n.runningMean, n.runningVar = l.stat(name+".running_mean", 0, c), l.stat(name+".running_var", 1, c)
	for _, v := range []*[]float32{&n.a, &n.b, &n.mean, &n.inv, &n.dA, &n.dB, &n.dC} {
		*v = kernel.Alloc[float32](c)
	}
	n.moments, n.totals = make([]kernel.Moments, c), make([][2]float64, c)
	for u := range g.bands {
		strips := 0
		_, from, to := g.unit(u)
		g.strips(from, to, func(int, int) { strips++ })
		n.chunks = max(n.chunks, strips)
	}
	size := g.units() * n.chunks * c
	n.first, n.second = ctx.scratch("first sums", size), ctx.scratch("second sums", size)
	return n
}

// overChunks calls f for the strips of a unit with the range of their sums.
func (n *norm) overChunks(u int, f func(block, from, to, at, end int)) {
	block, from, to := n.g.unit(u)
	at := u * n.chunks * n.g.channels
	n.g.strips(from, to, func(from, to int) {
		f(block, from, to, at, at+n.g.channels)
		at += n.g.channels
	})
}

// normalize measures z, strip by strip after write, if there is one, has written it; joins the sums into the batch's
// statistics, moves the running ones towards them and sets a and b.
func (n *norm) normalize(t tensors, z []float32, write func(worker, block, from, to int)) {
	n.ctx.each(n.g.units(), func(worker, u int) {
		n.overChunks(u, func(block, from, to, at, end int) {
			if write != nil {
				write(worker, block, from, to)
			}
			mask, pixels := lanesOf(t.lanes, block), (to-from)*n.g.w
			values, x := float64(max(1, pixels*count(mask))), n.g.rows(z, block, from, to)
			n.ctx.Kernel.Stats(x, mask, n.g.channels, pixels, values, n.first[at:end], n.second[at:end])
		})
	})
	c := n.g.channels
	mean, variance := t.stats[n.runningMean:][:c], t.stats[n.runningVar:][:c]
	clear(n.moments)
	for u := range n.g.units() {
		n.overChunks(u, func(block, from, to, at, _ int) {
			values := float64((to - from) * n.g.w * count(lanesOf(t.lanes, block)))
			for ch := range c {
				n.moments[ch].Add(kernel.Moments{Count: values, Mean: float64(n.first[at+ch]), M2: float64(n.second[at+ch])})
			}
		})
	}
	for ch, m := range n.moments {
		v := m.M2 / m.Count
		n.mean[ch], n.inv[ch] = float32(m.Mean), float32(1/math.Sqrt(v+normEps))
		mean[ch] += normMomentum * (n.mean[ch] - mean[ch])
		variance[ch] += normMomentum * (float32(m.M2/math.Max(m.Count-1, 1)) - variance[ch])
		n.set(ch, t.params, n.mean[ch], n.inv[ch])
	}
}

// useRunning sets a and b from the running statistics.
func (n *norm) useRunning(t tensors) {
	for ch := range n.g.channels {
		inv := 1 / math.Sqrt(float64(t.stats[n.runningVar+ch])+normEps)
		n.set(ch, t.params, t.stats[n.runningMean+ch], float32(inv))
	}
}

func (n *norm) set(ch int, params []float32, mean, inv float32) {
	n.a[ch] = params[n.gamma+ch] * inv
	n.b[ch] = params[n.beta+ch] - n.a[ch]*mean
}

// apply writes rows of y = a z + b, added to y if add, and their positive part to rect; see [kernel.Kernel.Affine].
func (n *norm) apply(y, rect, z []float32, block, from, to int, add bool) {
	y, rect, z = n.g.rows(y, block, from, to), n.g.rows(rect, block, from, to), n.g.rows(z, block, from, to)
	n.ctx.Kernel.Affine(y, rect, z, n.a, n.b, n.g.channels, (to-from)*n.g.w, add)
}

// differentiate adds up what the gradients by gamma and beta need, joins the sums into them, written to dparams, and
// prepares the gradient by z: with x = (z - mean) inv, dz = gamma inv (dy - mean(dy) - x mean(dy x)).
func (n *norm) differentiate(t tensors, dparams, dy, z []float32) {
	n.ctx.each(n.g.units(), func(_, u int) {
		n.overChunks(u, func(block, from, to, at, end int) {
			dy, z := n.g.rows(dy, block, from, to), n.g.rows(z, block, from, to)
			n.ctx.Kernel.NormSums(dy, z, n.mean, n.g.channels, (to-from)*n.g.w, n.first[at:end], n.second[at:end])
		})
	})
	c := n.g.channels
	values := float64(count(t.lanes) * n.g.h * n.g.w)
	clear(n.totals)
	for u := range n.g.units() {
		n.overChunks(u, func(_, _, _, at, _ int) {
			for ch := range c {
				n.totals[ch][0] += float64(n.first[at+ch])
				n.totals[ch][1] += float64(n.second[at+ch])
			}
		})
	}
	for ch := range c {
		sum, moment := n.totals[ch][0], n.totals[ch][1]
		inv, mean := float64(n.inv[ch]), float64(n.mean[ch])
		moment *= inv
		dparams[n.gamma+ch], dparams[n.beta+ch] = float32(moment), float32(sum)
		a := float64(t.params[n.gamma+ch]) * inv
		b := -a * inv * moment / values
		n.dA[ch], n.dB[ch], n.dC[ch] = float32(a), float32(b), float32(-a*sum/values-b*mean)
	}
}

// back writes rows of the gradient by z to dz, which holds these rows alone.
func (n *norm) back(dz, dy, z, lanes []float32, block, from, to int) {
	n.ctx.Kernel.NormBack(dz, n.g.rows(dy, block, from, to), n.g.rows(z, block, from, to),
		n.dA, n.dB, n.dC, lanesOf(lanes, block), n.g.channels, (to-from)*n.g.w)
}
