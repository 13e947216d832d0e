package gp

import "math"

// prospect is a point with its rating, or what that cannot exceed; or a band of points, of which the same is known.
type prospect struct {
	point  int
	band   int // -1: a point
	rating float64
	exact  bool
}

// before orders prospects: the largest rating first, then bands, then the smallest number.
func (a *prospect) before(b *prospect) bool {
	switch {
	case a.rating != b.rating:
		return a.rating > b.rating
	case (a.band < 0) != (b.band < 0):
		return a.band >= 0
	default:
		return a.point < b.point
	}
}

// queue is a heap of prospects.
type queue []prospect

func (q *queue) push(x prospect) {
	*q = append(*q, x)
	for i := len(*q) - 1; i > 0; {
		parent := (i - 1) / 2
		if !(*q)[i].before(&(*q)[parent]) {
			return
		}
		(*q)[i], (*q)[parent] = (*q)[parent], (*q)[i]
		i = parent
	}
}

func (q *queue) pushBand(band int, rating float64) { q.push(prospect{band: band, rating: rating}) }

func (q *queue) pop() {
	last := len(*q) - 1
	(*q)[0] = (*q)[last]
	*q = (*q)[:last]
	q.sink(0)
}

// sink moves a prospect whose rating has fallen to its place.
func (q queue) sink(i int) {
	for {
		child := 2*i + 1
		if child >= len(q) {
			return
		}
		if child+1 < len(q) && q[child+1].before(&q[child]) {
			child++
		}
		if !q[child].before(&q[i]) {
			return
		}
		q[i], q[child] = q[child], q[i]
		i = child
	}
}

// bands are groups of points of about the same deviation, each a heap with the largest mean on top.
type bands struct {
	all   []band
	index map[uint64]int // of a band by its key
}

type band struct {
	sd     float64 // above those of its points
	points []int32
}

// bandBits is the number of bits in which the variances of a band's points may differ: all but the sign, the exponent
// and the first of the mantissa.
const bandBits = 64 - (1 + 11 + 5)

// above exceeds a band's deviations by more than ratings are rounded.
const above = 1 + 1e-9

// divide puts all points into bands.
func (b *bands) divide(means []float64, variance func(i int) float64) {
	if b.index == nil {
		b.index = map[uint64]int{}
	}
	clear(b.index)
	for i := range b.all {
		b.all[i].points = b.all[i].points[:0]
	}
	b.all = b.all[:0]
	last, at := uint64(math.MaxUint64), 0
	for i := range means {
		if key := math.Float64bits(variance(i)) >> bandBits; key != last {
			last, at = key, b.find(key)
		}
		b.all[at].points = append(b.all[at].points, int32(i))
	}
	for i := range b.all {
		b.all[i].order(means)
	}
}

// find returns the band of a key.
func (b *bands) find(key uint64) int {
	at, ok := b.index[key]
	if !ok {
		at = len(b.all)
		b.index[key] = at
		if at < cap(b.all) {
			b.all = b.all[:at+1] // with the space that it has
		} else {
			b.all = append(b.all, band{})
		}
		b.all[at].sd = math.Sqrt(math.Float64frombits((key+1)<<bandBits)) * above
	}
	return at
}

// bound is what no rating of a band exceeds.
func (b *bands) bound(at int, means []float64, bound func(mean, sd float64) float64) float64 {
	return bound(means[b.all[at].points[0]], b.all[at].sd)
}

func (b *bands) empty(at int) bool { return len(b.all[at].points) == 0 }

// take removes the point with the largest mean.
func (b *bands) take(at int, means []float64) int {
	points := b.all[at].points
	top, last := points[0], len(points)-1
	points[0] = points[last]
	b.all[at].points = points[:last]
	b.all[at].sink(0, means)
	return int(top)
}

func (b band) order(means []float64) {
	for i := len(b.points)/2 - 1; i >= 0; i-- {
		b.sink(i, means)
	}
}

func (b band) sink(i int, means []float64) {
	for {
		child := 2*i + 1
		if child >= len(b.points) {
			return
		}
		if child+1 < len(b.points) && means[b.points[child+1]] > means[b.points[child]] {
			child++
		}
		if !(means[b.points[child]] > means[b.points[i]]) {
			return
		}
		b.points[i], b.points[child] = b.points[child], b.points[i]
		i = child
	}
}
