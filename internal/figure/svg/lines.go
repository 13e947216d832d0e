package svg

import (
	"html"
	"html/template"
	"math"
)

// Series is a line over an axis. Numbers that are NaN are not drawn.
type Series struct {
	Name      string
	Slot      int
	X, Y      []float64
	Low, High []float64 // of a band around it; nil for none
	Thin      bool      // drawn as a thin line, without a label
	Dots      bool      // drawn as dots, without a label
}

// Lines is a chart of series.
type Lines struct {
	About  string // what it shows, for who cannot see it
	X, Y   string // titles of the axes
	Series []Series
	Log    bool // the y axis
	Step   bool // numbers hold until the next
	Fixed  bool // the y axis goes from Low to High
	Low    float64
	High   float64
	// Settled is the place of the x axis from which the y axis is chosen, so that a bad start does not flatten the rest.
	Settled   float64
	Reference float64              // a line across; NaN for none
	Named     string               // what the reference is
	Format    func(float64) string // of the y axis; nil for plain numbers
	FormatX   func(float64) string
	Room      bool   // leave some at both ends of the x axis
	Data      string // name of the data that a script shows for it; empty for none
}

// zeroRoom is the height that a logarithmic axis gives to zero.
const zeroRoom = 22

// SVG draws it.
func (l Lines) SVG(size Size) template.HTML {
	f, y := l.layout(size)
	x := l.xScale(f)
	c := open(size, "lines", l.About, l.attributes(f, x, y))
	l.axes(c, f, x, y)
	c.clipped(frame{f.left, f.top - 1, f.right + 1, f.bottom + 1}, func() {
		for _, s := range l.Series {
			l.band(c, s, x, y)
		}
		for _, s := range l.Series {
			l.series(c, s, x, y)
		}
	})
	l.labels(c, f, x, y)
	return c.close()
}

// layout leaves room for labels on both sides.
func (l Lines) layout(size Size) (frame, scale) {
	f := frame{8, 30, size.Width - 14, size.Height - 44}
	longest := 0.0
	for _, s := range l.Series {
		if !s.Thin && !s.Dots {
			longest = max(longest, textWidth(shorten(s.Name, labelLength)))
		}
	}
	f.right -= longest + 8
	y := l.yScale(f)
	widest := 0.0
	for _, t := range l.yTicks(f, y) {
		widest = max(widest, textWidth(t.label))
	}
	f.left += widest + 8
	return f, y
}

const labelLength = 16

// place returns the points of a series that are known.
func place(xs, ys []float64, x, y scale) []point {
	var line []point
	for i, v := range ys {
		if !math.IsNaN(v) {
			line = append(line, point{x.at(xs[i]), y.at(v)})
		}
	}
	return line
}

func (l Lines) path(xs, ys []float64, x, y scale) []point {
	line := place(xs, ys, x, y)
	if l.Step {
		line = steps(line)
	}
	return thin(line)
}

func (l Lines) band(c *canvas, s Series, x, y scale) {
	if s.Low == nil {
		return
	}
	low, high := l.path(s.X, s.Low, x, y), l.path(s.X, s.High, x, y)
	if len(low) < 2 {
		return
	}
	for i := len(low) - 1; i >= 0; i-- {
		high = append(high, low[i])
	}
	c.printf(`<path class="band %s" d="%sz"/>`, Slot(s.Slot), d(high))
}

func (l Lines) series(c *canvas, s Series, x, y scale) {
	if s.Dots {
		c.printf(`<path class="dots %s" d="%s"/>`, Slot(s.Slot), dots(place(s.X, s.Y, x, y)))
		return
	}
	line := l.path(s.X, s.Y, x, y)
	if len(line) == 0 {
		return
	}
	class := "line"
	if s.Thin {
		class = "hair"
	}
	c.printf(`<path class="%s %s" d="%s"/>`, class, Slot(s.Slot), d(line))
}

// labels names the lines at their ends, moved apart where these are close.
func (l Lines) labels(c *canvas, f frame, x, y scale) {
	var named []Series
	var at []float64
	for _, s := range l.Series {
		line := place(s.X, s.Y, x, y)
		if s.Thin || s.Dots || len(line) == 0 {
			continue
		}
		end := line[len(line)-1]
		for _, p := range line { // the one at the right, whichever way it goes
			if p.x > end.x {
				end = p
			}
		}
		named = append(named, s)
		at = append(at, min(max(end.y, f.top), f.bottom))
	}
	moved := Spread(at, fontSize+3, f.top+2, f.bottom)
	for i, s := range named {
		c.group("label "+Slot(s.Slot), func() {
			c.line("leader", f.right+2, at[i], f.right+10, moved[i])
			c.printf(`<text x="%s" y="%s"><title>%s</title>%s</text>`, px(f.right+13), px(moved[i]+4.5),
				html.EscapeString(s.Name), html.EscapeString(shorten(s.Name, labelLength)))
		})
	}
}
