// Package term draws figures with characters, for terminals.
package term

import (
	"math"
	"slices"
	"strconv"

	"github.com/guptarohit/asciigraph"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
)

// Size of a chart in characters, without its axes.
const (
	height = 8
	width  = 60
)

const xTicks = 5

// Curves draws the lines of a chart, which share numbers that are evenly apart on the horizontal axis, from where the
// first of them is known. Where that leaves fewer than two numbers there is nothing to draw.
func Curves(c figure.Curves) string {
	var lines [][]float64
	var x []float64
	first := math.MaxInt
	for _, s := range c.Series {
		known := slices.IndexFunc(s.Y, func(v float64) bool { return !math.IsNaN(v) })
		if s.Look == figure.Line && known >= 0 {
			lines, x, first = append(lines, s.Y), s.X, min(first, known)
		}
	}
	if first >= len(x)-1 {
		return ""
	}
	for i := range lines {
		lines[i] = lines[i][first:]
	}
	return asciigraph.PlotMany(lines, asciigraph.Height(height), asciigraph.Width(width),
		asciigraph.YAxisValueFormatter(formatted(c.Y, func(v float64) string { return numeral.Decimal(v, 4) })),
		asciigraph.XAxisRange(x[first], x[len(x)-1]), asciigraph.XAxisTickCount(xTicks),
		asciigraph.XAxisValueFormatter(formatted(c.X, func(v float64) string { return strconv.Itoa(int(v + .5)) })),
	)
}

// formatted is how an axis prints numbers.
func formatted(a figure.Axis, plain func(float64) string) func(float64) string {
	if a.Format != nil {
		return a.Format
	}
	return plain
}
