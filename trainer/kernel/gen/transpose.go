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
	dst, dstStep, src, srcStep := base("dst"), floats("dstStep"), base("src"), floats("srcStep")
	rows := integer("rows")
	SHRQ(Imm(2), rows)
	m.loop(rows, func() {
		to, from, cols := GP64(), GP64(), integer("cols")
		MOVQ(dst, to)
		MOVQ(src, from)
		SHRQ(Imm(2), cols)
		m.loop(cols, func() {
			a, b, c, d := XMM(), XMM(), XMM(), XMM()
			row := fourRows(from, srcStep)
			for i, v := range []reg.VecVirtual{a, b, c, d} {
				VMOVUPS(row[i], v)
			}
			ab, cd := XMM(), XMM()
			VUNPCKLPS(b, a, ab)
			VUNPCKLPS(d, c, cd)
			VUNPCKHPS(b, a, a)
			VUNPCKHPS(d, c, c)
			row = fourRows(to, dstStep)
			for i, half := range [][2]reg.VecVirtual{{ab, cd}, {a, c}} {
				lower, upper := XMM(), XMM()
				VUNPCKLPD(half[1], half[0], lower)
				VUNPCKHPD(half[1], half[0], upper)
				VMOVUPS(lower, row[2*i])
				VMOVUPS(upper, row[2*i+1])
			}
			ADDQ(Imm(16), from)
			LEAQ(Mem{Base: to, Index: dstStep, Scale: 4}, to)
		})
		ADDQ(Imm(16), dst)
		LEAQ(Mem{Base: src, Index: srcStep, Scale: 4}, src)
	})
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
	dst, src, step, rows := base("dst"), base("src"), floats("step"), integer("rows")
	m.loop(rows, func() {
		factors, cols, i := base("factors"), integer("cols"), GP64()
		SHRQ(Imm(2), cols)
		XORQ(i, i)
		m.loop(cols, func() {
			at := func(p reg.GPVirtual) Mem { return Mem{Base: p, Index: i, Scale: 1} }
			x := XMM()
			VMOVUPS(at(src), x)
			VMULPS(at(factors), x, x)
			VMOVUPS(x, at(dst))
			ADDQ(Imm(16), i)
		})
		advance(step, dst, src)
	})
}
