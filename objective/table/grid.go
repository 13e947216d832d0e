package table

import (
	"context"
	"math"
)

// store is where values come from: files that are read when they are wanted, or memory.
type store interface {
	// all returns the values of a file for every class.
	all(ctx context.Context, file int) (grid, error)
	// one returns the values of a file for one class, as a grid with one row.
	one(ctx context.Context, file, class int) (grid, error)
}

// grid holds what a file says of each class: a row of width values, NaN where there is none.
type grid struct {
	width  int
	labels int       // of a confusion matrix: image classes, each with its own accuracy; else 1
	values []float64 // rows one after the other; nil if the file has no entry at all
}

// newGrid returns rows of NaN.
func newGrid(rows, width, labels int) grid {
	g := grid{width, labels, make([]float64, rows*width)}
	for i := range g.values {
		g.values[i] = math.NaN()
	}
	return g
}

func (g grid) row(i int) []float64 { return g.values[i*g.width : (i+1)*g.width] }

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
func (c cell) of(g grid, row int) float64 {
	if g.values == nil {
		return math.NaN()
	}
	r := g.row(row)
	switch c.label {
	case whole:
		return r[c.at]
	case worst:
		low := math.Inf(1)
		for _, v := range r[c.at*g.labels : (c.at+1)*g.labels] {
			low = min(low, v) // NaN if any is
		}
		return low
	default:
		return r[c.at*g.labels+c.label]
	}
}

// mean returns the mean of cells in a row, NaN if one of them is missing. The sum runs in the order of the cells.
func mean(cells []cell, grids []grid, row int) float64 {
	sum := 0.0
	for _, c := range cells {
		sum += c.of(grids[c.file], row)
	}
	return sum / float64(len(cells))
}

// memory is a store of one file that was read already.
type memory struct{ grid }

func (m memory) all(context.Context, int) (grid, error) { return m.grid, nil }

func (m memory) one(_ context.Context, _, class int) (grid, error) {
	if m.values == nil {
		return m.grid, nil
	}
	return grid{m.width, m.labels, m.row(class)}, nil
}
