package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// conv writes the convolution of one run of pixels for outs output channels. Their sums stay in registers while
// the loop walks the input channels of each segment: per step it loads the images of one channel and multiplies
// them with outs weights.
func (m *machine) conv(outs int) {
	name := map[int]string{8: "conv8", 4: "conv4"}[outs]
	m.text(name, "(out []float32, outAt int, gate []float32, in []float32, inAt int, w []float32, row int, segs []int, pixels, outStep, inStep, outs int, add bool)")
	Doc(name + m.name + " convolves a run of pixels, see Kernel.")
	out, in, gate := baseAt("out", "outAt"), baseAt("in", "inAt"), baseAt("gate", "outAt")
	weights, row := base("w"), floats("row")
	pixels, outStep, inStep := integer("pixels"), floats("outStep"), floats("inStep")

	across := 2 // vectors of images in registers at once
	m.loop(pixels, func() {
		for lane := 0; lane < pixelBytes; lane += across * m.bytes {
			sums := m.convPixel(outs, across, lane, in, weights, row)
			m.storePixel(sums, outs, across, lane, out, gate)
		}
		ADDQ(outStep, out)
		ADDQ(outStep, gate)
		ADDQ(inStep, in)
	})
	ret()
}

// convPixel returns sums[o*across+v]: output channel o, v-th vector of the images from byte lane on.
func (m *machine) convPixel(outs, across, lane int, in, weights, row reg.GPVirtual) []reg.VecVirtual {
	sums := m.vecs(outs * across)
	m.zero(sums...)
	segs := base("segs")
	left := Load(Param("segs").Len(), GP64()).(reg.GPVirtual)
	src, w, n := GP64(), GP64(), GP64()
	head, end := m.label("segment"), m.label("summed")
	TESTQ(left, left)
	JZ(LabelRef(end)) // with stride 2 and a 1x1 kernel some pixels see nothing
	Label(head)       // a segment is three numbers: offset in the input, first row of weights, rows
	MOVQ(Mem{Base: segs}, src)
	LEAQ(Mem{Base: in, Index: src, Scale: 4, Disp: lane}, src)
	MOVQ(Mem{Base: segs, Disp: 8}, w)
	IMULQ(row, w)
	ADDQ(weights, w)
	MOVQ(Mem{Base: segs, Disp: 16}, n)
	m.loop(n, func() {
		x := m.vecs(across)
		for v := range x {
			VMOVUPS(Mem{Base: src, Disp: v * m.bytes}, x[v])
		}
		for o := range outs {
			weight := m.vec()
			VBROADCASTSS(Mem{Base: w, Disp: 4 * o}, weight)
			for v := range x {
				VFMADD231PS(x[v], weight, sums[o*across+v])
			}
		}
		ADDQ(I32(pixelBytes), src)
		ADDQ(row, w)
	})
	ADDQ(Imm(24), segs)
	SUBQ(Imm(3), left)
	JNZ(LabelRef(head))
	Label(end)
	return sums
}

// storePixel writes the sums, passed where gate is positive if there is a gate, added to what is there if add.
// Of four output channels the last ones may be absent.
func (m *machine) storePixel(sums []reg.VecVirtual, outs, across, lane int, out, gate reg.GPVirtual) {
	at := func(p reg.Register, i int) Mem {
		return Mem{Base: p, Disp: i/across*pixelBytes + lane + i%across*m.bytes}
	}
	present := integer("outs")
	each := func(do func(i int)) {
		end := m.label("absent")
		for i := range sums {
			if o := i / across; outs == 4 && i%across == 0 && o > 0 {
				CMPQ(present, I32(o))
				JLE(LabelRef(end))
			}
			do(i)
		}
		Label(end)
	}
	open, store := m.label("open"), m.label("store")
	gates := Load(Param("gate").Len(), GP64())
	TESTQ(gates, gates)
	JZ(LabelRef(open))
	zero := m.vec()
	m.zero(zero)
	each(func(i int) { m.keepPositive(sums[i], at(gate, i), zero) })
	Label(open)
	CMPB(flag("add"), Imm(0))
	JEQ(LabelRef(store))
	each(func(i int) { VADDPS(at(out, i), sums[i], sums[i]) })
	Label(store)
	each(func(i int) { VMOVUPS(sums[i], at(out, i)) })
}

