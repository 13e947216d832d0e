package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// channelLoop calls body(n) for groups of n channels while as many are left, for every n in turn. p are the pointers
// to a pixel's channel; per are pointers to one number a channel.
func (m *machine) channelLoop(groups []int, p, per []reg.GPVirtual, body func(n int)) {
	channels := integer("channels")
	for _, n := range groups {
		head, end := m.label("channels"), m.label("rest")
		Label(head)
		CMPQ(channels, I32(n))
		JLT(LabelRef(end))
		body(n)
		advance(I32(n*pixelBytes), p...)
		advance(I32(n*m.size), per...)
		SUBQ(I32(n), channels)
		JMP(LabelRef(head))
		Label(end)
	}
}

// overPixels walks the pixels of the channels that p points to; body gets pointers that move.
func (m *machine) overPixels(p []reg.GPVirtual, body func(q []reg.GPVirtual)) {
	pixels, step := integer("pixels"), integer("channels")
	IMUL3Q(I32(pixelBytes), step, step)
	q := make([]reg.GPVirtual, len(p))
	for i := range p {
		q[i] = GP64()
		MOVQ(p[i], q[i])
	}
	m.loop(pixels, func() {
		body(q)
		advance(step, q...)
	})
}

// fold adds the vectors of one channel and then their lanes, into lane 0.
func (m *machine) fold(v []reg.VecVirtual) reg.VecVirtual {
	for len(v) > 1 {
		for i := range len(v) / 2 {
			m.add(v[len(v)-1-i], v[i], v[i])
		}
		v = v[:len(v)/2]
	}
	return m.sum(v[0])
}

// stats writes the mean and the sum of squared deviations of every channel, in two sweeps.
func (m *machine) stats() {
	m.text("stats", "measures the channels of some pixels, see Kernel.",
		"(x, lanes []float32, channels, pixels int, inv float32, mean, m2 []float32)")
	x, lanes, mean, m2 := base("x"), base("lanes"), base("mean"), base("m2")
	across := m.vectors()
	inv := m.scalar("inv")
	m.channelLoop(m.statChannels, []reg.GPVirtual{x}, []reg.GPVirtual{mean, m2}, func(n int) {
		width := m.sumsOf(n)
		sums := m.vecs(n * width)
		each := func(q reg.GPVirtual, do func(c int, at, lanes Mem, sum reg.VecVirtual)) {
			for i := range n * across {
				c, v := i/across, i%across
				at := Mem{Base: q, Disp: c*pixelBytes + v*m.bytes}
				do(c, at, Mem{Base: lanes, Disp: v * m.bytes}, sums[c*width+v%width])
			}
		}
		m.zero(sums...)
		m.overPixels([]reg.GPVirtual{x}, func(q []reg.GPVirtual) {
			each(q[0], func(_ int, at, lanes Mem, sum reg.VecVirtual) {
				v := m.vec()
				VMOVUPS(at, v)
				m.fma231(lanes, v, sum)
			})
		})
		for c := range n {
			s := m.fold(sums[c*width : (c+1)*width])
			m.mulOne(inv.AsX(), s.AsX(), s.AsX())
			m.moveOne(s.AsX(), Mem{Base: mean, Disp: m.size * c})
		}
		m.zero(sums...)
		m.overPixels([]reg.GPVirtual{x}, func(q []reg.GPVirtual) {
			centre, last := m.vec(), -1
			each(q[0], func(c int, at, lanes Mem, sum reg.VecVirtual) {
				if c != last {
					m.broadcast(Mem{Base: mean, Disp: m.size * c}, centre)
					last = c
				}
				d, masked := m.vec(), m.vec()
				VMOVUPS(at, d)
				m.sub(centre, d, d)
				m.mul(lanes, d, masked)
				m.fma231(d, masked, sum)
			})
		})
		for c := range n {
			s := m.fold(sums[c*width : (c+1)*width])
			m.moveOne(s.AsX(), Mem{Base: m2, Disp: m.size * c})
		}
	})
}

// sumsOf returns in how many registers each of n channels is summed.
func (m *machine) sumsOf(n int) int { return max(1, min(m.vectors(), m.sumVectors/n)) }

