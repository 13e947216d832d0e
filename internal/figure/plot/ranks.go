package plot

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Ranks is a critical-difference diagram (Demšar, JMLR 2006): mean ranks on an axis, and a bar across those sets that do
// not differ significantly.
type Ranks struct {
	Title    string
	Labels   []string // in the order of their colours
	Ranks    []float64
	Critical float64
	Groups   [][]int // positions in Labels
}

const (
	ranksTop = 34 // points above the axis
	barGap   = 7
	nameGap  = 14
)

func (r Ranks) bars() [][]int {
	return slices.DeleteFunc(slices.Clone(r.Groups), func(g []int) bool { return len(g) < 2 })
}

// Size implements [Figure].
func (r Ranks) Size() (width, height vg.Length) {
	rows := vg.Points(ranksTop + barGap*float64(len(r.bars())) + nameGap*float64((len(r.Ranks)+1)/2) + 10)
	width = 14 * vg.Centimeter
	return width, rows + 2*margin + captionHeight(r.Title, width)
}

// Draw implements [Figure]. The best ranks are at the right, as is usual.
func (r Ranks) Draw(c draw.Canvas) {
	c = caption(c, r.Title)
	room := vg.Length(0)
	for i := range r.Labels {
		room = max(room, style(labelSize, ink).Width(r.label(i)))
	}
	room += vg.Points(14)
	last := float64(max(len(r.Ranks), 2))
	left, right, axis := c.Min.X+room, c.Max.X-room, c.Max.Y-vg.Points(ranksTop)
	x := func(rank float64) vg.Length { return right - vg.Length((rank-1)/(last-1))*(right-left) }

	thin := draw.LineStyle{Color: ink, Width: vg.Points(.75)}
	c.StrokeLine2(thin, left, axis, right, axis)
	number := style(smallSize, ink)
	number.XAlign, number.YAlign = text.XCenter, text.YBottom
	for k := 1.; k <= last; k++ {
		c.StrokeLine2(thin, x(k), axis, x(k), axis+vg.Points(4))
		c.FillText(number, vg.Point{X: x(k), Y: axis + vg.Points(5)}, strconv.Itoa(int(k)))
	}
	r.critical(c, left, x)
	for i, g := range r.bars() {
		low, high := math.Inf(1), math.Inf(-1)
		for _, k := range g {
			low, high = min(low, r.Ranks[k]), max(high, r.Ranks[k])
		}
		y := axis - vg.Points(6+barGap*float64(i))
		c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(2.5)}, x(high)-vg.Points(2.5), y, x(low)+vg.Points(2.5), y)
	}
	r.names(c, left, right, axis, x)
}

// critical draws the critical difference to the axis's scale.
func (r Ranks) critical(c draw.Canvas, left vg.Length, x func(float64) vg.Length) {
	if !(r.Critical > 0) || math.IsInf(r.Critical, 0) {
		return
	}
	end := min(left+vg.Length(r.Critical)*(x(1)-x(2)), x(1))
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

func (r Ranks) label(i int) string { return fmt.Sprintf("%s %.2f", r.Labels[i], r.Ranks[i]) }

// names hang below the axis: the better half at the right, the rest at the left.
func (r Ranks) names(c draw.Canvas, left, right, axis vg.Length, x func(float64) vg.Length) {
	order := make([]int, len(r.Ranks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.Ranks[a], r.Ranks[b]) })
	first := axis - vg.Points(barGap*float64(len(r.bars()))+nameGap)
	half := (len(order) + 1) / 2
	for k, i := range order {
		end, align, gap, row := right+vg.Points(6), text.XLeft, vg.Points(3), k
		if k >= half {
			end, align, gap, row = left-vg.Points(6), text.XRight, -vg.Points(3), len(order)-1-k
		}
		y := first - vg.Points(nameGap*float64(row))
		look := draw.LineStyle{Color: colorOf(i), Width: vg.Points(.9)}
		c.StrokeLines(look, []vg.Point{{X: x(r.Ranks[i]), Y: axis}, {X: x(r.Ranks[i]), Y: y}, {X: end, Y: y}})
		s := style(labelSize, colorOf(i))
		s.XAlign, s.YAlign = align, text.YCenter
		c.FillText(s, vg.Point{X: end + gap, Y: y}, r.label(i))
	}
}
