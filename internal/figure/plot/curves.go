package plot

import (
	"image/color"
	"slices"

	"github.com/nassearch/nassearch/internal/figure"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// palette tells series apart, also for most people who see fewer colours; from the fifth on lines are dashed too, and
// those that take a colour again are dotted.
var palette = []color.NRGBA{
	{0x0b, 0x6c, 0xc4, 0xff}, {0xdd, 0x55, 0x00, 0xff}, {0x3a, 0x3f, 0x4b, 0xff}, {0x17, 0xa2, 0x87, 0xff},
	{0xb0, 0x30, 0x7f, 0xff}, {0xb5, 0x89, 0x00, 0xff}, {0x8a, 0x6f, 0xe8, 0xff}, {0x7a, 0x1f, 0x1f, 0xff},
}

const undashed = 4

// colorOf is the colour of a series, or of what is none.
func colorOf(i int) color.NRGBA {
	if i == figure.Plain {
		return grey
	}
	return palette[i%len(palette)]
}

// curves is a chart of series, each with its name at its end.
type curves struct{ figure.Curves }

const labelRoom = 7 // between a line's end and its name, in points

func (c curves) size() (width, height vg.Length) {
	width = 15 * vg.Centimeter
	return width, 8.5*vg.Centimeter + captionHeight(c.Title, width)
}

func (c curves) draw(canvas draw.Canvas) {
	p := newPlot("", c.X.Title, c.Y.Title, nil)
	x, y := c.axes(p)
	room := vg.Length(0)
	for _, s := range c.Series {
		if s.Look == figure.Line {
			room = max(room, style(smallSize, ink).Width(s.Name)+vg.Points(labelRoom+1))
		}
	}
	canvas = draw.Crop(canvas, 0, -room, 0, 0)
	p.Draw(canvas)
	canvas = p.DataCanvas(canvas)
	tx, ty := p.Transforms(&canvas)
	at := func(q figure.Point) vg.Point { return vg.Point{X: tx(place(x, q.X)), Y: ty(y.place(q.Y))} }
	if c.Reference != nil && !c.Y.Log {
		reference(canvas, at(figure.Point{Y: c.Reference.At}).Y)
	}
	for _, s := range c.Series {
		c.band(canvas, s, at)
	}
	for _, s := range c.Series {
		c.stroke(canvas, s, at)
	}
	c.labels(canvas, at)
}

func (c curves) axes(p *plot.Plot) (figure.Range, vertical) {
	x, y := c.XRange(), vertical{c.YRange()}
	start, round := c.XTicks(x, mostTicks)
	along(&p.X, x, append(start, round...))
	p.Y.Min, p.Y.Max, p.Y.Padding = 0, 1, 0
	values := c.Y.Ticks(y.Range, mostTicks)
	if y.Zero {
		values = append([]figure.Tick{{At: 0, Label: "0"}}, values...)
	}
	for i := range values {
		values[i].At = y.place(values[i].At)
	}
	p.Y.Tick.Marker = marks(values)
	return x, y
}

// vertical is the axis of values. Zero has a place below its low end.
type vertical struct{ figure.Range }

const zeroShare = .06 // of the axis

// place returns where a value is as gonum/plot takes it.
func (v vertical) place(y float64) float64 {
	switch {
	case !v.Zero:
		return place(v.Range, y)
	case y <= 0:
		return 0
	}
	return zeroShare + (1-zeroShare)*v.Share(y)
}

func onto(line []figure.Point, at func(figure.Point) vg.Point) []vg.Point {
	out := make([]vg.Point, len(line))
	for i, q := range line {
		out[i] = at(q)
	}
	return out
}

func (c curves) band(canvas draw.Canvas, s figure.Series, at func(figure.Point) vg.Point) {
	low, high := onto(c.Line(s.X, s.Low), at), onto(c.Line(s.X, s.High), at)
	slices.Reverse(high)
	if len(high) > 1 {
		canvas.FillPolygon(fade(colorOf(s.Color), 0x26), canvas.ClipPolygonXY(append(low, high...)))
	}
}

// stroke draws the line of a series, or its dots.
func (c curves) stroke(canvas draw.Canvas, s figure.Series, at func(figure.Point) vg.Point) {
	if s.Look == figure.Dots {
		var path vg.Path
		for _, q := range onto(s.Known(), at) {
			if canvas.Contains(q) {
				circle(&path, q, vg.Points(1.2))
			}
		}
		canvas.SetColor(fade(colorOf(s.Color), 0x80))
		canvas.Fill(path)
		return
	}
	look := draw.LineStyle{Color: colorOf(s.Color), Width: vg.Points(1.4)}
	if s.Look == figure.Hair {
		look.Width = vg.Points(.6)
	}
	switch {
	case s.Color >= len(palette):
		look.Dashes = []vg.Length{vg.Points(1.4), vg.Points(1.6)}
	case s.Color >= undashed:
		look.Dashes = []vg.Length{vg.Points(4), vg.Points(2)}
	}
	canvas.StrokeLines(look, canvas.ClipLinesXY(onto(c.Line(s.X, s.Y), at))...)
}

// labels names the lines at their ends, moved apart where these are close.
func (c curves) labels(canvas draw.Canvas, at func(figure.Point) vg.Point) {
	var heights []float64
	var named []figure.Series
	for _, s := range c.Series {
		if end, ok := s.End(); ok && s.Look == figure.Line {
			heights, named = append(heights, float64(at(end).Y)), append(named, s)
		}
	}
	moved := figure.Spread(heights, smallSize*1.15, float64(canvas.Min.Y), float64(canvas.Max.Y))
	for i, s := range named {
		color := colorOf(s.Color)
		name := style(smallSize, color)
		name.YAlign = text.YCenter
		end := canvas.Max.X + vg.Points(labelRoom)
		canvas.StrokeLine2(draw.LineStyle{Color: fade(color, 0x90), Width: vg.Points(.5)},
			canvas.Max.X+1, vg.Length(heights[i]), end-1, vg.Length(moved[i]))
		canvas.FillText(name, vg.Point{X: end, Y: vg.Length(moved[i])}, s.Name)
	}
}