// The edge of a row of pixels under a 3x3 kernel, see edges in package kernel.
const (
	leftOnly   = 0 // the first pixel lacks a left neighbour
	bothSides  = 1 // and the last pixel a right one
	singleLone = 2 // there is one pixel, and it has no neighbours
)

// wgrad writes the gradient of a tile of weights: sums over pixels and images of dz times x, for four output
// channels (of dz), ins input channels (of x) and taps neighbouring kernel columns, added to the numbers of a
// tile [tap][in][out].
func (m *machine) wgrad(taps, ins int) {
	name := map[int]string{1: "wgrad1", 3: "wgrad3"}[taps]
	m.text(name, "(dw, dz []float32, dzAt int, x []float32, xAt int, rows, cols, edges, dzRow, dzStep, xRow, xStep, xPixel int)")
	Doc(name + m.name + " adds the gradient of a tile of weights, see Kernel.")
	outs := 4
	if !m.wide() {
		outs = 2 // as many sums as the registers hold
	}
	for first := 0; first < 4; first += outs {
		t := tile{m: m, taps: taps, ins: ins, outs: outs, sums: m.vecs(taps * ins * outs), dz: GP64(), x: GP64(), pixel: floats("xPixel")}
		m.zero(t.sums...)
		dz, x, rows := baseAt("dz", "dzAt"), baseAt("x", "xAt"), integer("rows")
		ADDQ(I32(first*pixelBytes), dz)
		if taps == 3 {
			SUBQ(t.pixel, x) // to the left neighbour
		}
		m.loop(rows, func() {
			MOVQ(dz, t.dz)
			MOVQ(x, t.x)
			t.row()
			dzRow, xRow := floats("dzRow"), floats("xRow")
			ADDQ(dzRow, dz)
			ADDQ(xRow, x)
		})
		t.store(first)
	}
	ret()
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
					VFMADD231PS(dz[o], x, t.sums[(tap*t.ins+i)*t.outs+o])
				}
			}
		}
	}
	dzStep, xStep := floats("dzStep"), floats("xStep")
	ADDQ(dzStep, t.dz)
	ADDQ(xStep, t.x)
}

// store sums the lanes of every register, by a transposing tree, and adds them to the tile from output first on.
func (t *tile) store(first int) {
	m, dw := t.m, base("dw")
	v := m.pairs(t.sums, func(a, b, lo, hi reg.VecVirtual) { VUNPCKLPS(b, a, lo); VUNPCKHPS(b, a, hi) })
	v = m.pairs(v, func(a, b, lo, hi reg.VecVirtual) { VUNPCKLPD(b, a, lo); VUNPCKHPD(b, a, hi) })
	// Every 128 bits of v[j] hold a part of the sums 4j to 4j+3.
	if m.wide() {
		quarters := func(a, b, lo, hi reg.VecVirtual) {
			VSHUFF32X4(Imm(0x88), b, a, lo)
			VSHUFF32X4(Imm(0xdd), b, a, hi)
		}
		v = m.pairs(v, quarters)
		if len(v) == 3 {
			v = append(v, v[2])
		}
		v = m.pairs(v, quarters)
		for i, n := 0, len(t.sums); n > 0; i, n = i+1, n-16 {
			r := reg.Register(v[i])
			if n == 8 {
				r = v[i].AsY()
			}
			VADDPS(Mem{Base: dw, Disp: 64 * i}, r, r)
			VMOVUPS(r, Mem{Base: dw, Disp: 64 * i})
		}
		return
	}
	for j, r := range v { // the outputs first and first+1 of two inputs
		x, upper, old := r.AsX(), XMM(), XMM()
		VEXTRACTF128(Imm(1), r, upper)
		VADDPS(upper, x, x)
		for i := range 2 {
			at := Mem{Base: dw, Disp: 4 * (4*(2*j+i) + first)}
			VMOVSD(at, old)
			if i == 1 {
				VPERMILPD(Imm(1), x, x)
			}
			VADDPS(x, old, old)
			VMOVSD(old, at)
		}
	}
}

// pairs adds, for neighbouring registers, the two halves that split takes from them.
func (m *machine) pairs(v []reg.VecVirtual, split func(a, b, lo, hi reg.VecVirtual)) []reg.VecVirtual {
	var out []reg.VecVirtual
	for i := 0; i < len(v); i += 2 {
		lo, hi := m.vec(), m.vec()
		split(v[i], v[i+1], lo, hi)
		VADDPS(hi, lo, lo)
		out = append(out, lo)
	}
	return out
}
