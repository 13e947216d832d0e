package ops

import (
	"math"

	"github.com/nassearch/nassearch/space/nasbench201"
)

// plain is an activation (images, channels, side, side) in float64, for a slow and obvious version of the operators.
type plain struct {
	n, c, s int
	v       []float64
}

func zeros(n, c, s int) plain { return plain{n, c, s, make([]float64, n*c*s*s)} }

func (p plain) at(n, c, y, x int) float64 {
	if y < 0 || y >= p.s || x < 0 || x >= p.s {
		return 0
	}
	return p.v[((n*p.c+c)*p.s+y)*p.s+x]
}

// each calls f for every value's coordinates.
func (p plain) each(f func(i, n, c, y, x int)) {
	for i := range p.v {
		f(i, i/(p.c*p.s*p.s), i/(p.s*p.s)%p.c, i/p.s%p.s, i%p.s)
	}
}

func (p plain) add(q plain) plain {
	out := zeros(p.n, p.c, p.s)
	for i := range out.v {
		out.v[i] = p.v[i] + q.v[i]
	}
	return out
}

func (p plain) relu() plain {
	out := zeros(p.n, p.c, p.s)
	for i, v := range p.v {
		out.v[i] = math.Max(v, 0)
	}
	return out
}

func (p plain) conv(w []float64, out, k, stride int) plain {
	y := zeros(p.n, out, p.s/stride)
	y.each(func(i, n, o, row, col int) {
		for c := range p.c {
			for ky := range k {
				for kx := range k {
					y.v[i] += w[((o*p.c+c)*k+ky)*k+kx] * p.at(n, c, row*stride+ky-k/2, col*stride+kx-k/2)
				}
			}
		}
	})
	return y
}

// pool is the average over a window of k pixels, the padding not counted.
func (p plain) pool(k, stride, pad int) plain {
	y := zeros(p.n, p.c, p.s/stride)
	y.each(func(i, n, c, row, col int) {
		count := 0
		for ky := range k {
			for kx := range k {
				iy, ix := row*stride+ky-pad, col*stride+kx-pad
				if iy >= 0 && iy < p.s && ix >= 0 && ix < p.s {
					y.v[i] += p.at(n, c, iy, ix)
					count++
				}
			}
		}
		y.v[i] /= float64(count)
	})
	return y
}

// reference computes an operator with parameters and statistics by name.
type reference struct {
	tensors  map[string][]float64
	training bool
}

func (r reference) norm(p plain, name string) plain {
	y := zeros(p.n, p.c, p.s)
	for c := range p.c {
		mean, variance := r.tensors[name+".running_mean"][c], r.tensors[name+".running_var"][c]
		if r.training {
			mean, variance = p.moments(c)
		}
		y.each(func(i, _, channel, _, _ int) {
			if channel == c {
				y.v[i] = (p.v[i]-mean)/math.Sqrt(variance+normEps)*r.tensors[name+".weight"][c] + r.tensors[name+".bias"][c]
			}
		})
	}
	return y
}

func (p plain) moments(channel int) (mean, variance float64) {
	count := float64(p.n * p.s * p.s)
	p.each(func(i, _, c, _, _ int) {
		if c == channel {
			mean += p.v[i] / count
		}
	})
	p.each(func(i, _, c, _, _ int) {
		if c == channel {
			variance += (p.v[i] - mean) * (p.v[i] - mean) / count
		}
	})
	return mean, variance
}

func (r reference) stem(p plain, out int) plain {
	return r.norm(p.conv(r.tensors["stem.0.weight"], out, 3, 1), "stem.1")
}

func (r reference) reluConvNorm(p plain, name string, out, k, stride int) plain {
	return r.norm(p.relu().conv(r.tensors[name+".1.weight"], out, k, stride), name+".2")
}

func (r reference) reduction(p plain) plain {
	a := r.reluConvNorm(p, "r.conv_a.op", 2*p.c, 3, 2)
	b := r.reluConvNorm(a, "r.conv_b.op", 2*p.c, 3, 1)
	return b.add(p.pool(2, 2, 0).conv(r.tensors["r.downsample.1.weight"], 2*p.c, 1, 1))
}

func (r reference) cell(p plain, c nasbench201.Cell) plain {
	nodes := []plain{p}
	for to := 1; to < nasbench201.Nodes; to++ {
		sum := zeros(p.n, p.c, p.s)
		for e, op := range c {
			from, target := nasbench201.Ends(e)
			if target != to {
				continue
			}
			in := nodes[from]
			name := "c.layers." + string(rune('0'+e)) + ".op"
			switch op {
			case nasbench201.Skip:
				sum = sum.add(in)
			case nasbench201.Pool:
				sum = sum.add(in.pool(3, 1, 1))
			case nasbench201.Conv1x1:
				sum = sum.add(r.reluConvNorm(in, name, p.c, 1, 1))
			case nasbench201.Conv3x3:
				sum = sum.add(r.reluConvNorm(in, name, p.c, 3, 1))
			}
		}
		nodes = append(nodes, sum)
	}
	return nodes[nasbench201.Nodes-1]
}

func (r reference) head(p plain, classes int) plain {
	pooled := r.norm(p, "last").relu().pool(p.s, p.s, 0)
	y := pooled.conv(r.tensors["linear.weight"], classes, 1, 1)
	y.each(func(i, _, k, _, _ int) { y.v[i] += r.tensors["linear.bias"][k] })
	return y
}
