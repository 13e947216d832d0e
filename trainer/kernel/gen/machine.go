package main

import (
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pixelBytes is the size of one channel of one pixel: 32 images of float32, 16 of float64.
const pixelBytes = 128

// machine is an instruction set with a type of numbers.
type machine struct {
	number
	set          string
	bytes        int   // a vector's size
	statChannels []int // channels that stats sums at once
	sumChannels  []int // channels that bnSums sums at once
	sumVectors   int   // in about so many registers, twice as many for bnSums
	gathered     int   // channels of pixels that gather sums at once
	labels       int
}

func (m *machine) wide() bool { return m.bytes == 64 }

// vectors is the number of vectors that hold the images of one channel of one pixel.
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

// four returns a register of four numbers.
func (m *machine) four() reg.VecVirtual {
	if m.size == 8 {
		return YMM()
	}
	return XMM()
}

// text begins a function, of which the documentation says what it does. The signature is that for float32.
func (m *machine) text(name, about, signature string) { m.begin(NOSPLIT, name, about, signature) }

// textWithStack begins one that has more on the stack than every stack has room for.
func (m *machine) textWithStack(name, about, signature string) { m.begin(0, name, about, signature) }

func (m *machine) begin(flags attr.Attribute, name, about, signature string) {
	name += m.set + m.suffix
	TEXT(name, flags, "func"+strings.ReplaceAll(signature, "float32", m.name))
	Doc(name + " " + about)
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
		m.compare(Imm(lessThan), gate, zero, k)
		m.moveMasked(v, k, v)
		return
	}
	t := m.vec()
	m.compare(Imm(lessThan), gate, zero, t)
	VANDPS(t, v, v)
}

// sum returns a vector with the sum of the lanes of v in lane 0.
func (m *machine) sum(v reg.VecVirtual) reg.VecVirtual {
	s, t := m.vec(), XMM()
	x := s.AsX()
	if m.wide() {
		VSHUFF32X4(Imm(0x4e), v, v, s)
		m.add(v, s, s)
		VEXTRACTF32X4(Imm(1), s.AsY(), t)
		m.add(t, x, x)
	} else {
		VEXTRACTF128(Imm(1), v.AsY(), t)
		m.add(t, v.AsX(), x)
	}
	VMOVHLPS(x, x, t)
	m.add(t, x, x)
	if m.size == 4 {
		VMOVSHDUP(x, t)
		VADDSS(t, x, x)
	}
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
func (m *machine) baseAt(name, at string) reg.GPVirtual {
	p, i := base(name), integer(at)
	LEAQ(Mem{Base: p, Index: i, Scale: m.factor()}, p)
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

// numbers loads a count of numbers as a count of bytes.
func (m *machine) numbers(name string) reg.GPVirtual {
	n := integer(name)
	SHLQ(m.shift(), n)
	return n
}

// scalar loads a number into every lane.
func (m *machine) scalar(name string) reg.VecVirtual {
	p, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	v := m.vec()
	m.broadcast(p.Addr, v)
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
