package plot

import (
	"image/color"
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/stats"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Box is a sample as a box plot (Tukey, Exploratory Data Analysis, 1977): the box spans the quartiles, the whiskers
// reach the last value within one and a half of its height, what is beyond is drawn as points.
type Box struct {
	Label  string
	Quiet  bool    // drawn in grey: what the others are compared with
	Series *Series // nil for a box that belongs to no series
	stats.Description

	low, high float64   // ends of the whiskers
	outside   []float64 // distinct, ascending
}

// Series is what a box shows where it belongs to one of several series: their colour, and the mean as a diamond.
type Series struct {
	Color     int     // as that of the curve at this place of [Curves]
	Low, High float64 // interval of the mean; NaN for none
}

// NewBox describes a sample. It must have a value and be finite.
func NewBox(label string, values []float64) (Box, error) {
	d, err := stats.Describe(values)
	if err != nil {
		return Box{}, err
	}
	b := Box{Label: label, Description: d, low: d.Q1, high: d.Q3}
	reach := 1.5 * (d.Q3 - d.Q1)
	for _, v := range values {
		if v < d.Q1-reach || v > d.Q3+reach {
			b.outside = append(b.outside, v)
			continue
		}
		b.low, b.high = min(b.low, v), max(b.high, v)
	}
	slices.Sort(b.outside)
	b.outside = slices.Compact(b.outside)
	return b, nil
}

// BoxPanel is boxes side by side under a title.
type BoxPanel struct {
	Title string
	Boxes []Box
}

// Boxes is a figure of panels that share the vertical axis, two in a row.
type Boxes struct {
	Title          string
	XLabel, YLabel string
	Panels         []BoxPanel
	Reference      float64 // height of a dashed line; NaN for none
	Share          bool    // values are shares, the axis goes from 0 to 1
}

const (
	panelHeight = 6.2 * vg.Centimeter
	boxesWidth  = 18 * vg.Centimeter
)

func (b Boxes) shape() (rows, columns int) {
	columns = min(2, len(b.Panels))
	return (len(b.Panels) + columns - 1) / columns, columns
}

// Size implements [Figure].
func (b Boxes) Size() (width, height vg.Length) {
	rows, columns := b.shape()
	width = boxesWidth * vg.Length(columns+1) / 3
	return width, panelHeight*vg.Length(rows) + 2*margin + captionHeight(b.Title, width)
}

// Draw implements [Figure].
func (b Boxes) Draw(c draw.Canvas) {
	c = caption(c, b.Title)
	rows, columns := b.shape()
	plots := make([][]*plot.Plot, rows)
	low, high := b.verticalRange()
	for i := range plots {
		plots[i] = make([]*plot.Plot, columns)
		for j := range columns {
			if at := i*columns + j; at < len(b.Panels) {
				plots[i][j] = b.panel(b.Panels[at], low, high, j == 0)
			}
		}
	}
	tiles := draw.Tiles{Rows: rows, Cols: columns, PadX: 3 * vg.Millimeter, PadY: 3 * vg.Millimeter}
	for i, row := range plot.Align(plots, tiles, c) {
		for j, tile := range row {
			if plots[i][j] != nil {
				plots[i][j].Draw(tile)
			}
		}
	}
}

func (b Boxes) verticalRange() (low, high float64) {
	if b.Share {
		return 0, 1
	}
	low, high = math.Inf(1), math.Inf(-1)
	for _, p := range b.Panels {
		for _, box := range p.Boxes {
			low, high = min(low, box.Min), max(high, box.Max)
		}
	}
	if !math.IsNaN(b.Reference) {
		low, high = min(low, b.Reference), max(high, b.Reference)
	}
	pad := .03 * (high - low)
	if pad == 0 {
		pad = max(math.Abs(high), 1) / 10
	}
	return low - pad, high + pad
}

// panel draws one panel; only those at the left name the vertical axis.
func (b Boxes) panel(panel BoxPanel, low, high float64, left bool) *plot.Plot {
	label := ""
	if left {
		label = b.YLabel
	}
	p := newPlot(panel.Title, b.XLabel, label)
	lines := plotter.NewGrid()
	lines.Vertical.Color, lines.Horizontal.Color, lines.Horizontal.Width = nil, grid, vg.Points(.5)
	p.Add(lines)
	if !math.IsNaN(b.Reference) {
		p.Add(reference(b.Reference))
	}
	names := make([]string, len(panel.Boxes))
	for i, box := range panel.Boxes {
		names[i] = box.Label
		p.Add(drawnBox{box, float64(i)})
	}
	p.NominalX(names...)
	p.X.Tick.LineStyle.Width, p.X.LineStyle.Width = 0, vg.Points(.5)
	p.X.Min, p.X.Max = -.6, float64(len(names))-.4
	p.Y.Min, p.Y.Max = low, high
	p.X.Padding, p.Y.Padding = 0, 0
	p.X.Tick.Length = vg.Points(4) // room above the labels
	return p
}

// reference is a dashed horizontal line.
type reference float64

// Plot implements [plot.Plotter].
func (r reference) Plot(c draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&c)
	c.StrokeLine2(draw.LineStyle{Color: red, Width: vg.Points(.75), Dashes: []vg.Length{vg.Points(3), vg.Points(2)}},
		c.Min.X, y(float64(r)), c.Max.X, y(float64(r)))
}

