package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// overSlice walks slices whose length is a multiple of a block's lanes.
func (m *machine) overSlice(n reg.GPVirtual, p []reg.GPVirtual, body func(offset int)) {
	SHRQ(m.lanesShift(), n)
	m.loop(n, func() {
		for off := 0; off < pixelBytes; off += m.bytes {
			body(off)
		}
		advance(I32(pixelBytes), p...)
	})
}

// gather writes out = sum over t of w[t] in[offs[t]:], added to out if add.
func (m *machine) gather() {
	m.text("gather", "adds weighted pixels, see Kernel.",
		"(out []float32, outAt int, in []float32, inAt int, offs []int, w []float32, n int, add bool)")
	out, in, n := m.baseAt("out", "outAt"), m.baseAt("in", "inAt"), integer("n")
	SHRQ(m.lanesShift(), n)
	for _, pixels := range []int{m.gathered, 1} {
		head, end := m.label("gather"), m.label("rest")
		Label(head)
		CMPQ(n, I32(pixels))
		JLT(LabelRef(end))
		m.gatherPixels(pixels, out, in)
		advance(I32(pixels*pixelBytes), in, out)
		SUBQ(I32(pixels), n)
		JMP(LabelRef(head))
		Label(end)
	}
}

// gatherPixels does so for some channels of pixels at once, whose sums stay in registers.
func (m *machine) gatherPixels(pixels int, out, in reg.GPVirtual) {
	sums := m.vecs(pixels * m.vectors())
	start, ready := m.label("start"), m.label("ready")
	CMPB(flag("add"), Imm(0))
	JNE(LabelRef(start))
	m.zero(sums...)
	JMP(LabelRef(ready))
	Label(start)
	for v := range sums {
		VMOVUPS(Mem{Base: out, Disp: v * m.bytes}, sums[v])
	}
	Label(ready)
	offs, weights, taps := base("offs"), base("w"), length("offs")
	src := GP64()
	m.loop(taps, func() {
		MOVQ(Mem{Base: offs}, src)
		LEAQ(Mem{Base: in, Index: src, Scale: m.factor()}, src)
		w := m.vec()
		m.broadcast(Mem{Base: weights}, w)
		for v := range sums {
			m.fma231(Mem{Base: src, Disp: v * m.bytes}, w, sums[v])
		}
		ADDQ(Imm(8), offs)
		ADDQ(I32(m.size), weights)
	})
	for v := range sums {
		VMOVUPS(sums[v], Mem{Base: out, Disp: v * m.bytes})
	}
}

// relu writes dst = max(src, 0); not-a-number stays.
func (m *machine) relu() {
	m.text("relu", "is the rectifier, see Kernel.", "(dst, src []float32)")
	dst, src := base("dst"), base("src")
	zero := m.vec()
	m.zero(zero)
	m.overSlice(length("dst"), []reg.GPVirtual{dst, src}, func(off int) {
		v := m.vec()
		m.max(Mem{Base: src, Disp: off}, zero, v) // the second operand, here src, if either is not a number
		VMOVUPS(v, Mem{Base: dst, Disp: off})
	})
}

// gate writes dst = src where gate is positive, else 0.
func (m *machine) gate() {
	m.text("gate", "is the gradient of the rectifier, see Kernel.", "(dst, src, gate []float32)")
	dst, src, gate := base("dst"), base("src"), base("gate")
	zero := m.vec()
	m.zero(zero)
	m.overSlice(length("dst"), []reg.GPVirtual{dst, src, gate}, func(off int) {
		v := m.vec()
		VMOVUPS(Mem{Base: src, Disp: off}, v)
		m.keepPositive(v, Mem{Base: gate, Disp: off}, zero)
		VMOVUPS(v, Mem{Base: dst, Disp: off})
	})
}

// sgd takes a step of stochastic gradient descent: g += decay w; m = momentum m + g; w -= rate (g + momentum m)
// with Nesterov's look-ahead, w -= rate m without.
func (m *machine) sgd() {
	m.text("sgd", "is a step of gradient descent, see Kernel.",
		"(w, g, v []float32, rate, momentum, decay float32, nesterov bool)")
	w, g, v := base("w"), base("g"), base("v")
	rate, momentum, decay := m.scalar("rate"), m.scalar("momentum"), m.scalar("decay")
	body := func(nesterov bool) {
		m.overSlice(length("w"), []reg.GPVirtual{w, g, v}, func(off int) {
			weight, grad, velocity := m.vec(), m.vec(), m.vec()
			VMOVUPS(Mem{Base: w, Disp: off}, weight)
			VMOVUPS(Mem{Base: g, Disp: off}, grad)
			VMOVUPS(Mem{Base: v, Disp: off}, velocity)
			m.fma231(decay, weight, grad)
			m.fma213(grad, momentum, velocity)
			VMOVUPS(velocity, Mem{Base: v, Disp: off})
			if nesterov {
				m.fma231(velocity, momentum, grad)
				velocity = grad
			}
			m.fnma231(velocity, rate, weight)
			VMOVUPS(weight, Mem{Base: w, Disp: off})
		})
	}
	CMPB(flag("nesterov"), Imm(0))
	JEQ(LabelRef("plain"))
	body(true)
	ret()
	Label("plain")
	body(false)
}

// peak does nothing but multiply and add, as fast as the processor can: n times 12 vectors.
func (m *machine) peak() {
	m.text("peak", "multiplies and adds n times 12 vectors.", "(n int)")
	n := integer("n")
	v := m.vecs(12)
	m.zero(v...)
	x := m.vec()
	m.zero(x)
	m.loop(n, func() {
		for i := range v {
			m.fma231(x, x, v[i])
		}
	})
}
