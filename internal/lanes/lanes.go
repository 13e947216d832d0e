// Package lanes takes many dot products at once. Each is summed as gonum's [floats.Dot] sums on amd64, in four lanes,
// whatever instructions a processor has and however the work is cut up: the numbers are the same.
package lanes

import "math"

//go:generate go run ./gen -out kernel_amd64.s -stubs asm_amd64.go -pkg lanes

const (
	// Count is the number of lanes. An element belongs to that of its place modulo Count, but those beyond the last
	// multiple of Count to the first lane.
	Count = 4
	// Rows is the number of rows that are multiplied at a time.
	Rows = 4
	// Group is the number of elements whose halves are kept together.
	Group = 2 * Count
)

// Place is where an element's halves are kept, in their groups: so that to interleave two groups makes vectors.
func Place(i int) int { return i&^6 | i&2<<1 | i&4>>1 }

// Total adds up the lanes of a dot product.
func Total(lanes []float64) float64 { return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]) }

// add is [Add] in Go.
func add(lanes []float64, stride int, a, b []float64) {
	for row := 0; row*Count < len(lanes); row++ {
		to := (*[Count]float64)(lanes[row*Count:])
		for i, v := range a[row*stride:][:len(b)] {
			to[i%Count] += float64(v * b[i]) // rounded, where the two could be one instruction
		}
	}
}

// addHalves is [AddHalves] in Go, and [AddHigh] without lower halves.
func addHalves(lanes []float64, stride int, high, low []uint32, b []float64) {
	for row := 0; row*Count < len(lanes); row++ {
		to := (*[Count]float64)(lanes[row*Count:])
		for i, v := range b {
			at := row*stride + Place(i)
			bits := uint64(high[at]) << 32
			if low != nil {
				bits |= uint64(low[at])
			}
			to[i%Count] += float64(math.Float64frombits(bits) * v)
		}
	}
}
