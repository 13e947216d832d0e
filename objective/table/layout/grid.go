package layout

import "math"

// Grid holds what a file says of each class: a row of width values, NaN where there is none.
type Grid struct {
	Width  int
	Labels int       // of a confusion matrix: image classes, each with its own accuracy; else 1
	Values []float64 // rows one after the other; nil if the file has no entry at all
}

// NewGrid returns rows of NaN.
func NewGrid(rows, width, labels int) Grid {
	g := Grid{width, labels, make([]float64, rows*width)}
	for i := range g.Values {
		g.Values[i] = math.NaN()
	}
	return g
}

// Row returns the values of a class.
func (g Grid) Row(i int) []float64 { return g.Values[i*g.Width : (i+1)*g.Width] }
