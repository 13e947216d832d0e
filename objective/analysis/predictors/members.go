package predictors

import (
	"math"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Members is what became of several cells of one class, whose networks were measured apart.
type Members struct {
	Classes   int // that have a value
	Own       int // of which the representative has one
	Differing int // whose cells have different values
}

// Cells are measures of cells.
type Cells struct {
	Space   space.Enumerator // of cells, each its own class
	Metrics []objective.Metric
	Columns [][]float64 // by metric and cell, NaN where there is none
}

// ByClass gives every class of a space the values of its representative, if that has any, or else those of the member
// that comes first. The order says where a member comes in it, and whether it is the representative.
func (c Cells) ByClass(
	classes space.Enumerator, order func(space.Arch) (place int, representative bool),
) (columns []Column, m Members, err error) {
	chosen, places := make([]int, classes.Classes()), make([]int, classes.Classes())
	for i := range chosen {
		chosen[i] = -1
	}
	differs := make([]bool, len(chosen))
	for cell := range c.Space.Classes() {
		if !c.known(cell) {
			continue
		}
		a := c.Space.Class(cell)
		class, err := classes.ClassOf(a)
		if err != nil {
			return nil, m, err
		}
		place, representative := order(a)
		if representative {
			place = math.MinInt
			m.Own++
		}
		if before := chosen[class]; before < 0 {
			m.Classes++
		} else {
			differs[class] = differs[class] || !c.same(before, cell)
		}
		if chosen[class] < 0 || place < places[class] {
			chosen[class], places[class] = cell, place
		}
	}
	for _, d := range differs {
		if d {
			m.Differing++
		}
	}
	for k, metric := range c.Metrics {
		column := Column{Metric: metric, Values: make([]float64, len(chosen))}
		for class, cell := range chosen {
			column.Values[class] = math.NaN()
			if cell >= 0 {
				column.Values[class] = c.Columns[k][cell]
			}
		}
		columns = append(columns, column)
	}
	return columns, m, nil
}

// known says whether a cell has any value.
func (c Cells) known(cell int) bool {
	for _, column := range c.Columns {
		if !math.IsNaN(column[cell]) {
			return true
		}
	}
	return false
}

// same says whether two cells have the same values.
func (c Cells) same(a, b int) bool {
	for _, column := range c.Columns {
		if x, y := column[a], column[b]; x != y && !(math.IsNaN(x) && math.IsNaN(y)) {
			return false
		}
	}
	return true
}
