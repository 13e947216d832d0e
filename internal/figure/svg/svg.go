// Package svg draws figures as SVG that goes into a page. Colours and fonts are the page's: elements carry classes,
// series those that [Slot] returns. Everything else is in the picture, so that it can be read without a script;
// attributes named data-... tell a script where the axes are.
package svg

import (
	"fmt"
	"html"
	"html/template"
	"strconv"
	"strings"
	"unicode"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/plain"
)

// Size of a drawing in the units of its view box, which are pixels where it is shown unscaled.
type Size struct{ Width, Height float64 }

// slots is the number of colours; series beyond take them again.
const slots = 8

// Slot is the classes of a series' colour: that of the palette, and a name of its own by which a script finds it.
func Slot(i int) string {
	if i == figure.Plain {
		return "plain"
	}
	return fmt.Sprintf("s%d k%d", i%slots, i)
}

const fontSize = 13

type canvas struct{ b strings.Builder }

// open begins a drawing that says what it is to who cannot see it.
func open(s Size, kind, about, attributes string) *canvas {
	c := &canvas{}
	c.printf(`<svg class="chart %s" viewBox="0 0 %s %s" role="img" aria-label="%s"%s>`,
		kind, px(s.Width), px(s.Height), html.EscapeString(plain.Text(about)), attributes)
	return c
}

func (c *canvas) close() template.HTML {
	c.b.WriteString("</svg>")
	return template.HTML(c.b.String()) // all text in it went through html.EscapeString
}

func (c *canvas) printf(format string, args ...any) { fmt.Fprintf(&c.b, format, args...) }

func (c *canvas) line(class string, x1, y1, x2, y2 float64) {
	c.printf(`<path class="%s" d="M%s %sL%s %s"/>`, class, px(x1), px(y1), px(x2), px(y2))
}

// text writes at a point; anchor is start, middle or end.
func (c *canvas) text(class, anchor string, x, y float64, text string) {
	c.printf(`<text class="%s" text-anchor="%s" x="%s" y="%s">%s</text>`,
		class, anchor, px(x), px(y), html.EscapeString(plain.Text(text)))
}

// group puts what f draws under a class.
func (c *canvas) group(class string, f func()) {
	c.printf(`<g class="%s">`, class)
	f()
	c.b.WriteString("</g>")
}

// clipped puts what f draws into a frame that cuts it off. Coordinates stay those of the drawing.
func (c *canvas) clipped(f frame, draw func()) {
	c.printf(`<svg x="%[1]s" y="%[2]s" width="%[3]s" height="%[4]s" viewBox="%[1]s %[2]s %[3]s %[4]s">`,
		px(f.left), px(f.top), px(f.width()), px(f.height()))
	draw()
	c.b.WriteString("</svg>")
}

// px prints a coordinate with one digit.
func px(v float64) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	text = strings.TrimSuffix(text, ".0")
	if text == "-0" {
		return "0"
	}
	return text
}

// frame is the part of a drawing that has the data.
type frame struct{ left, top, right, bottom float64 }

func (f frame) width() float64  { return f.right - f.left }
func (f frame) height() float64 { return f.bottom - f.top }

// shorten cuts a name that is too long for a label.
func shorten(name string, most int) string {
	r := []rune(name)
	if len(r) <= most {
		return name
	}
	return string(r[:most-1]) + "…"
}

// textWidth is how wide a text is at most: in the wide letters of DejaVu Sans Bold.
func textWidth(text string) float64 {
	width := 0.0
	for _, r := range text {
		switch {
		case strings.ContainsRune("fijl.,:;|'!()[]I ", r):
			width += .46
		case strings.ContainsRune("rst-/_J", r):
			width += .6
		case strings.ContainsRune("mwMW@%", r):
			width += 1.11
		case unicode.IsUpper(r) || strings.ContainsRune("#&+<=>^~", r):
			width += .88
		default:
			width += .72
		}
	}
	return fontSize * width
}
