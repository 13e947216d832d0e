//go:build !amd64

package lanes

// Add adds the products of rows and b to the lanes of each row, of which there are a multiple of [Rows], stride apart
// in a. The length of b is a multiple of [Count].
func Add(lanes []float64, stride int, a, b []float64) { add(lanes, stride, a, b) }

// AddHigh is [Add] of rows of which the upper halves are given, each at its [Place]: 32 bits of a number, whose others
// are taken for zeros. The length of b is a multiple of [Group].
func AddHigh(lanes []float64, stride int, high []uint32, b []float64) {
	addHalves(lanes, stride, high, nil, b)
}

// AddHalves is [AddHigh] with the lower halves, at the same places.
func AddHalves(lanes []float64, stride int, high, low []uint32, b []float64) {
	addHalves(lanes, stride, high, low, b)
}

// Dot returns the dot product of a and b, which are equally long.
func Dot(a, b []float64) float64 {
	var lanes [Count]float64
	whole := len(a) / Count * Count
	add(lanes[:], len(a), a[:whole], b[:whole])
	for i := whole; i < len(a); i++ {
		lanes[0] += float64(a[i] * b[i])
	}
	return Total(lanes[:])
}
