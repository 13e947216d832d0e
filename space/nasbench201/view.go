package nasbench201

import (
	"fmt"

	"github.com/nassearch/nassearch/space"
)

// half scales a feature so that the usual difference between two cells is about one.
const half = 0.5

// sequences is the number of ways to order up to three operations that are neither none nor skip: 1+3+9+27.
const sequences = 40

// Views returns two ways to compare cells, both blind to dead edges: "edges", where each edge counts by
// itself, and "paths", where cells are alike if the same computations lead through them, wherever they lie.
func (Space) Views() []space.View {
	edge := make([]space.Term, Edges)
	for i, e := range edges {
		edge[i] = space.Term{Name: fmt.Sprintf("%d->%d", e.From, e.To), Columns: Ops}
	}
	path := []space.Term{
		{Name: "skips", Columns: 1},
		{Name: "1x1 convolutions", Columns: 1},
		{Name: "3x3 convolutions", Columns: 1},
		{Name: "pools", Columns: 1},
		{Name: "most convolutions on a path", Columns: 1},
		{Name: "fewest convolutions on a path", Columns: 1},
		{Name: "most spatial operations on a path", Columns: 1},
		{Name: "fewest spatial operations on a path", Columns: 1},
		{Name: "live paths", Columns: 1},
		{Name: "a path of skips only", Columns: 1},
		{Name: "most pools on a path", Columns: 1},
		{Name: "fewest pools on a path", Columns: 1},
		{Name: "paths without convolution", Columns: 1},
		{Name: "sequences of operations", Columns: sequences},
	}
	return []space.View{{Name: "edges", Terms: edge}, {Name: "paths", Terms: path}}
}

// View returns the columns that Views describes.
func (Space) View(a space.Arch) []float64 {
	c := mustParse(a).Live()
	x := make([]float64, 0, Edges*Ops+13+sequences)
	for _, v := range c.OneHot() {
		x = append(x, half*v) // so that edges that differ are 1 apart
	}
	n := c.OpCounts()
	x = append(x, half*n[Skip], half*n[Conv1x1], half*n[Conv3x3], half*n[Pool])
	return c.appendPathFeatures(x)
}

// appendPathFeatures describes the live paths, each feature halved.
func (c Cell) appendPathFeatures(x []float64) []float64 {
	var alive, plain, skips int
	conv, spatial, pools := newSpan(), newSpan(), newSpan()
	var bag [sequences]float64
	for _, p := range paths {
		if !c.live(p) {
			continue
		}
		var convs, spatials, pooled int
		sequence, offset, width := 0, 0, 1
		for _, e := range p {
			op := c[e]
			if op == Skip {
				continue
			}
			sequence = 3*sequence + int(op-Conv1x1)
			offset += width // sequences that are shorter
			width *= 3
			convs += count(op.convolves())
			spatials += count(op.spatial())
			pooled += count(op == Pool)
		}
		bag[offset+sequence] += half
		alive++
		plain += count(convs == 0)
		skips = max(skips, count(width == 1))
		conv.add(convs)
		pools.add(pooled)
		spatial.add(spatials)
	}
	features := []int{
		conv.most, conv.least(), spatial.most, spatial.least(), alive, skips, pools.most, pools.least(), plain,
	}
	for _, v := range features {
		x = append(x, half*float64(v))
	}
	return append(x, bag[:]...)
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// span keeps the largest and the smallest of some numbers; both are 0 if there are none.
type span struct{ most, fewest int }

func newSpan() span { return span{fewest: Edges} }

func (s *span) add(n int) { s.most, s.fewest = max(s.most, n), min(s.fewest, n) }

func (s span) least() int { return min(s.most, s.fewest) }
