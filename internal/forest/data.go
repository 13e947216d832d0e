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
	columns []column  // the features
}

// codes is how many values of a feature are told apart.
const codes = 256

// column is a feature, divided once for all trees: every row has a code, which grows with its value. A code is one
// value, or where there are more values than codes, consecutive ones of about as many rows.
type column struct {
	codes         []uint8   // by row
	least, utmost []float64 // by code, the values that have it
}

func newData(x [][]float64, y []float64) *data {
	d := &data{values: y, scaled: make([]float64, len(y)), columns: make([]column, len(x[0]))}
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
	order := make([]ranked, len(x))
	for j := range d.columns {
		for i, row := range x {
			order[i] = ranked{row[j], int32(i)}
		}
		d.columns[j] = newColumn(order)
	}
	return d
}

// ranked is a row with its value of a feature.
type ranked struct {
	value float64
	row   int32
}

// newColumn sorts rows by a feature, and divides them.
func newColumn(rows []ranked) column {
	slices.SortFunc(rows, func(a, b ranked) int { return cmp.Compare(a.value, b.value) })
	distinct := 1
	for i := 1; i < len(rows); i++ {
		if rows[i].value != rows[i-1].value {
			distinct++
		}
	}
	c := column{codes: make([]uint8, len(rows))}
	for i, r := range rows {
		n := len(c.least)
		switch {
		case n == 0 || r.value != c.utmost[n-1] && (distinct <= codes || i*codes >= n*len(rows)):
			c.least, c.utmost = append(c.least, r.value), append(c.utmost, r.value)
		default:
			c.utmost[n-1] = r.value
		}
		c.codes[r.row] = uint8(len(c.least) - 1)
	}
	return c
}

// between is the threshold halfway from the values of a code to those of a larger one: at least the former and less
// than the latter.
func (c *column) between(low, high uint8) float64 {
	a, b := c.utmost[low], c.least[high]
	if middle := a/2 + b/2; a <= middle && middle < b {
		return middle
	}
	return a
}
