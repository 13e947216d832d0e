package plot

import (
	"image/color"
	"math"

	"github.com/nassearch/nassearch/internal/figure"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// boxes is panels of box plots that share the vertical axis, two in a row, or three of many.
type boxes struct{ figure.Boxes }

const (
	panelHeight = 6.2 * vg.Centimeter
	manyPanels  = 8
	boxesWidth  = 18 * vg.Centimeter
)

func (b boxes) shape() (rows, columns int) {
	columns = min(2, len(b.Panels))
	if len(b.Panels) > manyPanels {
		columns = 3
	}
	return (len(b.Panels) + columns - 1) / columns, columns
}

func (b boxes) size() (width, height vg.Length) {
	rows, columns := b.shape()
	width = boxesWidth * vg.Length(columns+1) / 3
	return width, panelHeight*vg.Length(rows) + 2*margin + captionHeight(b.Title, width)
}

func (b boxes) draw(c draw.Canvas) {
	rows, columns := b.shape()
	plots := make([][]*plot.Plot, rows)
	y := b.Range(.1, .1)
	for i := range plots {
		plots[i] = make([]*plot.Plot, columns)
		for j := range columns {
			if at := i*columns + j; at < len(b.Panels) {
				plots[i][j] = b.panel(b.Panels[at], y, j == 0)
			}
		}
	}
	tiles := draw.Tiles{Rows: rows, Cols: columns, PadX: 3 * vg.Millimeter, PadY: 3 * vg.Millimeter}
	for i, row := range plot.Align(plots, tiles, c) {
		for j, tile := range row {
			if plots[i][j] != nil {
				plots[i][j].Draw(tile)
				b.fill(plots[i][j], plots[i][j].DataCanvas(tile), b.Panels[i*columns+j])
			}
		}
	}
}

// panel is one panel without its boxes; only those at the left name the vertical axis.
func (b boxes) panel(panel figure.Panel, y figure.Range, left bool) *plot.Plot {
	values := ""
	if left {
		values = b.Values.Title
	}
	p := newPlot(panel.Title, b.Category, values, nil)
	var names []string
	for _, box := range panel.Boxes {
		if box.N > 0 {
			names = append(names, box.Name)
		}
	}
	p.NominalX(names...)
	p.X.Tick.LineStyle.Width, p.X.LineStyle.Width = 0, vg.Points(.5)
	p.X.Min, p.X.Max = -.6, float64(len(names))-.4
	along(&p.Y, y, b.Values.Ticks(y, mostTicks))
	p.X.Padding = 0
	p.X.Tick.Length = vg.Points(4) // room above the labels
	return p
}

// fill draws the boxes of a panel, 1 apart.
func (b boxes) fill(p *plot.Plot, c draw.Canvas, panel figure.Panel) {
	tx, up := p.Transforms(&c)
	y := b.Range(.1, .1)
	ty := func(v float64) vg.Length { return up(place(y, v)) }
	if b.Reference != nil {
		reference(c, ty(b.Reference.At))
	}
	at := 0.
	for _, of := range panel.Boxes {
		if of.N > 0 {
			box{of}.draw(c, tx(at-half), tx(at), tx(at+half), ty)
			at++
		}
	}
}

const half = .32 // of a box's width

// reference draws a dashed line across.
func reference(c draw.Canvas, y vg.Length) {
	c.StrokeLine2(draw.LineStyle{Color: red, Width: vg.Points(.75), Dashes: []vg.Length{vg.Points(3), vg.Points(2)}},
		c.Min.X, y, c.Max.X, y)
}

type box struct{ figure.Box }

func (b box) draw(c draw.Canvas, left, middle, right vg.Length, ty func(float64) vg.Length) {
	edge, inside := color.Color(blue), color.Color(pale)
	switch {
	case b.Color != figure.Plain:
		edge, inside = colorOf(b.Color), fade(colorOf(b.Color), 0x40)
	case b.Quiet:
		edge, inside = grey, silver
	}
	thin := draw.LineStyle{Color: edge, Width: vg.Points(.75)}
	for _, whisker := range [][2]float64{{b.Q1, b.Low}, {b.Q3, b.High}} {
		c.StrokeLine2(thin, middle, ty(whisker[0]), middle, ty(whisker[1]))
	}
	corners := []vg.Point{{X: left, Y: ty(b.Q1)}, {X: right, Y: ty(b.Q1)}, {X: right, Y: ty(b.Q3)}, {X: left, Y: ty(b.Q3)}}
	c.FillPolygon(inside, corners)
	c.StrokeLines(thin, append(corners, corners[0]))
	c.StrokeLine2(draw.LineStyle{Color: edge, Width: vg.Points(1.75)}, left, ty(b.Median), right, ty(b.Median))
	c.SetColor(fade(edge, 0x80))
	c.Fill(dots(vg.Points(b.dotRadius()), middle, ty, b.Outside))
	if b.Color != figure.Plain {
		b.mean(c, middle, ty)
	}
}

// dotRadius is small where thousands of values are described, as those of a table's cells, and not hundreds of runs.
func (b box) dotRadius() float64 {
	if b.Color != figure.Plain {
		return 1.2
	}
	return .7
}

func (b box) mean(c draw.Canvas, x vg.Length, ty func(float64) vg.Length) {
	if b.Interval != nil {
		c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(1.25)}, x, ty(b.Interval.Low), x, ty(b.Interval.High))
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

func fade(c color.Color, alpha uint8) color.Color {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	n.A = alpha
	return n
}
