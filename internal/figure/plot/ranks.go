package plot

import (
	"fmt"
	"strconv"

	"github.com/nassearch/nassearch/internal/figure"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

type ranks struct{ figure.Ranks }

const (
	ranksTop = 34 // points above the axis
	barGap   = 7
	nameGap  = 14
)

func (r ranks) size() (width, height vg.Length) {
	rows := vg.Points(ranksTop + barGap*float64(len(r.Bars())) + nameGap*float64(r.Rows()) + 10)
	width = 14 * vg.Centimeter
	return width, rows + 2*margin + captionHeight(r.Title, width)
}

// draw puts the best ranks to the right, as is usual.
func (r ranks) draw(c draw.Canvas) {
	room := vg.Length(0)
	for _, s := range r.Means {
		room = max(room, style(labelSize, ink).Width(rankLabel(s)))
	}
	room += vg.Points(14)
	left, right, axis := c.Min.X+room, c.Max.X-room, c.Max.Y-vg.Points(ranksTop)
	x := func(rank float64) vg.Length { return right - vg.Length((rank-1)/float64(r.Last()-1))*(right-left) }

	thin := draw.LineStyle{Color: ink, Width: vg.Points(.75)}
	c.StrokeLine2(thin, left, axis, right, axis)
	number := style(smallSize, ink)
	number.XAlign, number.YAlign = text.XCenter, text.YBottom
	for k := 1; k <= r.Last(); k++ {
		at := x(float64(k))
		c.StrokeLine2(thin, at, axis, at, axis+vg.Points(4))
		c.FillText(number, vg.Point{X: at, Y: axis + vg.Points(5)}, strconv.Itoa(k))
	}
	r.critical(c, left, x)
	bars := r.Bars()
	for i, bar := range bars {
		y := axis - vg.Points(6+barGap*float64(i))
		thick := draw.LineStyle{Color: ink, Width: vg.Points(2.5)}
		c.StrokeLine2(thick, x(bar.High)-thick.Width, y, x(bar.Low)+thick.Width, y)
	}
	r.names(c, left, right, axis, axis-vg.Points(barGap*float64(len(bars))+nameGap), x)
}

func (r ranks) critical(c draw.Canvas, left vg.Length, x func(float64) vg.Length) {
	difference, known := r.Difference()
	if !known {
		return
	}
	end := left + vg.Length(difference)*(x(1)-x(2))
	thin := draw.LineStyle{Color: faint, Width: vg.Points(.75)}
	y := c.Max.Y - vg.Points(12)
	c.StrokeLine2(thin, left, y, end, y)
	for _, at := range []vg.Length{left, end} {
		c.StrokeLine2(thin, at, y-vg.Points(2), at, y+vg.Points(2))
	}
	s := style(smallSize, faint)
	s.YAlign = text.YBottom
	c.FillText(s, vg.Point{X: left, Y: y + vg.Points(2)}, fmt.Sprintf("critical difference %.2f", r.Critical))
}

func rankLabel(r figure.Rank) string { return fmt.Sprintf("%s %.2f", r.Name, r.Mean) }

// names hang below the axis, from first on.
func (r ranks) names(c draw.Canvas, left, right, axis, first vg.Length, x func(float64) vg.Length) {
	for _, h := range r.Hung() {
		end, align, gap := right+vg.Points(6), text.XLeft, vg.Points(3)
		if h.Worse {
			end, align, gap = left-vg.Points(6), text.XRight, -vg.Points(3)
		}
		at, y := x(h.Mean), first-vg.Points(nameGap*float64(h.Row))
		look := draw.LineStyle{Color: colorOf(h.Color), Width: vg.Points(.9)}
		c.StrokeLines(look, []vg.Point{{X: at, Y: axis}, {X: at, Y: y}, {X: end, Y: y}})
		s := style(labelSize, colorOf(h.Color))
		s.XAlign, s.YAlign = align, text.YCenter
		c.FillText(s, vg.Point{X: end + gap, Y: y}, rankLabel(h.Rank))
	}
}
