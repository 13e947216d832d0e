package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// winogradProduct multiplies what is transformed, for outs output channels: at each position, the sum over channels of
// images times weights.
func (m *machine) winogradProduct(outs int) {
	m.text(fmt.Sprint("winogradProduct", outs), "sums products at every position, see winograd.",
		"(m, v []float32, vStep int, u []float32, uStep, channels int)")
	const across = 2 // vectors of images in registers at once
	to, v, vStep, u, uStep := base("m"), base("v"), pixels("vStep"), base("u"), m.numbers("uStep")
	position := GP64()
	MOVQ(U32(positions), position)
	m.loop(position, func() {
		for lane := 0; lane < pixelBytes; lane += across * m.bytes {
			sums := m.vecs(outs * across)
			m.zero(sums...)
			x, w, channels := GP64(), GP64(), integer("channels")
			MOVQ(v, x)
			MOVQ(u, w)
			m.loop(channels, func() {
				images := m.vecs(across)
				for i := range images {
					VMOVUPS(Mem{Base: x, Disp: lane + i*m.bytes}, images[i])
				}
				for o := range outs {
					weight := m.vec()
					m.broadcast(Mem{Base: w, Disp: m.size * o}, weight)
					for i := range images {
						m.fma231(images[i], weight, sums[o*across+i])
					}
				}
				ADDQ(I32(pixelBytes), x)
				ADDQ(I32(m.size*outs), w)
			})
			for i, sum := range sums {
				VMOVUPS(sum, Mem{Base: to, Disp: i/across*pixelBytes + lane + i%across*m.bytes})
			}
		}
		ADDQ(I32(productStep), to)
		advance(vStep, v)
		advance(uStep, u)
	})
}

// winogradOutput transforms products to a tile of the output, A' m A, and stores it as conv does.
func (m *machine) winogradOutput() {
	m.textWithStack("winogradOutput", "transforms products to a tile, see winograd.",
		"(out, rect []float32, outAt, row, pixel int, gate, m, bias []float32, outs int, add bool)")
	h, _ := m.newHalfway(3, tileSide, patchSide, 0)
	f := m.factors()
	f.near3, f.far3 = m.constant(math.Sqrt2/4), m.constant(2*math.Sqrt2)
	zero := m.vec()
	m.zero(zero)
	out, at, from, outs := base("out"), pixels("outAt"), base("m"), integer("outs")
	ADDQ(at, out)
	bias := base("bias")
	row, pixel := pixels("row"), pixels("pixel")
	m.loop(outs, func() {
		vectors := GP64()
		MOVQ(U32(m.vectors()), vectors)
		m.loop(vectors, func() {
			h.held = nil
			for i := range patchSide {
				p := m.vecs(patchSide)
				for j := range p {
					VMOVUPS(Mem{Base: from, Disp: (i*patchSide + j) * productStep}, p[j])
				}
				h.put(m.lower(f, p))
			}
			column := GP64()
			MOVQ(out, column)
			for j := range tileSide {
				m.storeColumn(m.lower(f, h.get(j)), column, row, bias, zero)
				ADDQ(pixel, column)
			}
			advance(I32(m.bytes), out, from)
		})
		ADDQ(I32(m.size), bias)
	})
}

// storeColumn writes four rows of a column of a tile.
func (m *machine) storeColumn(y []reg.VecVirtual, column, row, bias reg.GPVirtual, zero reg.VecVirtual) {
	// at returns the rows of a slice at the place of out.
	at := func(slice string) [4]Mem {
		if slice == "out" {
			return fourRows(column, row)
		}
		p := base(slice)
		ADDQ(column, p)
		SUBQ(base("out"), p)
		return fourRows(p, row)
	}
	m.given("bias", func() {
		b := m.vec()
		m.broadcast(Mem{Base: bias}, b)
		for i := range y {
			m.add(b, y[i], y[i])
		}
	})
	m.given("gate", func() {
		for i, gate := range at("gate") {
			m.keepPositive(y[i], gate, zero)
		}
	})
	store := m.label("store")
	CMPB(flag("add"), Imm(0))
	JEQ(LabelRef(store))
	for i, there := range at("out") {
		m.add(there, y[i], y[i])
	}
	Label(store)
	m.given("out", func() {
		for i, there := range at("out") {
			VMOVUPS(y[i], there)
		}
	})
	m.given("rect", func() {
		for i, there := range at("rect") {
			m.max(y[i], zero, y[i]) // the second operand, here the sum, if either is not a number
			VMOVUPS(y[i], there)
		}
	})
}

