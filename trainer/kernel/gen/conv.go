package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The numbers of a run of pixels: a header, then three numbers for each segment, see code in package kernel.
const (
	runOut = 8 * iota
	runIn
	runPixels
	runOutStep
	runInStep
	runSegments // how many numbers they have
	runHeader   // size of the header
)

// conv writes the convolution of runs of pixels for outs output channels. Their sums stay in registers while the
// loop walks the input channels of each segment: per step it loads the images of one channel and multiplies them
// with outs weights.
func (m *machine) conv(outs int) {
	name := map[int]string{8: "conv8", 4: "conv4"}[outs]
	m.text(name, "convolves runs of pixels, see Kernel.",
		"(out, rect []float32, outAt int, gate []float32, in []float32, inAt int, "+
			"w []float32, row int, bias []float32, runs []int, outs int, add bool)")
	weights, row, runs := base("w"), m.numbers("row"), base("runs")
	across := 2 // vectors of images in registers at once
	next, end := m.label("run"), m.label("end")
	Label(next)
	last := base("runs")
	LEAQ(Mem{Base: last, Index: length("runs"), Scale: 8}, last)
	CMPQ(runs, last)
	JGE(LabelRef(end))

	field := func(disp int) reg.GPVirtual {
		r := GP64()
		MOVQ(Mem{Base: runs, Disp: disp}, r)
		return r
	}
	at, inAt := field(runOut), field(runIn)
	ADDQ(integer("outAt"), at)
	ADDQ(integer("inAt"), inAt)
	out, gate, in := base("out"), base("gate"), base("in")
	bytesOf(at, inAt)
	advance(at, out, gate)
	advance(inAt, in)
	pixels, outStep, inStep := field(runPixels), field(runOutStep), field(runInStep)
	bytesOf(outStep, inStep)
	m.loop(pixels, func() {
		m.fetchPixel(outs, out, gate)
		for lane := 0; lane < pixelBytes; lane += across * m.bytes {
			sums := m.convPixel(outs, across, lane, in, weights, row, runs)
			m.storePixel(sums, outs, across, lane, out, gate)
		}
		advance(outStep, out, gate)
		advance(inStep, in)
	})
	segments := field(runSegments)
	LEAQ(Mem{Base: runs, Index: segments, Scale: 8, Disp: runHeader}, runs)
	JMP(LabelRef(next))
	Label(end)
}

// bytesOf turns counts of channels of a pixel into bytes.
func bytesOf(n ...reg.GPVirtual) {
	for _, r := range n {
		SHLQ(Imm(7), r)
	}
}

// fetchPixel asks for the cache lines that storePixel will need.
func (m *machine) fetchPixel(outs int, out, gate reg.GPVirtual) {
	const line = 64
	each := func(p reg.GPVirtual) {
		for at := 0; at < outs*pixelBytes; at += line {
			PREFETCHT0(Mem{Base: p, Disp: at})
		}
	}
	each(out)
	m.given("gate", func() { each(gate) })
}

// convPixel returns sums[o*across+v]: output channel o, v-th vector of the images from byte lane on.
func (m *machine) convPixel(outs, across, lane int, in, weights, row, runs reg.GPVirtual) []reg.VecVirtual {
	sums := m.vecs(outs * across)
	bias := base("bias")
	for i, sum := range sums {
		if i%across == 0 {
			m.broadcast(Mem{Base: bias, Disp: m.size * (i / across)}, sum)
		} else {
			VMOVAPS(sums[i-1], sum)
		}
	}
	segs, left := GP64(), GP64()
	LEAQ(Mem{Base: runs, Disp: runHeader}, segs)
	MOVQ(Mem{Base: runs, Disp: runSegments}, left)
	src, w, n := GP64(), GP64(), GP64()
	head, end := m.label("segment"), m.label("summed")
	TESTQ(left, left)
	JZ(LabelRef(end)) // with stride 2 and a 1x1 kernel some pixels see nothing
	Label(head)       // a segment is three numbers: offset in the input, first row of weights, rows
	MOVQ(Mem{Base: segs}, src)
	bytesOf(src)
	LEAQ(Mem{Base: in, Index: src, Scale: 1, Disp: lane}, src)
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
			m.broadcast(Mem{Base: w, Disp: m.size * o}, weight)
			for v := range x {
				m.fma231(x[v], weight, sums[o*across+v])
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

// storePixel writes the sums, passed where gate is positive if there is a gate, added to what is there if add, to out
// and their positive part to rect; either may be empty. Of four output channels the last ones may be absent.
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
	zero := m.vec()
	m.zero(zero)
	m.given("gate", func() { each(func(i int) { m.keepPositive(sums[i], at(gate, i), zero) }) })
	store := m.label("store")
	CMPB(flag("add"), Imm(0))
	JEQ(LabelRef(store))
	each(func(i int) { m.add(at(out, i), sums[i], sums[i]) })
	Label(store)
	m.given("out", func() { each(func(i int) { VMOVUPS(sums[i], at(out, i)) }) })
	m.given("rect", func() {
		rect := base("rect") // at the place of out
		ADDQ(out, rect)
		SUBQ(base("out"), rect)
		each(func(i int) {
			m.max(sums[i], zero, sums[i]) // the second operand, here the sum, if either is not a number
			VMOVUPS(sums[i], at(rect, i))
		})
	})
}
