package plot

import (
	"image/color"
	"math"

	"github.com/nassearch/nassearch/internal/figure/svg"
	"github.com/nassearch/nassearch/internal/numeral"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// palette tells series apart, also for most people who see fewer colours; from the fifth on lines are dashed too.
var palette = []color.NRGBA{
	{0x0b, 0x6c, 0xc4, 0xff}, {0xdd, 0x55, 0x00, 0xff}, {0x3a, 0x3f, 0x4b, 0xff}, {0x17, 0xa2, 0x87, 0xff},
	{0xb0, 0x30, 0x7f, 0xff}, {0xb5, 0x89, 0x00, 0xff}, {0x8a, 0x6f, 0xe8, 0xff}, {0x7a, 0x1f, 0x1f, 0xff},
}

const undashed = 4

func colorOf(i int) color.NRGBA { return palette[i%len(palette)] }

// Curve is a line with a band. Values that are NaN are left out.
type Curve struct {
	Label           string
	X, Y, Low, High []float64
}

// Curves is a figure of curves, each with its name at its end.
type Curves struct {
	Title          string
	XLabel, YLabel string
	Curves         []Curve // in the order of their colours
	Log            bool    // the vertical axis, with a place for zero
	Settled        float64 // where on the horizontal axis the choice of the vertical one begins
	Reference      float64 // height of a dashed line; NaN for none
}

const labelRoom = 7 // between a line's end and its name, in points

// Size implements [Figure].
func (c Curves) Size() (width, height vg.Length) {
	width = 15 * vg.Centimeter
	return width, 8.5*vg.Centimeter + captionHeight(c.Title, width)
}

// Draw implements [Figure].
func (c Curves) Draw(canvas draw.Canvas) {
	canvas = caption(canvas, c.Title)
	p := newPlot("", c.XLabel, c.YLabel)
	lines := plotter.NewGrid()
	lines.Vertical.Color, lines.Horizontal.Color, lines.Horizontal.Width = nil, grid, vg.Points(.5)
	p.Add(lines)
	place := c.axes(p)
	if !math.IsNaN(c.Reference) && !c.Log {
		p.Add(reference(c.Reference))
	}
	for i, curve := range c.Curves {
		p.Add(band{curve, i, place})
	}
	for i, curve := range c.Curves {
		p.Add(stroke{curve, i, place})
	}
	room := vg.Length(0)
	for _, curve := range c.Curves {
		room = max(room, style(smallSize, ink).Width(curve.Label)+vg.Points(labelRoom+1))
	}
	canvas = draw.Crop(canvas, 0, -room, 0, 0)
	p.Draw(canvas)
	c.labels(p, p.DataCanvas(canvas), place)
}

// axes chooses the ranges. It returns where a value is on the vertical axis, which gonum/plot takes for a linear one: it
// would put the title of a logarithmic one beside its middle.
func (c Curves) axes(p *plot.Plot) (place func(float64) float64) {
	p.X.Min, p.X.Max = math.Inf(1), math.Inf(-1)
	var all []svg.Series
	for _, curve := range c.Curves {
		all = append(all, svg.Series{X: curve.X, Y: curve.Y, Low: curve.Low, High: curve.High})
		for _, x := range curve.X {
			p.X.Min, p.X.Max = min(p.X.Min, x), max(p.X.Max, x)
		}
	}
	if p.X.Min > p.X.Max {
		p.X.Min, p.X.Max = 0, 1
	}
	low, high, zero := svg.Range(all, c.Settled, c.Reference, c.Log)
	p.X.Padding, p.Y.Padding = 0, 0
	p.X.Tick.Marker = from{p.X.Min}
	if !c.Log {
		pad := .04 * (high - low)
		if pad == 0 {
			pad = max(math.Abs(high), 1e-9) / 100
		}
		p.Y.Min, p.Y.Max = low-pad, high+pad
		return func(v float64) float64 { return v }
	}
	scale := logWithZero{low: low, high: high, zero: zero}
	p.Y.Min, p.Y.Max, p.Y.Tick.Marker = 0, 1, scale
	return scale.place
}

// from are round ticks, and one where the axis begins.
type from struct{ low float64 }

// Ticks implements [plot.Ticker].
func (f from) Ticks(low, high float64) []plot.Tick {
	all := []plot.Tick{{Value: f.low, Label: numeral.Decimal(f.low, 3)}}
	round := ticks{}.Ticks(low, high)
	for _, t := range round {
		if len(round) < 2 || t.Value-f.low > (round[1].Value-round[0].Value)/4 {
			all = append(all, t)
		}
	}
	return all
}

// logWithZero is a logarithmic axis; what is below its low end is there, and zero has a place below that.
type logWithZero struct {
	low, high float64
	zero      bool
}

const zeroShare = .06 // of the axis

// place returns where a value is, from 0 to 1.
func (l logWithZero) place(v float64) float64 {
	start := 0.
	if l.zero {
		start = zeroShare
		if v <= 0 {
			return 0
		}
	}
	return start + (1-start)*math.Log(max(v, l.low)/l.low)/math.Log(l.high/l.low)
}

// Ticks implements [plot.Ticker].
func (l logWithZero) Ticks(_, _ float64) []plot.Tick {
	var all []plot.Tick
	if l.zero {
		all = append(all, plot.Tick{Value: 0, Label: "0"})
	}
	at, names := svg.Ticks(l.low, l.high, mostTicks, true)
	for i, v := range at {
		all = append(all, plot.Tick{Value: l.place(v), Label: names[i]})
	}
	return all
}

// along returns the known points of a line.
func along(c draw.Canvas, p *plot.Plot, xs, ys []float64, place func(float64) float64) []vg.Point {
	tx, ty := p.Transforms(&c)
	var line []vg.Point
	for i, v := range ys {
		if !math.IsNaN(v) {
			line = append(line, vg.Point{X: tx(xs[i]), Y: ty(place(v))})
		}
	}
	return line
}

// band is the area of a curve.
type band struct {
	Curve
	i     int
	place func(float64) float64
}

// Plot implements [plot.Plotter].
func (b band) Plot(c draw.Canvas, p *plot.Plot) {
	area, high := along(c, p, b.X, b.Low, b.place), along(c, p, b.X, b.High, b.place)
	for i := len(high) - 1; i >= 0; i-- {
		area = append(area, high[i])
	}
	if len(high) > 1 {
		c.FillPolygon(fade(colorOf(b.i), 0x26), c.ClipPolygonXY(area))
	}
}

// stroke is the line of a curve.
type stroke struct {
	Curve
	i     int
	place func(float64) float64
}

// Plot implements [plot.Plotter].
func (s stroke) Plot(c draw.Canvas, p *plot.Plot) {
	look := draw.LineStyle{Color: colorOf(s.i), Width: vg.Points(1.4)}
	if s.i%len(palette) >= undashed {
		look.Dashes = []vg.Length{vg.Points(4), vg.Points(2)}
	}
	c.StrokeLines(look, c.ClipLinesXY(along(c, p, s.X, s.Y, s.place))...)
}

// labels names the curves at their ends, moved apart where these are close.
func (c Curves) labels(p *plot.Plot, canvas draw.Canvas, place func(float64) float64) {
	var at []float64
	var of []int
	for i, curve := range c.Curves {
		if line := along(canvas, p, curve.X, curve.Y, place); len(line) > 0 {
			at, of = append(at, float64(line[len(line)-1].Y)), append(of, i)
		}
	}
	moved := svg.Spread(at, smallSize*1.15, float64(canvas.Min.Y), float64(canvas.Max.Y))
	for k, i := range of {
		s := style(smallSize, colorOf(i))
		s.YAlign = text.YCenter
		end := canvas.Max.X + vg.Points(labelRoom)
		canvas.StrokeLine2(draw.LineStyle{Color: fade(colorOf(i), 0x90), Width: vg.Points(.5)},
			canvas.Max.X+1, vg.Length(at[k]), end-1, vg.Length(moved[k]))
		canvas.FillText(s, vg.Point{X: end, Y: vg.Length(moved[k])}, c.Curves[i].Label)
	}
}
