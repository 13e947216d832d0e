package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The edge of a row of pixels under a 3x3 kernel, see edges in package kernel.
const (
	leftOnly   = 0 // the first pixel lacks a left neighbour
	bothSides  = 1 // and the last pixel a right one
	singleLone = 2 // there is one pixel, and it has no neighbours
)

// wgrad writes the gradient of a tile of weights: sums over pixels and images of dz times x, for four output
// channels (of dz), ins input channels (of x) and taps neighbouring kernel columns, added to the gradients that are
// there: those of the output channels are neighbours, those of input channels rowStep apart, those of kernel columns
// tapStep.
func (m *machine) wgrad(taps, ins int) {
	name := map[int]string{1: "wgrad1", 3: "wgrad3"}[taps]
	m.text(name, "adds the gradient of a tile of weights, see Kernel.",
		"(dw []float32, dwAt int, dz []float32, dzAt int, x []float32, xAt int, "+
			"rows, cols, edges, dzRow, dzStep, xRow, xStep, xPixel, tapStep, rowStep int)")
	outs := 4
	if !m.wide() {
		outs = 2 // as many sums as the registers hold
	}
	for first := 0; first < 4; first += outs {
		t := tile{m: m, taps: taps, ins: ins, outs: outs, dz: GP64(), x: GP64(), pixel: m.numbers("xPixel")}
		t.sums = m.vecs(taps * ins * outs)
		m.zero(t.sums...)
		dz, x, rows := m.baseAt("dz", "dzAt"), m.baseAt("x", "xAt"), integer("rows")
		ADDQ(I32(first*pixelBytes), dz)
		if taps == 3 {
			SUBQ(t.pixel, x) // to the left neighbour
		}
		m.loop(rows, func() {
			MOVQ(dz, t.dz)
			MOVQ(x, t.x)
			t.row()
			dzRow, xRow := m.numbers("dzRow"), m.numbers("xRow")
			ADDQ(dzRow, dz)
			ADDQ(xRow, x)
		})
		t.store(first)
	}
}

// tile is a tile of weights whose gradient is in registers, sums[(tap*ins+in)*outs+out].
type tile struct {
	m               *machine
	taps, ins, outs int
	sums            []reg.VecVirtual
	dz, x, pixel    reg.GPVirtual // x points to the left neighbour if there are three taps
}

// row adds the products of a row of pixels: at its ends only for the taps inside the image.
func (t *tile) row() {
	m, cols := t.m, integer("cols")
	if t.taps == 1 {
		m.loop(cols, func() { t.products(0) })
		return
	}
	edges := integer("edges")
	single, end := m.label("single"), m.label("end")
	CMPQ(edges, Imm(singleLone))
	JEQ(LabelRef(single))
	t.products(1, 2)
	m.loop(cols, func() { t.products(0, 1, 2) })
	CMPQ(edges, Imm(bothSides))
	JNE(LabelRef(end))
	t.products(0, 1)
	JMP(LabelRef(end))
	Label(single)
	t.products(1)
	Label(end)
}

// products adds the products of one pixel for some taps, and goes to the next.
func (t *tile) products(taps ...int) {
	m := t.m
	for lane := 0; lane < pixelBytes; lane += m.bytes {
		dz := m.vecs(t.outs)
		for o := range dz {
			VMOVUPS(Mem{Base: t.dz, Disp: o*pixelBytes + lane}, dz[o])
		}
		for _, tap := range taps {
			for i := range t.ins {
				at := Mem{Base: t.x, Disp: i*pixelBytes + lane}
				if tap > 0 {
					at.Index, at.Scale = t.pixel, uint8(tap)
				}
				x := m.vec()
				VMOVUPS(at, x)
				for o := range dz {
					m.fma231(dz[o], x, t.sums[(tap*t.ins+i)*t.outs+o])
				}
			}
		}
	}
	dzStep, xStep := m.numbers("dzStep"), m.numbers("xStep")
	ADDQ(dzStep, t.dz)
	ADDQ(xStep, t.x)
}

// store sums the lanes of every register, by a transposing tree, and adds them to the gradients from output channel
// first on.
func (t *tile) store(first int) {
	m := t.m
	v := t.sums
	if m.size == 4 {
		v = m.pairs(v, func(a, b, lo, hi reg.VecVirtual) { VUNPCKLPS(b, a, lo); VUNPCKHPS(b, a, hi) })
	}
	v = m.pairs(v, func(a, b, lo, hi reg.VecVirtual) { VUNPCKLPD(b, a, lo); VUNPCKHPD(b, a, hi) })
	// Every 128 bits of v[j] hold a part of the sums 4j to 4j+3, of float64 of 2j and 2j+1.
	if m.wide() {
		t.storeWide(v)
		return
	}
	for _, r := range v {
		upper := XMM()
		VEXTRACTF128(Imm(1), r, upper)
		m.add(upper, r.AsX(), r.AsX())
	}
	t.eachRow(func(row int, at Mem) { // the outputs first and first+1 of an input
		at.Disp += m.size * first
		if m.size == 8 {
			m.add(at, v[row].AsX(), v[row].AsX())
			VMOVUPS(v[row].AsX(), at)
			return
		}
		x, old := v[row/2].AsX(), XMM()
		VMOVSD(at, old)
		if row%2 == 1 {
			VPERMILPD(Imm(1), x, x)
		}
		m.add(x, old, old)
		VMOVSD(old, at)
	})
}

// storeWide sums the quarters of registers, parts of the same sums, and adds them to the gradients.
func (t *tile) storeWide(v []reg.VecVirtual) {
	m := t.m
	for range 2 {
		if len(v)%2 == 1 {
			v = append(v, v[len(v)-1])
		}
		v = m.pairs(v, func(a, b, lo, hi reg.VecVirtual) {
			VSHUFF32X4(Imm(0x88), b, a, lo)
			VSHUFF32X4(Imm(0xdd), b, a, hi)
		})
	}
	t.eachRow(func(row int, at Mem) { // four output channels of an input channel
		x := m.four()
		if m.size == 8 {
			VEXTRACTF64X4(Imm(uint64(row%2)), v[row/2], x)
		} else {
			VEXTRACTF32X4(Imm(uint64(row%4)), v[row/4], x)
		}
		m.add(at, x, x)
		VMOVUPS(x, at)
	})
}

// eachRow calls f for every tap and input channel with the address of its gradients.
func (t *tile) eachRow(f func(row int, at Mem)) {
	m := t.m
	tap, tapStep, rowStep := m.baseAt("dw", "dwAt"), m.numbers("tapStep"), m.numbers("rowStep")
	for k := range t.taps {
		at := GP64()
		MOVQ(tap, at)
		for i := range t.ins {
			f(k*t.ins+i, Mem{Base: at})
			ADDQ(rowStep, at)
		}
		ADDQ(tapStep, tap)
	}
}

// pairs adds, for neighbouring registers, the two halves that split takes from them.
func (m *machine) pairs(v []reg.VecVirtual, split func(a, b, lo, hi reg.VecVirtual)) []reg.VecVirtual {
	var out []reg.VecVirtual
	for i := 0; i < len(v); i += 2 {
		lo, hi := m.vec(), m.vec()
		split(v[i], v[i+1], lo, hi)
		m.add(hi, lo, lo)
		out = append(out, lo)
	}
	return out
}
