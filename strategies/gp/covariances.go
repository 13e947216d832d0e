package gp

import (
	"math"

	"github.com/nassearch/nassearch/internal/lanes"
)

// chunkColumns is the number of observations of a chunk.
const chunkColumns = 32

// covariances are those of a fixed set of points with observations, of which more come: a row a point, in chunks of
// [chunkColumns] observations, each row by row. The halves of numbers lie apart: the upper ones say most.
type covariances struct {
	points int
	chunks []chunk

	// Work space.
	sums    []float64 // lanes of every point
	means   []float64
	weights []float64 // of whole groups
	whole   []float64 // a row
	rest    [lanes.Group]float64
}

// chunk has the upper halves of numbers, each at its place among the [lanes.Group] with it, and so the lower ones.
type chunk struct{ high, low []uint32 }

// newCovariances has room for no observation yet.
func newCovariances(points int) covariances {
	return covariances{
		points: points, sums: make([]float64, rounded(points)*lanes.Count), means: make([]float64, points),
	}
}

// rounded is the number of rows that are kept for so many points, as rows are multiplied [lanes.Rows] at a time.
func rounded(points int) int { return (points + lanes.Rows - 1) / lanes.Rows * lanes.Rows }

// set stores the covariances of all points with observation o, before which all have been stored.
func (c *covariances) set(o int, column []float64) {
	if o == len(c.chunks)*chunkColumns {
		n := rounded(c.points) * chunkColumns
		c.chunks = append(c.chunks, chunk{make([]uint32, n), make([]uint32, n)})
	}
	to, at := c.chunks[o/chunkColumns], lanes.Place(o%chunkColumns)
	high, low := to.high[at:], to.low[at:]
	for i, v := range column {
		bits := math.Float64bits(v)
		high[i*chunkColumns], low[i*chunkColumns] = uint32(bits>>32), uint32(bits)
	}
}

// row stores the covariances of a point with observations from first on.
func (c *covariances) row(dst []float64, point, first int) {
	for len(dst) > 0 {
		from, at := c.chunks[first/chunkColumns], first%chunkColumns
		n := min(len(dst), chunkColumns-at)
		high, low := from.high[point*chunkColumns:][:chunkColumns], from.low[point*chunkColumns:][:chunkColumns]
		for i := range dst[:n] {
			place := lanes.Place(at + i)
			dst[i] = math.Float64frombits(uint64(high[place])<<32 | uint64(low[place]))
		}
		dst, first = dst[n:], first+n
	}
}

// dot returns the dot product of a point's covariances with weights.
func (c *covariances) dot(point int, weights []float64) float64 {
	c.whole = resize(c.whole, len(weights))
	c.row(c.whole, point, 0)
	return lanes.Dot(c.whole, weights)
}

// dots returns the dot product of every point. It is valid until the next call, also of ceilings.
func (c *covariances) dots(weights []float64) []float64 {
	clear(c.sums)
	n := len(weights)
	whole := n / lanes.Group * lanes.Group
	c.inChunks(weights[:whole], func(of chunk, weights []float64) {
		lanes.AddHalves(c.sums, chunkColumns, of.high, of.low, weights)
	})
	for i := range c.means {
		sums, rest := c.sums[i*lanes.Count:][:lanes.Count], c.rest[:n-whole]
		c.row(rest, i, whole)
		for o, k := range rest {
			lane := 0 // of those beyond the last that fill all lanes
			if whole+o < n/lanes.Count*lanes.Count {
				lane = o % lanes.Count
			}
			sums[lane] += float64(weights[whole+o] * k)
		}
		c.means[i] = lanes.Total(sums)
	}
	return c.means
}

// ceilings returns, for every point, a number that is not below its dot product, and above it by less than a millionth
// of the sum of all weights' sizes if no covariance is negative or exceeds largest. It reads only the upper halves, and
// is valid until the next call, also of dots.
func (c *covariances) ceilings(weights []float64, largest float64) []float64 {
	clear(c.sums)
	n := len(weights)
	c.weights = append(append(c.weights[:0], weights...), make([]float64, (n+lanes.Group-1)/lanes.Group*lanes.Group-n)...)
	c.inChunks(c.weights, func(of chunk, weights []float64) {
		lanes.AddHigh(c.sums, chunkColumns, of.high, weights)
	})
	positive, all := 0., 0.
	for _, w := range weights {
		positive += max(w, 0)
		all += math.Abs(w)
	}
	// What lower halves add, and more than all sums are rounded by.
	beyond := largest * (0x1p-20*positive + 0x1p-50*float64(n+lanes.Group)*all)
	for i := range c.means {
		c.means[i] = lanes.Total(c.sums[i*lanes.Count:]) + beyond
	}
	return c.means
}

// inChunks hands out weights, of whole groups, with the chunks that they are of.
func (c *covariances) inChunks(weights []float64, multiply func(of chunk, weights []float64)) {
	for i := 0; len(weights) > 0; i++ {
		n := min(chunkColumns, len(weights))
		multiply(c.chunks[i], weights[:n])
		weights = weights[n:]
	}
}
