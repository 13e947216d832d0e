package lanes

import (
	"golang.org/x/sys/cpu"
	"gonum.org/v1/gonum/floats"
)

// Add adds the products of rows and b to the lanes of each row, of which there are a multiple of [Rows], stride apart
// in a. The length of b is a multiple of [Count].
func Add(lanes []float64, stride int, a, b []float64) {
	if !cpu.X86.HasAVX {
		add(lanes, stride, a, b)
		return
	}
	if rows := len(lanes) / Count; rows > 0 {
		a = a[:(rows-1)*stride+len(b)] // or it panics: the assembly does not look
	}
	addAVX(lanes, stride, a, b)
}

// AddHigh is [Add] of rows of which the upper halves are given, each at its [Place]: 32 bits of a number, whose others
// are taken for zeros. The length of b is a multiple of [Group].
func AddHigh(lanes []float64, stride int, high []uint32, b []float64) {
	if !cpu.X86.HasAVX2 {
		addHalves(lanes, stride, high, nil, b)
		return
	}
	if rows := len(lanes) / Count; rows > 0 {
		high = high[:(rows-1)*stride+len(b)] // or it panics: the assembly does not look
	}
	addHighAVX2(lanes, stride, high, b)
}

// AddHalves is [AddHigh] with the lower halves, at the same places.
func AddHalves(lanes []float64, stride int, high, low []uint32, b []float64) {
	if !cpu.X86.HasAVX2 {
		addHalves(lanes, stride, high, low, b)
		return
	}
	if rows := len(lanes) / Count; rows > 0 {
		n := (rows-1)*stride + len(b)
		high, low = high[:n], low[:n] // or it panics: the assembly does not look
	}
	addHalvesAVX2(lanes, stride, high, low, b)
}

// Dot returns the dot product of a and b, which are equally long.
func Dot(a, b []float64) float64 { return floats.Dot(a, b) }
