package figure

import "slices"

// Points are pairs of values.
func Points(values [][]float64) []Point {
	points := make([]Point, len(values))
	for i, v := range values {
		points[i] = Point{v[0], v[1]}
	}
	return points
}

// Front is points none of which is better than another in both axes, in the order of either axis.
type Front struct {
	Name   string
	Points []Point
	SmallX bool // the smaller X, the better
}

// Line goes from point to point by the corner of what both attain: it has the worse X of the two, and what the one that
// is better there has of Y.
func (f Front) Line() []Point {
	var line []Point
	for i, q := range f.Points {
		if i > 0 {
			better, worse := f.Points[i-1], q
			if (worse.X < better.X) == f.SmallX {
				better, worse = worse, better
			}
			line = append(line, Point{worse.X, better.Y})
		}
		line = append(line, q)
	}
	return line
}

// Ranges are what the axes show: the points, and the front, which is one of them.
func (s Scatter) Ranges() (x, y Range) {
	var xs, ys []float64
	for _, q := range slices.Concat(s.Points, s.Front.Points) {
		xs, ys = append(xs, q.X), append(ys, q.Y)
	}
	return s.X.fit(xs, Range{High: 1}, 0, 0, 0), s.Y.fit(ys, Range{High: 1}, 0, 0, 0)
}

// Curves are a scatter without its marks as dots and a line.
func (s Scatter) Curves() Curves {
	dots, front := Series{Color: Plain, Look: Dots}, Series{Name: s.Front.Name}
	dots.Add(s.Points...)
	front.Add(s.Front.Line()...)
	return Curves{Title: s.Title, About: s.About, X: s.X, Y: s.Y, Series: []Series{dots, front}}
}
