package table

import (
	"context"
	"math"

	"github.com/nassearch/nassearch/objective/table/layout"
)

// store is where values come from: files that are read when they are wanted, or memory.
type store interface {
	// all returns the values of a file for every class.
	all(ctx context.Context, file int) (layout.Grid, error)
	// one returns the values of a file for one class, as a grid with one row.
	one(ctx context.Context, file, class int) (layout.Grid, error)
}

// What a cell takes from the accuracies of all image classes, if it is not a class's number.
const (
	whole = -1 // no confusion matrix
	worst = -2 // the smallest
)

// cell says where in a file's row a number stands.
type cell struct {
	file  int
	at    int // position: which eps, severity or column
	label int // image class, whole or worst
}

// of returns the cell's number in a row of its file.
func (c cell) of(g layout.Grid, row int) float64 {
	if g.Values == nil {
		return math.NaN()
	}
	r := g.Row(row)
	switch c.label {
	case whole:
		return r[c.at]
	case worst:
		low := math.Inf(1)
		for _, v := range r[c.at*g.Labels : (c.at+1)*g.Labels] {
			low = min(low, v) // NaN if any is
		}
		return low
	default:
		return r[c.at*g.Labels+c.label]
	}
}

// mean returns the mean of cells in a row, NaN if one of them is missing. The sum runs in the order of the cells.
func mean(cells []cell, grids []layout.Grid, row int) float64 {
	sum := 0.0
	for _, c := range cells {
		sum += c.of(grids[c.file], row)
	}
	return sum / float64(len(cells))
}

// memory is a store of one file that was read already.
type memory struct{ layout.Grid }

func (m memory) all(context.Context, int) (layout.Grid, error) { return m.Grid, nil }

func (m memory) one(_ context.Context, _, class int) (layout.Grid, error) {
	return layout.Grid{Width: m.Width, Labels: m.Labels, Values: m.Row(class)}, nil
}
