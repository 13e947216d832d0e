package forest

import (
	"cmp"
	"math"
	"slices"
)

// data is what all trees learn from.
type data struct {
	values  []float64 // as they were given
	scaled  []float64 // values / scale - mean
	scale   float64   // largest absolute value
	mean    float64   // of values / scale
	columns []*column // the features
}

// column is a feature, sorted once for all trees.
type column struct {
	distinct []float64 // its values, in ascending order
	order    []ranked  // all rows, in ascending order of the feature
}

// ranked is a row with the position of a feature's value among the distinct ones.
type ranked struct{ row, code int32 }

func newData(x [][]float64, y []float64) *data {
	d := &data{values: y, scaled: make([]float64, len(y)), columns: make([]*column, len(x[0]))}
	for _, v := range y {
		d.scale = max(d.scale, math.Abs(v))
	}
	if d.scale == 0 {
		d.scale = 1
	}
	for i, v := range y { // so that squares neither overflow nor cancel
		d.scaled[i] = v / d.scale
		d.mean += (d.scaled[i] - d.mean) / float64(i+1)
	}
	for i := range d.scaled {
		d.scaled[i] -= d.mean
	}
	for j := range d.columns {
		d.columns[j] = newColumn(x, j)
	}
	return d
}

func newColumn(x [][]float64, j int) *column {
	c := &column{order: make([]ranked, len(x))}
	for i := range c.order {
		c.order[i].row = int32(i)
	}
	slices.SortFunc(c.order, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(x[a.row][j], x[b.row][j]), cmp.Compare(a.row, b.row))
	})
	for i := range c.order {
		v := x[c.order[i].row][j]
		if n := len(c.distinct); n == 0 || c.distinct[n-1] != v {
			c.distinct = append(c.distinct, v)
		}
		c.order[i].code = int32(len(c.distinct) - 1)
	}
	return c
}

// between is the threshold halfway from one value to a larger one, by codes: at least the one and less than the other.
func (c *column) between(low, high int32) float64 {
	a, b := c.distinct[low], c.distinct[high]
	if middle := a/2 + b/2; a <= middle && middle < b {
		return middle
	}
	return a
}
