package term

import (
	"math"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
)

// Marks of a scatter. A point of the front hides others in its place.
const (
	dot  = '·'
	star = '●'
)

// Scatter draws the points of a chart and, as larger marks, those of its front. The chart has no more columns than it
// is given, if these are not 0 for no limit. Points that are not finite have no place; without others there is nothing
// to draw.
func Scatter(s figure.Scatter, columns int) string {
	s.Points, s.Front.Points = placed(s.Points), placed(s.Front.Points)
	if len(s.Points)+len(s.Front.Points) == 0 {
		return ""
	}
	var xs, ys []float64
	for _, p := range slices.Concat(s.Points, s.Front.Points) {
		xs, ys = append(xs, p.X), append(ys, p.Y)
	}
	x, y := figure.Of(xs...), figure.Of(ys...)
	label, room := marks(s.Y, y)
	width := widest
	if columns > 0 {
		width = min(widest, max(columns-room, least))
	}
	rows := make([][]rune, height+1)
	for i := range rows {
		rows[i] = []rune(strings.Repeat(" ", width))
	}
	put := func(points []figure.Point, mark rune) {
		for _, p := range points {
			column := int(math.Round(x.Share(p.X) * float64(width-1)))
			row := int(math.Round((1 - y.Share(p.Y)) * height))
			rows[row][column] = mark
		}
	}
	put(s.Points, dot)
	put(s.Front.Points, star)
	var b strings.Builder
	for i, row := range rows {
		text := label(1 - float64(i)/height)
		line := strings.Repeat(" ", max(room-3-len([]rune(text)), 0)) + text + " ┤" + string(row)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String() + horizontal(s.X, x, room, width)
}

// placed are the points that are finite.
func placed(points []figure.Point) []figure.Point {
	return slices.DeleteFunc(slices.Clone(points), func(p figure.Point) bool {
		return math.IsNaN(p.X-p.X) || math.IsNaN(p.Y-p.Y)
	})
}

// horizontal is the axis below a scatter, with the ends and the middle of its range as far as they have room.
func horizontal(a figure.Axis, of figure.Range, room, width int) string {
	at := []float64{of.At(0), of.At(.5), of.At(1)}
	print := numeral.Beside(at...)
	if a.Format != nil {
		print = a.Format(at...)
	}
	labels := []rune(strings.Repeat(" ", room+width))
	first, middle, last := []rune(print(at[0])), []rune(print(at[1])), []rune(print(at[2]))
	begin, end := room-1+copy(labels[room-1:], first), room-1+width-len(last)
	if end > begin {
		copy(labels[end:], last)
	}
	if from := room - 1 + (width-len(middle))/2; from > begin && from+len(middle) < end {
		copy(labels[from:], middle)
	}
	return strings.Repeat(" ", room-2) + "└" + strings.Repeat("─", width) + "\n" + strings.TrimRight(string(labels), " ")
}
