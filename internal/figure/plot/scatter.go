package plot

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Point is a value of either axis.
type Point struct{ X, Y float64 }

// Mark is a point that stands out, with its line in the legend.
type Mark struct {
	Point
	Label string
}

// Scatter is a figure of points, with a front along some of them.
type Scatter struct {
	Title          string
	XLabel, YLabel string
	Points         []Point
	Front          []Point // ascending in X, joined by the steps of what they attain
	FrontLabel     string
	SmallX         bool // the smaller X, the better
	Marks          []Mark
}

// Size implements [Figure].
func (s Scatter) Size() (width, height vg.Length) { return 14 * vg.Centimeter, 10.5 * vg.Centimeter }

// Draw implements [Figure].
func (s Scatter) Draw(c draw.Canvas) {
	c = caption(c, s.Title)
	p := newPlot("", s.XLabel, s.YLabel)
	lines := plotter.NewGrid()
	lines.Vertical.Color, lines.Horizontal.Color = grid, grid
	lines.Vertical.Width, lines.Horizontal.Width = vg.Points(.5), vg.Points(.5)
	p.Add(lines, cloud(s.Points))
	if len(s.Front) > 0 {
		f := front{s.Front, s.SmallX}
		p.Add(f)
		p.Legend.Add(s.FrontLabel, f)
	}
	shapes := []draw.GlyphDrawer{draw.BoxGlyph{}, draw.PyramidGlyph{}, draw.CircleGlyph{}}
	for i, m := range s.Marks {
		g, _ := plotter.NewScatter(plotter.XYs{plotter.XY(m.Point)}) // finite, as the cloud is
		g.GlyphStyle = draw.GlyphStyle{Color: ink, Radius: vg.Points(3.2), Shape: shapes[i%len(shapes)]}
		p.Add(g)
		p.Legend.Add(m.Label, g)
	}
	s.placeLegend(p)
	p.Draw(c)
}

// placeLegend puts the legend into the corner with the fewest points.
func (s Scatter) placeLegend(p *plot.Plot) {
	const wide, tall = .45, .25 // of the axes
	best := len(s.Points) + 1
	for _, top := range []bool{true, false} {
		for _, left := range []bool{true, false} {
			inside := 0
			for _, q := range s.Points {
				x, y := (q.X-p.X.Min)/(p.X.Max-p.X.Min), (q.Y-p.Y.Min)/(p.Y.Max-p.Y.Min)
				if (x < wide) == left && (x < wide || x > 1-wide) && (y > 1-tall) == top && (y > 1-tall || y < tall) {
					inside++
				}
			}
			if inside < best {
				best, p.Legend.Top, p.Legend.Left = inside, top, left
			}
		}
	}
	p.Legend.Padding, p.Legend.ThumbnailWidth = vg.Points(2), vg.Points(16)
	p.Legend.YOffs = vg.Points(4)
	if p.Legend.Top {
		p.Legend.YOffs = -p.Legend.YOffs
	}
	p.Legend.XOffs = vg.Points(4)
	if !p.Legend.Left {
		p.Legend.XOffs = -p.Legend.XOffs
	}
}

// cloud is points, so many that their density tells, or few enough to be seen one by one.
type cloud []Point

// few points are drawn larger and darker.
const few = 200

// layers is how many paths the points are spread over: those of one path do not add up, those of several do.
const layers = 8

// Plot implements [plot.Plotter].
func (pts cloud) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	radius := vg.Points(1.1)
	c.SetColor(fade(blue, 0x58))
	if len(pts) < few {
		radius = vg.Points(2)
		c.SetColor(fade(blue, 0xc0))
	}
	for layer := range min(layers, len(pts)) {
		var path vg.Path
		for i := layer; i < len(pts); i += layers {
			circle(&path, vg.Point{X: tx(pts[i].X), Y: ty(pts[i].Y)}, radius)
		}
		c.Fill(path)
	}
}

// DataRange implements [plot.DataRanger].
func (pts cloud) DataRange() (xmin, xmax, ymin, ymax float64) {
	xys := make(plotter.XYs, len(pts))
	for i, p := range pts {
		xys[i] = plotter.XY(p)
	}
	return plotter.XYRange(xys)
}

// front is a line of steps through points that do not dominate each other.
type front struct {
	points []Point
	smallX bool
}

var frontLine = draw.LineStyle{Color: red, Width: vg.Points(1)}

const frontDot = vg.Length(1.7)

// line goes through the points, by the corners of what they attain together.
func (f front) line(tx, ty func(float64) vg.Length) []vg.Point {
	var line []vg.Point
	for i, q := range f.points {
		if i > 0 {
			corner := Point{f.points[i-1].X, q.Y}
			if f.smallX {
				corner = Point{q.X, f.points[i-1].Y}
			}
			line = append(line, vg.Point{X: tx(corner.X), Y: ty(corner.Y)})
		}
		line = append(line, vg.Point{X: tx(q.X), Y: ty(q.Y)})
	}
	return line
}

// Plot implements [plot.Plotter].
func (f front) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	var path vg.Path
	for _, q := range f.points {
		circle(&path, vg.Point{X: tx(q.X), Y: ty(q.Y)}, frontDot)
	}
	c.StrokeLines(frontLine, f.line(tx, ty))
	c.SetColor(red)
	c.Fill(path)
}

// Thumbnail implements [plot.Thumbnailer].
func (f front) Thumbnail(c *draw.Canvas) {
	y := c.Center().Y
	c.StrokeLine2(frontLine, c.Min.X, y, c.Max.X, y)
	var path vg.Path
	circle(&path, c.Center(), frontDot)
	c.SetColor(red)
	c.Fill(path)
}