// drawnBox is a box at a place of the horizontal axis.
type drawnBox struct {
	Box
	at float64
}

// Plot implements [plot.Plotter].
func (b drawnBox) Plot(c draw.Canvas, p *plot.Plot) {
	const half = .32 // of the box's width, the boxes being 1 apart
	tx, ty := p.Transforms(&c)
	left, middle, right := tx(b.at-half), tx(b.at), tx(b.at+half)
	edge, inside := color.Color(blue), color.Color(pale)
	switch {
	case b.Series != nil:
		edge, inside = colorOf(b.Series.Color), fade(colorOf(b.Series.Color), 0x40)
	case b.Quiet:
		edge, inside = grey, silver
	}
	thin := draw.LineStyle{Color: edge, Width: vg.Points(.75)}
	for _, whisker := range [][2]float64{{b.Q1, b.low}, {b.Q3, b.high}} {
		c.StrokeLine2(thin, middle, ty(whisker[0]), middle, ty(whisker[1]))
	}
	box := []vg.Point{{X: left, Y: ty(b.Q1)}, {X: right, Y: ty(b.Q1)}, {X: right, Y: ty(b.Q3)}, {X: left, Y: ty(b.Q3)}}
	c.FillPolygon(inside, box)
	c.StrokeLines(thin, append(box, box[0]))
	c.StrokeLine2(draw.LineStyle{Color: edge, Width: vg.Points(1.75)}, left, ty(b.Median), right, ty(b.Median))
	c.SetColor(fade(edge, 0x80))
	c.Fill(dots(vg.Points(b.dotRadius()), middle, ty, b.outside))
	if b.Series != nil {
		b.mean(c, middle, ty)
	}
}

// dotRadius is small where thousands of values are described, as those of a table's cells, and not hundreds of runs.
func (b drawnBox) dotRadius() float64 {
	if b.Series != nil {
		return 1.2
	}
	return .7
}

// mean draws the mean with its interval.
func (b drawnBox) mean(c draw.Canvas, x vg.Length, ty func(float64) vg.Length) {
	if !math.IsNaN(b.Series.Low) {
		c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(1.25)}, x, ty(b.Series.Low), x, ty(b.Series.High))
	}
	const r = 2.2 // points
	y := ty(b.Mean)
	diamond := []vg.Point{{X: x - r, Y: y}, {X: x, Y: y + r}, {X: x + r, Y: y}, {X: x, Y: y - r}}
	c.FillPolygon(paper, diamond)
	c.StrokeLines(draw.LineStyle{Color: ink, Width: vg.Points(.75)}, append(diamond, diamond[0], diamond[1]))
}

// dots are small circles above one another, as one path. Of those that cover each other one in a radius is drawn.
func dots(radius, x vg.Length, ty func(float64) vg.Length, values []float64) vg.Path {
	var path vg.Path
	last := vg.Length(math.Inf(-1))
	for i, v := range values {
		if y := ty(v); y-last >= radius || i == len(values)-1 {
			circle(&path, vg.Point{X: x, Y: y}, radius)
			last = y
		}
	}
	return path
}

func circle(path *vg.Path, at vg.Point, radius vg.Length) {
	path.Move(vg.Point{X: at.X + radius, Y: at.Y})
	path.Arc(at, radius, 0, 2*math.Pi)
	path.Close()
}

// fade makes a colour translucent.
func fade(c color.Color, alpha uint8) color.Color {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	n.A = alpha
	return n
}
