// Package term draws figures with characters, for terminals.
package term

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/guptarohit/asciigraph"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
)

// Size of a chart in characters, without the numbers at its left.
const (
	height = 8
	widest = 60
	least  = 10
)

// mostTicks are on the horizontal axis.
const mostTicks = 5

// Curves draws the lines of a chart as steps: each number holds until the next. They share the horizontal axis, whose
// numbers ascend. The chart has no more columns than it is given, if these are not 0 for no limit. Where there are
// fewer than two numbers there is nothing to draw.
func Curves(c figure.Curves, columns int) string {
	lines := slices.DeleteFunc(slices.Clone(c.Series), func(s figure.Series) bool {
		return s.Look != figure.Line || len(s.Known()) == 0
	})
	if len(lines) == 0 || len(lines[0].X) < 2 {
		return ""
	}
	x := lines[0].X
	var known []float64
	for _, s := range lines {
		for _, p := range s.Known() {
			known = append(known, p.Y)
		}
	}
	values := figure.Of(known...)
	label, room := marks(c.Y, values)
	width := widest
	if columns > 0 {
		width = min(widest, max(columns-room, least))
	}
	drawn := make([][]float64, len(lines))
	for i, s := range lines {
		drawn[i] = steps(s, values, width)
	}
	chart := asciigraph.PlotMany(drawn, asciigraph.Height(height), asciigraph.YAxisValueFormatter(label))
	return chart + axis(c.X, x, room, width)
}

// marks print the values at the left, which the chart has as shares of their range, and says how much room they take.
func marks(a figure.Axis, values figure.Range) (label func(float64) string, room int) {
	rows := make([]float64, height+1)
	for i := range rows {
		rows[i] = values.At(float64(i) / height)
	}
	print := numeral.Beside
	if a.Format != nil {
		print = a.Format
	}
	write := print(rows...)
	for _, v := range rows {
		room = max(room, utf8.RuneCountInString(write(v)))
	}
	return func(share float64) string { return write(values.At(share)) }, room + len(" ") + len(" ") + 1 // and the axis
}

// steps is where a line is at the ends of each column, as a share of the range of values; NaN before its first number.
// It changes between the ends of the columns that numbers are in.
func steps(s figure.Series, values figure.Range, width int) []float64 {
	line := make([]float64, width+1)
	for i := range line {
		line[i] = math.NaN()
	}
	first, last := s.X[0], s.X[len(s.X)-1]
	for _, p := range s.Known() {
		from := column(p.X, first, last, width)
		if from > 0 {
			from++
		}
		for i := from; i <= width; i++ {
			line[i] = values.Share(p.Y)
		}
	}
	return line
}

// column is where a number of the horizontal axis is: in the first column where all numbers are one.
func column(x, first, last float64, width int) int {
	if first == last {
		return 0
	}
	return int(math.Ceil((x-first)/(last-first)*float64(width-1) - 1e-9))
}

// axis is the horizontal one, below a chart, with ticks at numbers that there are.
func axis(a figure.Axis, x []float64, room, width int) string {
	line := []rune(strings.Repeat(" ", room-1) + "└" + strings.Repeat("─", width))
	labels := []rune(strings.Repeat(" ", room+width+10))
	print := func(v float64) string { return numeral.Decimal(v, 4) }
	if a.Format != nil {
		print = a.Format(x...)
	}
	ticks := min(mostTicks, len(x))
	end := 0 // of the last label
	for i := range ticks {
		v := x[int(math.Round(float64(i)*float64(len(x)-1)/float64(ticks-1)))]
		at := room + column(v, x[0], x[len(x)-1], width)
		text := []rune(print(v))
		from := max(at-len(text)/2, 0)
		if i == ticks-1 {
			from = min(from, room+width-len(text))
		}
		if from <= end && i > 0 {
			continue
		}
		line[at] = '┬'
		end = from + copy(labels[from:], text)
	}
	return "\n" + string(line) + "\n" + strings.TrimRight(string(labels), " ")
}
