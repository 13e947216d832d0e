package plot

import (
	"github.com/nassearch/nassearch/internal/figure"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

type scatter struct{ figure.Scatter }

func (s scatter) size() (width, height vg.Length) { return 14 * vg.Centimeter, 10.5 * vg.Centimeter }

func (s scatter) draw(c draw.Canvas) {
	p := newPlot("", s.X.Title, s.Y.Title, grid)
	x, y := s.Ranges()
	along(&p.X, x, s.X.Ticks(x, mostTicks))
	along(&p.Y, y, s.Y.Ticks(y, mostTicks))
	p.X.Padding, p.Y.Padding = vg.Points(5), vg.Points(5)
	s.Points, s.Front.Points = shares(s.Points, x, y), shares(s.Front.Points, x, y)
	p.Add(cloud(s.Points))
	if len(s.Front.Points) > 0 {
		f := front{s.Front}
		p.Add(f)
		p.Legend.Add(s.Front.Name, f)
	}
	shapes := []draw.GlyphDrawer{draw.BoxGlyph{}, draw.PyramidGlyph{}, draw.CircleGlyph{}}
	for i, m := range s.Marks {
		at := shares([]figure.Point{m.Point}, x, y)[0]
		g, _ := plotter.NewScatter(plotter.XYs{plotter.XY(at)}) // finite, as the cloud is
		g.GlyphStyle = draw.GlyphStyle{Color: ink, Radius: vg.Points(3.2), Shape: shapes[i%len(shapes)]}
		p.Add(g)
		p.Legend.Add(m.Label, g)
	}
	s.placeLegend(p)
	p.Draw(c)
}

// shares are where points are on the axes, which are as long as gonum/plot takes them for.
func shares(points []figure.Point, x, y figure.Range) []figure.Point {
	out := make([]figure.Point, len(points))
	for i, q := range points {
		out[i] = figure.Point{X: place(x, q.X), Y: place(y, q.Y)}
	}
	return out
}

// placeLegend puts the legend into the corner with the fewest points.
func (s scatter) placeLegend(p *plot.Plot) {
	const wide, tall = .45, .25 // of the axes
	best := len(s.Points) + 1
	for _, top := range []bool{true, false} {
		for _, left := range []bool{true, false} {
			inside := 0
			for _, q := range s.Points {
				x, y := q.X, q.Y
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
type cloud []figure.Point

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

// front is a line of steps through points that do not dominate each other.
type front struct{ figure.Front }

var frontLine = draw.LineStyle{Color: red, Width: vg.Points(1)}

const frontDot = vg.Length(1.7)

// Plot implements [plot.Plotter].
func (f front) Plot(c draw.Canvas, p *plot.Plot) {
	tx, ty := p.Transforms(&c)
	at := func(q figure.Point) vg.Point { return vg.Point{X: tx(q.X), Y: ty(q.Y)} }
	var path vg.Path
	for _, q := range f.Points {
		circle(&path, at(q), frontDot)
	}
	c.StrokeLines(frontLine, onto(f.Line(), at))
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
