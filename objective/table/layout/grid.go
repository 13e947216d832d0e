package layout

// Grid holds what a file says of classes: a row of width values for each class that it speaks of, NaN where there is
// none. It takes memory by what the file says, not by how many classes there are.
type Grid struct {
	Width  int
	Labels int       // of a confusion matrix: image classes, each with its own accuracy; else 1
	Values []float64 // rows one after the other; nil if the file has no entry at all
	Rows   []int32   // by class, which row is its own, -1 where it has none; nil: row i is that of class i
}

// newGrid returns a grid without rows.
func newGrid(classes, width, labels int) Grid {
	return Grid{Width: width, Labels: labels, Rows: NoRows(classes)}
}

// NoRows are the [Grid.Rows] of classes of which none has a row.
func NoRows(classes int) []int32 {
	rows := make([]int32, classes)
	for i := range rows {
		rows[i] = -1
	}
	return rows
}

// Add appends the row of a class that has none.
func (g *Grid) Add(class int, values []float64) {
	g.Rows[class] = int32(len(g.Values) / g.Width)
	g.Values = append(g.Values, values...)
}

// Row returns the values of a class; nil if it has none.
func (g Grid) Row(class int) []float64 {
	if g.Rows != nil {
		class = int(g.Rows[class])
	}
	if class < 0 || g.Values == nil {
		return nil
	}
	return g.Values[class*g.Width : (class+1)*g.Width]
}

// Only returns the grid of one class, as its only row.
func (g Grid) Only(class int) Grid {
	return Grid{Width: g.Width, Labels: g.Labels, Values: g.Row(class)}
}

// Classes lists those of so many that have a row, ascending.
func (g Grid) Classes(of int) []int {
	var all []int
	for class := range of {
		if g.Rows == nil || g.Rows[class] >= 0 {
			all = append(all, class)
		}
	}
	return all
}
