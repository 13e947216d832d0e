package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The sides of a tile and of the patch that it is made of, and the positions of what is transformed, see Winograd in
// package kernel.
const (
	tileSide  = 4
	patchSide = 6
	positions = patchSide * patchSide
	absent    = -1
)

// productStep is from position to position of products, in bytes.
const productStep = 9 * pixelBytes

// winograd returns the writers of minimal filtering.
func (m *machine) winograd() []func() {
	kernels := []func(){
		m.winogradInput, m.winogradUpstream, func() { m.winogradProduct(4) }, m.winogradOutput, m.winogradWeights,
	}
	if m.wide() {
		kernels = append(kernels, func() { m.winogradProduct(8) })
	}
	return kernels
}

// factors are the constants of the transforms, in registers: near and far are two points, near3 and far3 their cubes.
type factors struct{ half, two, twoAndHalf, near, far, near3, far3 reg.VecVirtual }

// constant returns a number in every lane.
func (m *machine) constant(value float64) reg.VecVirtual {
	bits, x, v := GP32(), XMM(), m.vec()
	MOVL(U32(math.Float32bits(float32(value))), bits)
	VMOVD(bits, x)
	VBROADCASTSS(x, v)
	return v
}

// factors returns those that every transform needs.
func (m *machine) factors() factors {
	return factors{
		half: m.constant(.5), two: m.constant(2), near: m.constant(math.Sqrt2 / 2), far: m.constant(math.Sqrt2),
	}
}

// bothSigns returns even plus and minus point times odd. It uses even up.
func (m *machine) bothSigns(even, odd, point reg.VecVirtual) (plus, minus reg.VecVirtual) {
	plus = m.vec()
	VMOVAPS(even, plus)
	m.fma231(odd, point, plus)
	m.fnma231(odd, point, even)
	return plus, even
}

// spread returns the near half of B' d, its first three rows, for the vectors d, or the far half, its last three. It
// uses up what it takes of them: all but the last one, or all but the first. So do raise and lower.
func (m *machine) spread(f factors, d []reg.VecVirtual, far bool) []reg.VecVirtual {
	alone, even, odd, factor, point := d[0], d[4], d[3], f.two, f.near
	m.spreadAlone(f, d, far)
	if far {
		alone, factor, point = d[5], f.half, f.far
	}
	m.fnma231(d[2], factor, even)
	m.fnma231(d[1], factor, odd)
	plus, minus := m.bothSigns(even, odd, point)
	if far {
		return []reg.VecVirtual{plus, minus, alone}
	}
	return []reg.VecVirtual{alone, plus, minus}
}

// spreadAlone makes of d0 or d5 the row of a half that stands for one point.
func (m *machine) spreadAlone(f factors, d []reg.VecVirtual, far bool) {
	if far {
		m.add(d[1], d[5], d[5])
		m.fnma231(d[3], f.twoAndHalf, d[5])
		return
	}
	m.add(d[4], d[0], d[0])
	m.fnma231(d[2], f.twoAndHalf, d[0])
}

// raise returns A y for four vectors.
func (m *machine) raise(f factors, y []reg.VecVirtual) []reg.VecVirtual {
	even, odd := m.vec(), m.vec() // of the near points
	VMOVAPS(y[0], even)
	m.fma231(y[2], f.half, even)
	m.fma213(y[0], f.two, y[2])
	VMOVAPS(y[1], odd)
	m.fma231(y[3], f.half, odd)
	m.fma231(y[3], f.two, y[1])
	nearPlus, nearMinus := m.bothSigns(even, odd, f.near)
	farPlus, farMinus := m.bothSigns(y[2], y[1], f.far)
	return []reg.VecVirtual{y[0], nearPlus, nearMinus, farPlus, farMinus, y[3]}
}

// lower returns A' p for six vectors.
func (m *machine) lower(f factors, p []reg.VecVirtual) []reg.VecVirtual {
	near, far, second := m.vec(), m.vec(), m.vec()
	m.add(p[2], p[1], near)
	m.sub(p[2], p[1], p[1])
	m.add(p[4], p[3], far)
	m.sub(p[4], p[3], p[3])
	m.add(near, p[0], p[0])
	m.mul(p[1], f.near, second)
	m.mul(near, f.half, near)
	m.fma231(p[1], f.near3, p[5])
	m.add(far, p[0], p[0])
	m.fma231(p[3], f.far, second)
	m.fma231(far, f.two, near)
	m.fma231(p[3], f.far3, p[5])
	return []reg.VecVirtual{p[0], second, near, p[5]}
}

// halfway keeps what is transformed in one direction until it is in the other: in registers from index kept on down,
// else on the stack.
type halfway struct {
	m      *machine
	kept   int // outputs of the first transform that stay in registers
	first  int // outputs of the first transform
	second int // how often it is done
	stack  reg.GPVirtual
	held   [][]reg.VecVirtual
}

// newHalfway also returns where the stack holds more bytes, at a cache line.
func (m *machine) newHalfway(kept, first, second, more int) (*halfway, Mem) {
	const line = 64
	if !m.wide() {
		kept = 0 // half as many registers
	}
	spilled := (first - kept) * second * m.bytes
	local := AllocLocal(spilled + more + line)
	h := &halfway{m: m, kept: kept, first: first, second: second, stack: GP64()}
	LEAQ(local.Offset(line-1), h.stack)
	ANDQ(I32(-line), h.stack)
	return h, Mem{Base: h.stack, Disp: spilled}
}

func (h *halfway) slot(i, j int) Mem {
	return Mem{Base: h.stack, Disp: ((i-h.kept)*h.second + j) * h.m.bytes}
}

