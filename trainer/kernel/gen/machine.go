package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pixelBytes is the size of one channel of one pixel: 32 images of float32.
const pixelBytes = 32 * 4

// machine is an instruction set.
type machine struct {
	name         string
	bytes        int   // a vector's size
	statChannels []int // channels that stats sums at once
	sumChannels  []int // channels that bnSums sums at once
	sumVectors   int   // in about so many registers, twice as many for bnSums
	labels       int
}

func (m *machine) wide() bool { return m.bytes == 64 }

// vectors is the number of vectors that hold the 32 images of one channel of one pixel.
func (m *machine) vectors() int { return pixelBytes / m.bytes }

func (m *machine) vec() reg.VecVirtual {
	if m.wide() {
		return ZMM()
	}
	return YMM()
}

func (m *machine) vecs(n int) []reg.VecVirtual {
	v := make([]reg.VecVirtual, n)
	for i := range v {
		v[i] = m.vec()
	}
	return v
}

// text begins a function, of which the documentation says what it does.
func (m *machine) text(name, about, signature string) {
	TEXT(name+m.name, NOSPLIT, "func"+signature)
	Doc(name + m.name + " " + about)
}

func (m *machine) zero(v ...reg.VecVirtual) {
	for _, r := range v {
		if m.wide() {
			VPXORD(r, r, r)
		} else {
			VXORPS(r, r, r)
		}
	}
}

// keepPositive zeroes the lanes of v where the vector at gate is not positive.
func (m *machine) keepPositive(v reg.VecVirtual, gate Mem, zero reg.VecVirtual) {
	const lessThan = 1
	if m.wide() {
		k := K()
		VCMPPS(Imm(lessThan), gate, zero, k)
		VMOVAPS_Z(v, k, v)
		return
	}
	t := m.vec()
	VCMPPS(Imm(lessThan), gate, zero, t)
	VANDPS(t, v, v)
}

// sum returns a vector with the sum of the lanes of v in lane 0.
func (m *machine) sum(v reg.VecVirtual) reg.VecVirtual {
	s, t := m.vec(), XMM()
	x := s.AsX()
	if m.wide() {
		VSHUFF32X4(Imm(0x4e), v, v, s)
		VADDPS(v, s, s)
		VEXTRACTF32X4(Imm(1), s.AsY(), t)
		VADDPS(t, x, x)
	} else {
		VEXTRACTF128(Imm(1), v.AsY(), t)
		VADDPS(t, v.AsX(), x)
	}
	VMOVHLPS(x, x, t)
	VADDPS(t, x, x)
	VMOVSHDUP(x, t)
	VADDSS(t, x, x)
	return s
}

// ret leaves the function with the upper halves of the registers clean, as the compiler's SSE code wants them.
func ret() {
	VZEROUPPER()
	RET()
}

// loop repeats body while the counter, which it decrements, is positive.
func (m *machine) loop(counter reg.Register, body func()) {
	head, end := m.label("loop"), m.label("done")
	TESTQ(counter, counter)
	JLE(LabelRef(end))
	Label(head)
	body()
	DECQ(counter)
	JNZ(LabelRef(head))
	Label(end)
}

// label returns a name that no other label of the function has.
func (m *machine) label(name string) string {
	m.labels++
	return fmt.Sprintf("%s%d", name, m.labels)
}

// base loads the address of a slice's first element.
func base(name string) reg.GPVirtual { return Load(Param(name).Base(), GP64()).(reg.GPVirtual) }

// baseAt loads the address of a slice's element whose index the parameter at holds.
func baseAt(name, at string) reg.GPVirtual {
	p, i := base(name), integer(at)
	LEAQ(Mem{Base: p, Index: i, Scale: 4}, p)
	return p
}

func length(name string) reg.GPVirtual { return Load(Param(name).Len(), GP64()).(reg.GPVirtual) }

// ifNone jumps to a label if a slice is empty.
func ifNone(slice, label string) {
	n := length(slice)
	TESTQ(n, n)
	JZ(LabelRef(label))
}

// given writes what is done with a slice that is not empty.
func (m *machine) given(slice string, then func()) {
	end := m.label("no" + slice)
	ifNone(slice, end)
	then()
	Label(end)
}

// advance moves pointers on.
func advance(bytes Op, p ...reg.GPVirtual) {
	for _, q := range p {
		ADDQ(bytes, q)
	}
}

func integer(name string) reg.GPVirtual { return Load(Param(name), GP64()).(reg.GPVirtual) }

// floats loads a count of float32 as a count of bytes.
func floats(name string) reg.GPVirtual {
	n := integer(name)
	SHLQ(Imm(2), n)
	return n
}

// scalar loads a float32 parameter into every lane.
func (m *machine) scalar(name string) reg.VecVirtual {
	p, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	v := m.vec()
	VBROADCASTSS(p.Addr, v)
	return v
}

// flag returns the address of a bool parameter.
func flag(name string) Mem {
	p, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return p.Addr
}
