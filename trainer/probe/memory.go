package probe

import (
	"cmp"
	"slices"

	"github.com/nassearch/nassearch/trainer/kernel"
)

// memory is buffers without a user, the smallest first. They may hold anything.
type memory struct{ free [][]float64 }

// slack is how far kernels may read beyond a buffer's end.
const slack = 3 * lanes

// take returns a buffer of a length, the smallest that there is, or a new one.
func (m *memory) take(n int) []float64 {
	i, _ := slices.BinarySearchFunc(m.free, n+slack, func(b []float64, n int) int { return cmp.Compare(cap(b), n) })
	if i == len(m.free) {
		return kernel.Alloc[float64](n)
	}
	b := m.free[i]
	m.free = slices.Delete(m.free, i, i+1)
	return b[:n]
}

// give takes buffers back; nil is none.
func (m *memory) give(buffers ...*[]float64) {
	for _, b := range buffers {
		if *b == nil {
			continue
		}
		i, _ := slices.BinarySearchFunc(m.free, cap(*b), func(b []float64, n int) int { return cmp.Compare(cap(b), n) })
		m.free = slices.Insert(m.free, i, *b)
		*b = nil
	}
}

// fit changes the length of a buffer, whose contents are lost.
func (m *memory) fit(b *[]float64, n int) {
	if cap(*b) >= n+slack {
		*b = (*b)[:n]
		return
	}
	m.give(b)
	*b = m.take(n)
}