// put keeps the outputs of the next first transform.
func (h *halfway) put(v []reg.VecVirtual) {
	for i := h.kept; i < h.first; i++ {
		VMOVAPS(v[i], h.slot(i, len(h.held)))
	}
	h.held = append(h.held, v)
}

// get returns the i-th outputs of all first transforms.
func (h *halfway) get(i int) []reg.VecVirtual {
	v := make([]reg.VecVirtual, h.second)
	for j := range v {
		if i < h.kept {
			v[j] = h.held[j][i]
			continue
		}
		v[j] = h.m.vec()
		VMOVAPS(h.slot(i, j), v[j])
	}
	return v
}

// spaced is memory whose rows of six positions are one after another; step is between positions, in bytes.
type spaced struct{ row, step, step3, step5 reg.GPVirtual }

func newSpaced(step reg.GPVirtual) spaced {
	s := spaced{GP64(), step, GP64(), GP64()}
	LEAQ(Mem{Base: step, Index: step, Scale: 2}, s.step3)
	LEAQ(Mem{Base: step, Index: step, Scale: 4}, s.step5)
	return s
}

// write writes a row, and goes to the next.
func (s spaced) write(v []reg.VecVirtual) {
	for j, at := range []Mem{
		{Base: s.row}, {Base: s.row, Index: s.step, Scale: 1}, {Base: s.row, Index: s.step, Scale: 2},
		{Base: s.row, Index: s.step3, Scale: 1}, {Base: s.row, Index: s.step, Scale: 4},
		{Base: s.row, Index: s.step5, Scale: 1},
	} {
		VMOVUPS(v[j], at)
	}
	LEAQ(Mem{Base: s.row, Index: s.step3, Scale: 2}, s.row)
}

// pixels loads a count of channels of a pixel as a count of bytes.
func pixels(name string) reg.GPVirtual {
	n := integer(name)
	bytesOf(n)
	return n
}

// winogradInput transforms a patch: B' d B. It makes the upper half of the positions, whose rows of the patch stay in
// registers, and then the lower half, so that little is put aside.
func (m *machine) winogradInput() {
	m.textWithStack("winogradInput", "transforms a patch, see winograd.",
		"(v []float32, vStep int, x []float32, xAt int, patch []int, zeros []float32, channels int)")
	const half = patchSide / 2
	h, table := m.newHalfway(half, half, patchSide, 8*positions)
	pixel := func(i int) Mem { return Mem{Base: table.Base, Disp: table.Disp + 8*i} }
	m.addresses(pixel)
	to := newSpaced(pixels("vStep"))
	f := m.factors()
	f.twoAndHalf = m.constant(2.5)
	v, end, at, address := base("v"), pixels("channels"), GP64(), GP64()
	XORQ(at, at)
	again := m.label("channels")
	Label(again)
	LEAQ(Mem{Base: v, Index: at, Scale: 1}, to.row)
	for _, far := range []bool{false, true} {
		h.held = nil
		for j := range patchSide {
			d := m.vecs(patchSide)
			for i := range d {
				if unused := map[bool]int{false: patchSide - 1, true: 0}[far]; i == unused {
					continue
				}
				MOVQ(pixel(i*patchSide+j), address)
				VMOVUPS(Mem{Base: address, Index: at, Scale: 1}, d[i])
			}
			h.put(m.spread(f, d, far))
		}
		for i := range half {
			row := h.get(i)
			copies := m.copies(row[1:5])
			near := m.spread(f, []reg.VecVirtual{row[0], copies[0], copies[1], copies[2], copies[3]}, false)
			to.write(append(near, m.spread(f, row, true)...))
		}
	}
	ADDQ(I32(m.bytes), at)
	CMPQ(at, end)
	JLT(LabelRef(again))
}

// copies returns copies of vectors.
func (m *machine) copies(v []reg.VecVirtual) []reg.VecVirtual {
	c := m.vecs(len(v))
	for i := range c {
		VMOVAPS(v[i], c[i])
	}
	return c
}

// addresses writes the addresses of the pixels of a patch to a table.
func (m *machine) addresses(pixel func(i int) Mem) {
	x, at, patch, zeros := base("x"), pixels("xAt"), base("patch"), base("zeros")
	ADDQ(at, x)
	for i := range positions {
		address, outside := GP64(), GP64()
		MOVQ(Mem{Base: patch, Disp: 8 * i}, outside)
		MOVQ(outside, address)
		bytesOf(address)
		ADDQ(x, address)
		CMPQ(outside, I32(absent))
		CMOVQEQ(zeros, address)
		MOVQ(address, pixel(i))
	}
}

// winogradUpstream transforms the gradient by a tile: A dy A'.
func (m *machine) winogradUpstream() {
	m.textWithStack("winogradUpstream", "transforms the gradient by a tile, see winograd.",
		"(z []float32, zStep int, dy []float32, dyAt, row, pixel, channels int)")
	h, _ := m.newHalfway(patchSide, patchSide, tileSide, 0)
	to := newSpaced(pixels("zStep"))
	f := m.factors()
	z, dy, at, row, pixel := base("z"), base("dy"), pixels("dyAt"), pixels("row"), pixels("pixel")
	ADDQ(at, dy)
	n := integer("channels")
	IMUL3Q(I32(m.vectors()), n, n)
	m.loop(n, func() {
		h.held = nil
		column := GP64()
		MOVQ(dy, column)
		for range tileSide {
			y := m.vecs(tileSide)
			for i, at := range fourRows(column, row) {
				VMOVUPS(at, y[i])
			}
			h.put(m.raise(f, y))
			ADDQ(pixel, column)
		}
		MOVQ(z, to.row)
		for i := range patchSide {
			to.write(m.raise(f, h.get(i)))
		}
		advance(I32(m.bytes), dy, z)
	})
}