// winogradWeights sums the gradients by transformed weights: for blocks of four by four pairs of channels, over tiles
// and images.
func (m *machine) winogradWeights() {
	m.text("winogradWeights", "sums the gradients by transformed weights, see winograd.",
		"(du []float32, duAt, duStep, duRow int, v []float32, vStep, vTile int, z []float32, zStep, zTile, "+
			"tiles, ins, outs int)")
	const side = 4
	du, v, z, position := m.baseAt("du", "duAt"), base("v"), base("z"), GP64()
	MOVQ(U32(positions), position)
	m.loop(position, func() {
		row, in, ins := GP64(), GP64(), integer("ins")
		MOVQ(du, row)
		MOVQ(v, in)
		m.loop(ins, func() {
			to, out, outs := GP64(), GP64(), integer("outs")
			MOVQ(row, to)
			MOVQ(z, out)
			m.loop(outs, func() {
				m.winogradBlock(to, in, out)
				ADDQ(I32(side*side*m.size), to)
				ADDQ(I32(side*pixelBytes), out)
			})
			ADDQ(I32(side*pixelBytes), in)
			step := m.numbers("duRow")
			ADDQ(step, row)
		})
		step := m.numbers("duStep")
		ADDQ(step, du)
		step = pixels("vStep")
		ADDQ(step, v)
		step = pixels("zStep")
		ADDQ(step, z)
	})
}

// winogradBlock adds the gradient of a block to what is there.
func (m *machine) winogradBlock(to, in, out reg.GPVirtual) {
	const ins = 4
	outs := 4
	if !m.wide() {
		outs = 2 // as many sums as the registers hold
	}
	for first := 0; first < 4; first += outs {
		sums := m.vecs(ins * outs)
		m.zero(sums...)
		x, y, tiles := GP64(), GP64(), integer("tiles")
		MOVQ(in, x)
		MOVQ(out, y)
		m.loop(tiles, func() {
			for lane := 0; lane < pixelBytes; lane += m.bytes {
				images := m.vecs(ins)
				for i := range images {
					VMOVUPS(Mem{Base: x, Disp: i*pixelBytes + lane}, images[i])
				}
				for o := range outs {
					dy := m.vec()
					VMOVUPS(Mem{Base: y, Disp: (first+o)*pixelBytes + lane}, dy)
					for i := range images {
						m.fma231(images[i], dy, sums[i*outs+o])
					}
				}
			}
			vTile, zTile := pixels("vTile"), pixels("zTile")
			ADDQ(vTile, x)
			ADDQ(zTile, y)
		})
		m.addBlock(sums, to, first)
	}
}

// addBlock sums the lanes of every register and adds them to a block from output channel first on.
func (m *machine) addBlock(v []reg.VecVirtual, to reg.GPVirtual, first int) {
	v = m.pairs(v, func(a, b, lo, hi reg.VecVirtual) { VUNPCKLPS(b, a, lo); VUNPCKHPS(b, a, hi) })
	v = m.pairs(v, func(a, b, lo, hi reg.VecVirtual) { VUNPCKLPD(b, a, lo); VUNPCKHPD(b, a, hi) })
	if m.wide() { // every 128 bits of v[i] hold a part of input i's sums
		for range 2 {
			v = m.pairs(v, func(a, b, lo, hi reg.VecVirtual) {
				VSHUFF32X4(Imm(0x88), b, a, lo)
				VSHUFF32X4(Imm(0xdd), b, a, hi)
			})
		}
		m.add(Mem{Base: to}, v[0], v[0])
		VMOVUPS(v[0], Mem{Base: to})
		return
	}
	for i := range 4 { // every 128 bits of v[i/2] hold a part of the sums of inputs i and i+1, of two outputs each
		if i%2 == 0 {
			upper := XMM()
			VEXTRACTF128(Imm(1), v[i/2], upper)
			m.add(upper, v[i/2].AsX(), v[i/2].AsX())
		}
		x, there, old := v[i/2].AsX(), Mem{Base: to, Disp: (4*i + first) * m.size}, XMM()
		VMOVSD(there, old)
		if i%2 == 1 {
			VPERMILPD(Imm(1), x, x)
		}
		m.add(x, old, old)
		VMOVSD(old, there)
	}
}
