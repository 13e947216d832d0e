package plot

import (
	"image/color"
	"math"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// heat is a matrix of numbers: red above 0, blue below.
type heat struct{ figure.Heat }

const (
	heatCellWidth  = 9 * vg.Millimeter
	heatCellHeight = 6 * vg.Millimeter
	heatGap        = 1.5 * vg.Millimeter // between labels and cells
	heatSlant      = math.Pi / 4         // of the columns' labels
)

// labels returns the room that labels take at the left and at the top, and what the last slanted one needs at the
// right of the cells.
func (h heat) labels() (left, top, right vg.Length) {
	s := style(smallSize, ink)
	for _, r := range h.Rows {
		left = max(left, s.Width(r))
	}
	for i, c := range h.Columns {
		long := s.Width(c)*math.Sqrt2/2 + smallSize/2
		top = max(top, long)
		right = max(right, long-heatCellWidth*(vg.Length(len(h.Columns)-i)-.5))
	}
	return left + heatGap, top + heatGap, right
}

func (h heat) size() (width, height vg.Length) {
	left, top, right := h.labels()
	width = left + vg.Length(len(h.Columns))*heatCellWidth + right
	width = max(width, style(smallSize, faint).Width(h.Title)) + 2*margin
	return width, captionHeight(h.Title, width) + top + vg.Length(len(h.Rows))*heatCellHeight + 2*margin
}

func (h heat) draw(c draw.Canvas) {
	left, top, _ := h.labels()
	rowLabel, columnLabel := style(smallSize, ink), style(smallSize, ink)
	rowLabel.XAlign, rowLabel.YAlign = text.XRight, text.YCenter
	columnLabel.YAlign, columnLabel.Rotation = text.YCenter, heatSlant
	x := func(column float64) vg.Length { return c.Min.X + left + vg.Length(column)*heatCellWidth }
	y := func(row float64) vg.Length { return c.Max.Y - top - vg.Length(row)*heatCellHeight }
	for j, label := range h.Columns {
		c.FillText(columnLabel, vg.Point{X: x(float64(j) + .5), Y: y(0) + heatGap}, label)
	}
	for i, label := range h.Rows {
		c.FillText(rowLabel, vg.Point{X: x(0) - heatGap, Y: y(float64(i) + .5)}, label)
		for j, v := range h.Values[i] {
			if !math.IsNaN(v) {
				h.cell(c, vg.Rectangle{
					Min: vg.Point{X: x(float64(j)), Y: y(float64(i + 1))},
					Max: vg.Point{X: x(float64(j + 1)), Y: y(float64(i))},
				}, v)
			}
		}
	}
}

func (h heat) cell(c draw.Canvas, r vg.Rectangle, v float64) {
	const line = vg.Length(.4) // of paper between cells
	c.FillPolygon(heatColor(v), []vg.Point{
		{X: r.Min.X + line, Y: r.Min.Y + line}, {X: r.Max.X - line, Y: r.Min.Y + line},
		{X: r.Max.X - line, Y: r.Max.Y - line}, {X: r.Min.X + line, Y: r.Max.Y - line},
	})
	s := style(smallSize-.5, ink)
	if math.Abs(v) > .7 {
		s.Color = paper
	}
	s.XAlign, s.YAlign = text.XCenter, text.YCenter
	c.FillText(s, vg.Point{X: (r.Min.X + r.Max.X) / 2, Y: (r.Min.Y + r.Max.Y) / 2}, numeral.Hundredths(v))
}

// heatColor goes from blue at -1 over nearly white at 0 to red at 1.
func heatColor(v float64) color.Color {
	zero, end := color.NRGBA{0xf4, 0xf4, 0xf3, 0xff}, red
	if v < 0 {
		end = blue
	}
	mix := func(a, b uint8) uint8 {
		return uint8(math.Round(float64(a) + min(math.Abs(v), 1)*(float64(b)-float64(a))))
	}
	return color.NRGBA{mix(zero.R, end.R), mix(zero.G, end.G), mix(zero.B, end.B), 0xff}
}
