package svg

import (
	"fmt"
	"html"

	"github.com/nassearch/nassearch/internal/figure"
)

// zeroRoom is the height that a logarithmic axis gives to zero.
const zeroRoom = 22

// yScale goes up, and leaves room for zero below its low end.
func (l curves) yScale(f frame) scale {
	s := newScale(l.YRange(), f.bottom, f.top)
	if s.Zero {
		s.zero, s.from = f.bottom, f.bottom-zeroRoom
	}
	return s
}

func (l curves) yTicks(f frame, y scale) []figure.Tick {
	return l.Y.Ticks(y.Range, max(2, int(f.height()/38)))
}

// attributes tell a script where the axes are.
func (l curves) attributes(f frame, x, y scale) string {
	if l.Data == "" {
		return ""
	}
	zero := ""
	if y.Zero {
		zero = px(y.zero)
	}
	kind := "linear"
	if y.Log {
		kind = "log"
	}
	return fmt.Sprintf(` tabindex="0" data-data="%s" data-frame="%s %s %s %s"`+
		` data-x="%g %g" data-y="%g %g %s %s" data-scale="%s" data-zero="%s"`,
		html.EscapeString(l.Data), px(f.left), px(f.top), px(f.right), px(f.bottom),
		x.Low, x.High, y.Low, y.High, px(y.from), px(y.to), kind, zero)
}

// axes draws them with quiet lines across.
func (l curves) axes(c *canvas, f frame, x, y scale) {
	c.group("axis", func() {
		for _, t := range l.yTicks(f, y) {
			at := y.at(t.At)
			c.line("grid", f.left, at, f.right, at)
			c.text("", "end", f.left-7, at+4.5, t.Label)
		}
		if y.Zero {
			c.line("grid", f.left, y.zero, f.right, y.zero)
			c.text("", "end", f.left-7, y.zero+4.5, "0")
			middle := (y.zero + y.from) / 2
			c.line("break", f.left-4, middle+4, f.left+4, middle-1)
			c.line("break", f.left-4, middle+8, f.left+4, middle+3)
		}
		c.line("base", f.left, f.bottom, f.right, f.bottom)
		start, round := l.XTicks(x.Range, max(2, int(f.width()/68)))
		for _, t := range append(round, start...) {
			at := x.at(t.At)
			c.line("mark", at, f.bottom, at, f.bottom+5)
			c.text("", "middle", at, f.bottom+19, t.Label)
		}
		c.text("title", "start", 4, 16, l.Y.Title)
		c.text("title", "end", f.right, f.bottom+36, l.X.Title)
	})
	if l.Reference != nil && !y.Log {
		at := y.at(l.Reference.At)
		c.line("reference", f.left, at, f.right, at)
		c.text("note", "start", f.left+4, at-5, l.Reference.Name)
	}
}
