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
	Label("next")
	CMPQ(n, Imm(rows))
	JLT(LabelRef("done"))
	accumulate(sums, a, b)
	ADDQ(Imm(rows*8), a)
	ADDQ(Imm(vectors*vectorBytes), b)
	SUBQ(Imm(rows), n)
	JMP(LabelRef("next"))
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
func accumulate(sums []reg.VecVirtual, a, b reg.Register) {
	var row []reg.VecVirtual
	for v := range vectors {
		row = append(row, YMM())
		VMOVUPD(Mem{Base: b, Disp: v * vectorBytes}, row[v])
	}
	for i := range rows {
		factor := YMM()
		VBROADCASTSD(Mem{Base: a, Disp: 8 * i}, factor)
		for v := range vectors {
			product := YMM()
			VMULPD(row[v], factor, product)
			VADDPD(product, sums[i*vectors+v], sums[i*vectors+v])
		}
	}
}
