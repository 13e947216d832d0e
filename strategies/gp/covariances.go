package gp

import "github.com/nassearch/nassearch/internal/lanes"

// chunkColumns is the number of observations of a chunk.
const chunkColumns = 32

// covariances are those of a fixed set of points with observations, of which more come: a row a point, in chunks of
// [chunkColumns] observations, each row by row.
type covariances struct {
	points int
	chunks [][]float64

	// Work space.
	sums  []float64 // lanes of every point
	means []float64
}

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
		c.chunks = append(c.chunks, make([]float64, rounded(c.points)*chunkColumns))
	}
	chunk := c.chunks[o/chunkColumns][o%chunkColumns:]
	for i, v := range column {
		chunk[i*chunkColumns] = v
	}
}

// row stores the covariances of a point with observations from first on.
func (c *covariances) row(dst []float64, point, first int) {
	for len(dst) > 0 {
		chunk := c.chunks[first/chunkColumns][point*chunkColumns:][:chunkColumns]
		n := copy(dst, chunk[first%chunkColumns:])
		dst, first = dst[n:], first+n
	}
}

// weigh returns, for every point, the dot product of its covariances with weights. It is valid until the next call.
func (c *covariances) weigh(weights []float64) []float64 {
	clear(c.sums)
	for _, chunk := range c.chunks {
		n := min(chunkColumns, len(weights))
		if n == 0 {
			break
		}
		whole := n / lanes.Count * lanes.Count
		lanes.Add(c.sums, chunkColumns, chunk, weights[:whole])
		for o := whole; o < n; o++ { // of the last chunk that has weights
			for i := range c.means {
				c.sums[i*lanes.Count] += float64(weights[o] * chunk[i*chunkColumns+o])
			}
		}
		weights = weights[n:]
	}
	for i := range c.means {
		c.means[i] = lanes.Total(c.sums[i*lanes.Count:])
	}
	return c.means
}
