package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// transpose writes a matrix whose sides are multiples of four, in tiles of four by four.
func (m *machine) transpose() {
	m.text("transpose", "transposes a matrix, see Kernel.",
		"(dst []float32, dstStep int, src []float32, srcStep, rows, cols int)")
	dst, dstStep, src, srcStep := base("dst"), m.numbers("dstStep"), base("src"), m.numbers("srcStep")
	rows := integer("rows")
	SHRQ(Imm(2), rows)
	m.loop(rows, func() {
		to, from, cols := GP64(), GP64(), integer("cols")
		MOVQ(dst, to)
		MOVQ(src, from)
		SHRQ(Imm(2), cols)
		m.loop(cols, func() {
			tile := m.readFour(from, srcStep)
			for i, row := range fourRows(to, dstStep) {
				VMOVUPS(tile[i], row)
			}
			ADDQ(I32(4*m.size), from)
			LEAQ(Mem{Base: to, Index: dstStep, Scale: 4}, to)
		})
		ADDQ(I32(4*m.size), dst)
		LEAQ(Mem{Base: src, Index: srcStep, Scale: 4}, src)
	})
}

// readFour reads a tile of four by four and returns its columns.
func (m *machine) readFour(p, step reg.GPVirtual) [4]reg.VecVirtual {
	v := [4]reg.VecVirtual{m.four(), m.four(), m.four(), m.four()}
	for i, row := range fourRows(p, step) {
		VMOVUPS(row, v[i])
	}
	a, b, c, d := v[0], v[1], v[2], v[3]
	ab, cd := m.four(), m.four()
	if m.size == 8 {
		VUNPCKLPD(b, a, ab)
		VUNPCKLPD(d, c, cd)
		VUNPCKHPD(b, a, a)
		VUNPCKHPD(d, c, c)
		const lower, upper = 0x20, 0x31
		columns := [4]reg.VecVirtual{YMM(), YMM(), YMM(), YMM()}
		for i, half := range [][2]reg.VecVirtual{{ab, cd}, {a, c}} {
			VPERM2F128(Imm(lower), half[1], half[0], columns[i])
			VPERM2F128(Imm(upper), half[1], half[0], columns[i+2])
		}
		return columns
	}
	VUNPCKLPS(b, a, ab)
	VUNPCKLPS(d, c, cd)
	VUNPCKHPS(b, a, a)
	VUNPCKHPS(d, c, c)
	columns := [4]reg.VecVirtual{XMM(), XMM(), XMM(), XMM()}
	for i, half := range [][2]reg.VecVirtual{{ab, cd}, {a, c}} {
		VUNPCKLPD(half[1], half[0], columns[2*i])
		VUNPCKHPD(half[1], half[0], columns[2*i+1])
	}
	return columns
}

// fourRows returns the addresses of four rows that are step bytes apart.
func fourRows(p, step reg.GPVirtual) [4]Mem {
	third := GP64()
	LEAQ(Mem{Base: p, Index: step, Scale: 2}, third)
	return [4]Mem{{Base: p}, {Base: p, Index: step, Scale: 1}, {Base: third}, {Base: third, Index: step, Scale: 1}}
}

// scale multiplies the columns of a matrix, whose number is a multiple of four.
func (m *machine) scale() {
	m.text("scale", "multiplies columns, see Kernel.", "(dst, src, factors []float32, step, rows, cols int)")
	dst, src, step, rows := base("dst"), base("src"), m.numbers("step"), integer("rows")
	m.loop(rows, func() {
		factors, cols, i := base("factors"), integer("cols"), GP64()
		SHRQ(Imm(2), cols)
		XORQ(i, i)
		m.loop(cols, func() {
			at := func(p reg.GPVirtual) Mem { return Mem{Base: p, Index: i, Scale: 1} }
			x := m.four()
			VMOVUPS(at(src), x)
			m.mul(at(factors), x, x)
			VMOVUPS(x, at(dst))
			ADDQ(I32(4*m.size), i)
		})
		advance(step, dst, src)
	})
}
