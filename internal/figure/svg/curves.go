package svg

import (
	"html"
	"html/template"
	"slices"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/plain"
)

type curves struct{ figure.Curves }

// Curves draws a chart of series.
func Curves(f figure.Curves, size Size) template.HTML { return curves{f}.svg(size) }

// Scatter draws points and their front.
func Scatter(f figure.Scatter, size Size) template.HTML { return curves{f.Curves()}.svg(size) }

func (l curves) svg(size Size) template.HTML {
	f, y := l.layout(size)
	x := newScale(l.XRange(), f.left, f.right)
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
func (l curves) layout(size Size) (frame, scale) {
	f := frame{8, 30, size.Width - 14, size.Height - 44}
	longest := 0.0
	for _, s := range l.Series {
		if s.Look == figure.Line {
			longest = max(longest, textWidth(shorten(s.Name, labelLength)))
		}
	}
	f.right -= longest + 8
	y := l.yScale(f)
	widest := 0.0
	for _, t := range l.yTicks(f, y) {
		widest = max(widest, textWidth(t.Label))
	}
	f.left += widest + 8
	return f, y
}

const labelLength = 16

func place(line []figure.Point, x, y scale) []point {
	out := make([]point, len(line))
	for i, p := range line {
		out[i] = point{x.at(p.X), y.at(p.Y)}
	}
	return out
}

func (l curves) path(xs, ys []float64, x, y scale) []point { return thin(place(l.Line(xs, ys), x, y)) }

func (l curves) band(c *canvas, s figure.Series, x, y scale) {
	low, high := l.path(s.X, s.Low, x, y), l.path(s.X, s.High, x, y)
	if len(low) < 2 {
		return
	}
	slices.Reverse(low)
	c.printf(`<path class="band %s" d="%sz"/>`, Slot(s.Color), d(append(high, low...)))
}

func (l curves) series(c *canvas, s figure.Series, x, y scale) {
	if s.Look == figure.Dots {
		c.printf(`<path class="dots %s" d="%s"/>`, Slot(s.Color), dots(place(s.Known(), x, y)))
		return
	}
	line := l.path(s.X, s.Y, x, y)
	if len(line) == 0 {
		return
	}
	class := "line"
	if s.Look == figure.Hair {
		class = "hair"
	}
	c.printf(`<path class="%s %s" d="%s"/>`, class, Slot(s.Color), d(line))
}

// labels names the lines at their ends, moved apart where these are close.
func (l curves) labels(c *canvas, f frame, x, y scale) {
	var named []figure.Series
	var at []float64
	for _, s := range l.Series {
		if end, ok := s.End(); ok && s.Look == figure.Line {
			named = append(named, s)
			at = append(at, min(max(y.at(end.Y), f.top), f.bottom))
		}
	}
	moved := figure.Spread(at, fontSize+3, f.top+2, f.bottom)
	for i, s := range named {
		c.group("label "+Slot(s.Color), func() {
			c.line("leader", f.right+2, at[i], f.right+10, moved[i])
			c.printf(`<text x="%s" y="%s"><title>%s</title>%s</text>`, px(f.right+13), px(moved[i]+4.5),
				html.EscapeString(plain.Text(s.Name)), html.EscapeString(shorten(plain.Text(s.Name), labelLength)))
		})
	}
}
