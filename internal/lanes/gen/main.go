// Command gen writes the assembly of package lanes, with 256-bit vectors. Run it by go generate.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const (
	rows        = 4
	lanes       = 4 // of a vector
	vectorBytes = 8 * lanes
	unrolled    = 2 // vectors
)

func main() {
	ConstraintExpr("amd64")
	function("add", "AVX", "a, b []float64", 8, multiply)
	function("addHigh", "AVX2", "a []uint32, b []float64", 4, func(p product) { multiplyHalves(p, nil) })
	function("addHalves", "AVX2", "a, low []uint32, b []float64", 4, func(p product) {
		// The lower halves are as far from the upper ones in all rows.
		low := Load(Param("low").Base(), GP64())
		SUBQ(Load(Param("a").Base(), GP64()), low)
		multiplyHalves(p, low)
	})
	Generate()
}

// product is that of rows, whose lines are given, and of n elements of b, which is added to totals.
type product struct {
	totals []reg.VecVirtual
	lines  []reg.Register
	b, n   reg.Register
}

// function writes a function of rows of a, whose elements have so many bytes.
func function(name, set, of string, size int, multiply func(product)) {
	TEXT(name+set, NOSPLIT, "func(lanes []float64, stride int, "+of+")")
	Pragma("noescape")
	Doc(name + set + " is " + name + " for processors with " + set + ".")
	sums, left := Load(Param("lanes").Base(), GP64()), Load(Param("lanes").Len(), GP64())
	stride := Load(Param("stride"), GP64())
	a := Load(Param("a").Base(), GP64())
	b, n := Load(Param("b").Base(), GP64()), Load(Param("b").Len(), GP64())
	IMUL3Q(Imm(uint64(size)), stride, stride)
	lines := []reg.Register{a}
	for len(lines) < rows {
		lines = append(lines, GP64())
	}
	Label("group")
	CMPQ(left, Imm(rows*lanes))
	JLT(LabelRef("done"))
	for i := 1; i < rows; i++ {
		LEAQ(Mem{Base: lines[i-1], Index: stride, Scale: 1}, lines[i])
	}
	var totals []reg.VecVirtual
	for i := range rows {
		totals = append(totals, YMM())
		VMOVUPD(Mem{Base: sums, Disp: i * vectorBytes}, totals[i])
	}
	multiply(product{totals, lines, b, n})
	for i, total := range totals {
		VMOVUPD(total, Mem{Base: sums, Disp: i * vectorBytes})
	}
	LEAQ(Mem{Base: lines[rows-1], Index: stride, Scale: 1}, a)
	ADDQ(Imm(rows*vectorBytes), sums)
	SUBQ(Imm(rows*lanes), left)
	JMP(LabelRef("group"))
	Label("done")
	VZEROUPPER()
	RET()
}

// multiply multiplies numbers.
func multiply(p product) {
	at, rest := GP64(), GP64()
	XORQ(at, at)
	MOVQ(p.n, rest)
	Label("next")
	CMPQ(rest, Imm(unrolled*lanes))
	JLT(LabelRef("last"))
	for v := range unrolled {
		accumulate(p, at, v*vectorBytes)
	}
	ADDQ(Imm(unrolled*lanes), at)
	SUBQ(Imm(unrolled*lanes), rest)
	JMP(LabelRef("next"))
	Label("last")
	CMPQ(rest, Imm(lanes))
	JLT(LabelRef("store"))
	accumulate(p, at, 0)
	Label("store")
}

// accumulate adds the products of one vector of all rows. They are rounded, as in code that is not assembly.
func accumulate(p product, at reg.Register, disp int) {
	x := YMM()
	VMOVUPD(Mem{Base: p.b, Index: at, Scale: 8, Disp: disp}, x)
	for i, line := range p.lines {
		product := YMM()
		VMULPD(Mem{Base: line, Index: at, Scale: 8, Disp: disp}, x, product)
		VADDPD(product, p.totals[i], p.totals[i])
	}
}

// multiplyHalves multiplies numbers of which the upper halves are in the lines, and the lower ones so far from them; if
// that is nil they are zeros.
func multiplyHalves(p product, low reg.Register) {
	at, zero := GP64(), YMM()
	XORQ(at, at)
	if low == nil {
		VXORPD(zero, zero, zero)
	}
	Label("next")
	CMPQ(at, p.n)
	JGE(LabelRef("store"))
	x := []reg.VecVirtual{YMM(), YMM()}
	for v := range x {
		VMOVUPD(Mem{Base: p.b, Index: at, Scale: 8, Disp: v * vectorBytes}, x[v])
	}
	for i, line := range p.lines {
		lower := zero
		if low != nil {
			from := GP64()
			LEAQ(Mem{Base: line, Index: low, Scale: 1}, from)
			lower = YMM()
			VMOVUPD(Mem{Base: from, Index: at, Scale: 4}, lower)
		}
		for v, unpack := range []func(...Op){VPUNPCKLDQ, VPUNPCKHDQ} {
			product := YMM()
			unpack(Mem{Base: line, Index: at, Scale: 4}, lower, product)
			VMULPD(x[v], product, product)
			VADDPD(product, p.totals[i], p.totals[i])
		}
	}
	ADDQ(Imm(2*lanes), at)
	JMP(LabelRef("next"))
	Label("store")
}