// bnSums writes, for every channel, the sums of dy and of dy (z - mean). Many channels at once, that memory is read
// from end to end, are worth more than a sum for every vector of a channel.
func (m *machine) bnSums() {
	m.text("bnSums", "sums the gradients that batch norm needs, see Kernel.",
		"(dy, z, mean []float32, channels, pixels int, s0, s1 []float32)")
	dy, z, mean, s0, s1 := base("dy"), base("z"), base("mean"), base("s0"), base("s1")
	across := m.vectors()
	// For all groups: a register that is zeroed counts as read.
	plains, moments := m.vecs(m.sumVectors), m.vecs(m.sumVectors)
	m.channelLoop(m.sumChannels, []reg.GPVirtual{dy, z}, []reg.GPVirtual{mean, s0, s1}, func(n int) {
		width := m.sumsOf(n)
		plain, moment := plains[:n*width], moments[:n*width]
		m.zero(plain...)
		m.zero(moment...)
		m.overPixels([]reg.GPVirtual{dy, z}, func(q []reg.GPVirtual) {
			for c := range n {
				centre := m.vec()
				m.broadcast(Mem{Base: mean, Disp: m.size * c}, centre)
				for v := range across {
					i, off := c*width+v%width, c*pixelBytes+v*m.bytes
					d, g := m.vec(), m.vec()
					VMOVUPS(Mem{Base: q[0], Disp: off}, g)
					VMOVUPS(Mem{Base: q[1], Disp: off}, d)
					m.sub(centre, d, d)
					m.add(g, plain[i], plain[i])
					m.fma231(d, g, moment[i])
				}
			}
		})
		for c := range n {
			s := m.fold(plain[c*width : (c+1)*width])
			m.moveOne(s.AsX(), Mem{Base: s0, Disp: m.size * c})
			s = m.fold(moment[c*width : (c+1)*width])
			m.moveOne(s.AsX(), Mem{Base: s1, Disp: m.size * c})
		}
	})
}

// overChannels walks the channels of all pixels in memory order; per restart at every pixel.
func (m *machine) overChannels(p []reg.GPVirtual, per []string, body func(coefficients []reg.GPVirtual)) {
	pixels := integer("pixels")
	m.loop(pixels, func() {
		var k []reg.GPVirtual
		for _, name := range per {
			k = append(k, base(name))
		}
		channels := integer("channels")
		m.loop(channels, func() {
			body(k)
			advance(I32(pixelBytes), p...)
			advance(I32(m.size), k...)
		})
	})
}

// bnBackward writes dz = lanes (a dy + b z + c) with coefficients for every channel.
func (m *machine) bnBackward() {
	m.text("bnBackward", "is the gradient of batch norm by its input, see Kernel.",
		"(dz, dy, z, a, b, c, lanes []float32, channels, pixels int)")
	dz, dy, z, lanes := base("dz"), base("dy"), base("z"), base("lanes")
	mask := m.vecs(m.vectors())
	for v := range mask {
		VMOVUPS(Mem{Base: lanes, Disp: v * m.bytes}, mask[v])
	}
	m.overChannels([]reg.GPVirtual{dz, dy, z}, []string{"a", "b", "c"}, func(k []reg.GPVirtual) {
		a, b, c := m.vec(), m.vec(), m.vec()
		m.broadcast(Mem{Base: k[0]}, a)
		m.broadcast(Mem{Base: k[1]}, b)
		m.broadcast(Mem{Base: k[2]}, c)
		for v := range mask {
			t := m.vec()
			VMOVAPS(c, t)
			m.fma231(Mem{Base: dy, Disp: v * m.bytes}, a, t)
			m.fma231(Mem{Base: z, Disp: v * m.bytes}, b, t)
			m.mul(mask[v], t, t)
			VMOVUPS(t, Mem{Base: dz, Disp: v * m.bytes})
		}
	})
}

// affine writes y = a x + b with coefficients for every channel, added to y if add, and its positive part to rect;
// y or rect may be empty.
func (m *machine) affine() {
	m.text("affine", "scales and shifts channels, see Kernel.",
		"(y, rect, x, a, b []float32, channels, pixels int, add bool)")
	y, rect, x := base("y"), base("rect"), base("x")
	zero := m.vec()
	m.zero(zero)
	body := func(add, plain, rectified bool) {
		m.overChannels([]reg.GPVirtual{y, rect, x}, []string{"a", "b"}, func(k []reg.GPVirtual) {
			a, b := m.vec(), m.vec()
			m.broadcast(Mem{Base: k[0]}, a)
			m.broadcast(Mem{Base: k[1]}, b)
			for v := range m.vectors() {
				t := m.vec()
				if add {
					m.add(Mem{Base: y, Disp: v * m.bytes}, b, t)
				} else {
					VMOVAPS(b, t)
				}
				m.fma231(Mem{Base: x, Disp: v * m.bytes}, a, t)
				if plain {
					VMOVUPS(t, Mem{Base: y, Disp: v * m.bytes})
				}
				if rectified {
					m.max(t, zero, t) // the second operand, here t, if either is not a number
					VMOVUPS(t, Mem{Base: rect, Disp: v * m.bytes})
				}
			}
		})
	}
	otherwise := func(label string) {
		ret()
		Label(label)
	}
	CMPB(flag("add"), Imm(0))
	JNE(LabelRef("add"))
	ifNone("y", "rectified")
	ifNone("rect", "plain")
	body(false, true, true)
	otherwise("plain")
	body(false, true, false)
	otherwise("rectified")
	body(false, false, true)
	otherwise("add")
	ifNone("rect", "addPlain")
	body(true, true, true)
	otherwise("addPlain")
	body(true, true, false)
}
