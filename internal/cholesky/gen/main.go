// Command gen writes the assembly of package cholesky, with 256-bit vectors. Run it by go generate.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const (
	rows        = 4 // that are summed at a time: what the registers hold
	vectors     = 2 // of a row
	vectorBytes = 32
	rowBytes    = vectors * vectorBytes
)

func main() {
	ConstraintExpr("amd64")
	function("add", VADDPD)
	function("subtract", VSUBPD)
	Generate()
}

// function writes a function that adds or subtracts.
func function(name string, combine func(...Op)) {
	TEXT(name+"AVX", NOSPLIT, "func(c, a, b []float64)")
	Pragma("noescape")
	Doc(name + "AVX is " + name + " for processors with AVX.")
	c, n := Load(Param("c").Base(), GP64()), Load(Param("a").Len(), GP64())
	a, b := Load(Param("a").Base(), GP64()), Load(Param("b").Base(), GP64())
	// The index runs from minus the length of a up to 0, so that one addition moves both pointers and ends the loop.
	LEAQ(Mem{Base: a, Index: n, Scale: 8}, a)
	LEAQ(Mem{Base: b, Index: n, Scale: 8}, b)
	SHLQ(Imm(3), n)
	NEGQ(n)
	JGE(LabelRef("done"))
	for half, next := range []string{"upper", "lower"} {
		at, first := GP64(), half*rows
		MOVQ(n, at)
		sums := move(c, first, nil)
		Label(next)
		accumulate(sums, a, b, at, first, combine)
		ADDQ(Imm(rowBytes), at)
		JLT(LabelRef(next))
		move(c, first, sums)
	}
	VZEROUPPER()
	Label("done")
	RET()
}

// move stores sums in rows of c from the first on or, if there are none, loads them.
func move(c reg.Register, first int, sums []reg.VecVirtual) []reg.VecVirtual {
	load := sums == nil
	for i := range rows * vectors {
		at := Mem{Base: c, Disp: first*rowBytes + i*vectorBytes}
		if load {
			sums = append(sums, YMM())
			VMOVUPD(at, sums[i])
		} else {
			VMOVUPD(sums[i], at)
		}
	}
	return sums
}

// accumulate takes the products of a row of a and a row of b. They are rounded, as in code that is not assembly.
func accumulate(sums []reg.VecVirtual, a, b, at reg.Register, first int, combine func(...Op)) {
	var row []reg.VecVirtual
	for v := range vectors {
		row = append(row, YMM())
		VMOVUPD(Mem{Base: b, Index: at, Scale: 1, Disp: v * vectorBytes}, row[v])
	}
	for i := range rows {
		factor := YMM()
		VBROADCASTSD(Mem{Base: a, Index: at, Scale: 1, Disp: 8 * (first + i)}, factor)
		for v := range vectors {
			product := YMM()
			VMULPD(row[v], factor, product)
			combine(product, sums[i*vectors+v], sums[i*vectors+v])
		}
	}
}
