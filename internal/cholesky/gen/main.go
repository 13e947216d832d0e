// Command gen writes the assembly of package cholesky, with 256-bit vectors. Run it by go generate.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const rows, vectors, vectorBytes = 4, 2, 32

func main() {
	ConstraintExpr("amd64")
	TEXT("tileAVX", NOSPLIT, "func(c []float64, stride int, a, b []float64)")
	Pragma("noescape")
	Doc("tileAVX is tile for processors with AVX.")
	a, n := Load(Param("a").Base(), GP64()), Load(Param("a").Len(), GP64())
	b := Load(Param("b").Base(), GP64())
	lines := tile()
	sums := move(lines, nil)
	// The index runs from minus the length of a up to 0, so that one addition moves both pointers and ends the loop.
	LEAQ(Mem{Base: a, Index: n, Scale: 8}, a)
	SHLQ(Imm(3), n)
	LEAQ(Mem{Base: b, Index: n, Scale: vectors * vectorBytes / (8 * rows)}, b)
	NEGQ(n)
	JGE(LabelRef("done"))
	Label("next")
	accumulate(sums, a, b, n)
	ADDQ(Imm(rows*8), n)
	JLT(LabelRef("next"))
	Label("done")
	move(lines, sums)
	VZEROUPPER()
	RET()
	Generate()
}

// tile returns where the rows of c begin.
func tile() []reg.Register {
	lines := []reg.Register{Load(Param("c").Base(), GP64())}
	stride := Load(Param("stride"), GP64())
	for i := 1; i < rows; i++ {
		line := GP64()
		LEAQ(Mem{Base: lines[i-1], Index: stride, Scale: 8}, line)
		lines = append(lines, line)
	}
	return lines
}

// move stores the sums in c or, if there are none, loads them.
func move(lines []reg.Register, sums []reg.VecVirtual) []reg.VecVirtual {
	load := sums == nil
	for i := range rows * vectors {
		at := Mem{Base: lines[i/vectors], Disp: i % vectors * vectorBytes}
		if load {
			sums = append(sums, YMM())
			VMOVUPD(at, sums[i])
		} else {
			VMOVUPD(sums[i], at)
		}
	}
	return sums
}

// accumulate adds the products of a column of a and a row of b. Products are rounded, as in code that is not assembly.
func accumulate(sums []reg.VecVirtual, a, b, at reg.Register) {
	var row []reg.VecVirtual
	for v := range vectors {
		row = append(row, YMM())
		VMOVUPD(Mem{Base: b, Index: at, Scale: vectors * vectorBytes / (8 * rows), Disp: v * vectorBytes}, row[v])
	}
	for i := range rows {
		factor := YMM()
		VBROADCASTSD(Mem{Base: a, Index: at, Scale: 1, Disp: 8 * i}, factor)
		for v := range vectors {
			product := YMM()
			VMULPD(row[v], factor, product)
			VADDPD(product, sums[i*vectors+v], sums[i*vectors+v])
		}
	}
}
