package svg

import (
	"fmt"
	"html/template"
	"maps"
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/numeral"
)

// Group is the numbers of a series that a chart of distributions shows.
type Group struct {
	Name           string
	Slot           int
	Values         []float64
	Q1, Median, Q3 float64
	Mean           float64
	Low, High      float64 // interval of the mean; NaN for none
	Note           string  // in small print after the name
}

// Distributions is a chart of groups below each other: every number as a dot, piled up where they are close, over a box
// from quartile to quartile with the median, whiskers to the extremes, and the mean with its interval.
type Distributions struct {
	About     string
	X         string // title of the axis
	Groups    []Group
	Reference float64 // a line down; NaN for none
	Named     string
}

const (
	rowHeight = 88
	pile      = 40  // height that dots may take
	dotSize   = 4.4 // diameter
)

// Height that it needs.
func (d Distributions) Height() float64 { return 26 + rowHeight*float64(len(d.Groups)) + 44 }

// SVG draws it in its own height.
func (d Distributions) SVG(width float64) template.HTML {
	f := frame{12, 26, width - 14, d.Height() - 44}
	x := d.scale(f)
	c := open(Size{width, d.Height()}, "spread", d.About, "")
	c.group("axis", func() {
		for _, t := range x.ticks(max(2, int(f.width()/100))) {
			at := x.at(t.at)
			c.line("grid", at, f.top, at, f.bottom)
			c.text("", "middle", at, f.bottom+17, t.label)
		}
		c.line("base", f.left, f.bottom, f.right, f.bottom)
		c.text("title", "end", f.right, f.bottom+36, d.X)
	})
	if !math.IsNaN(d.Reference) {
		at := x.at(d.Reference)
		c.line("reference", at, f.top-4, at, f.bottom)
		anchor := "end"
		if at-textWidth(d.Named) < f.left {
			anchor = "start"
		}
		c.text("note", anchor, at, f.top-9, d.Named)
	}
	piles, most := make([]map[int][]float64, len(d.Groups)), 1
	for i, g := range d.Groups {
		piles[i] = pileUp(g.Values, x)
		for _, pile := range piles[i] {
			most = max(most, len(pile))
		}
	}
	rise := min(dotSize, (pile-dotSize)/float64(max(most-1, 1))) // the same for all groups, so that piles can be compared
	for i, g := range d.Groups {
		c.group("row "+Slot(g.Slot), func() { g.draw(c, x, f, f.top+float64(i)*rowHeight, piles[i], rise) })
	}
	return c.close()
}

func (d Distributions) scale(f frame) scale {
	low, high := math.Inf(1), math.Inf(-1)
	for _, g := range d.Groups {
		for _, v := range g.Values {
			low, high = min(low, v), max(high, v)
		}
	}
	if !math.IsNaN(d.Reference) {
		low, high = min(low, d.Reference), max(high, d.Reference)
	}
	if low > high {
		low, high = 0, 1
	}
	room := 0.03 * (high - low)
	if room == 0 {
		room = max(0.01*math.Abs(high), 1e-9)
	}
	return linear(low-room, high+room, f.left, f.right)
}

func (g Group) draw(c *canvas, x scale, f frame, top float64, piles map[int][]float64, rise float64) {
	c.printf(`<text class="name" x="%s" y="%s">%s<tspan class="note" dx="8">%s</tspan></text>`,
		px(f.left), px(top+17), template.HTMLEscapeString(shorten(g.Name, 24)), template.HTMLEscapeString(g.Note))
	if len(g.Values) == 0 {
		return
	}
	base := top + 24 + pile
	c.printf(`<path class="dots" d="%s"/>`, dots(stacked(piles, base-dotSize/2, rise)))
	middle := base + 10
	c.line("whisker", x.at(slices.Min(g.Values)), middle, x.at(slices.Max(g.Values)), middle)
	c.printf(`<rect class="box" x="%s" y="%s" width="%s" height="11"/>`, px(x.at(g.Q1)), px(middle-5.5), px(max(x.at(g.Q3)-x.at(g.Q1), 1)))
	c.line("median", x.at(g.Median), middle-5.5, x.at(g.Median), middle+5.5)
	if !math.IsNaN(g.Low) {
		c.line("interval", x.at(g.Low), middle, x.at(g.High), middle)
	}
	at := x.at(g.Mean)
	c.printf(`<path class="mean" d="M%s %sl4.5 4.5l-4.5 4.5l-4.5 -4.5z"><title>%s</title></path>`, px(at), px(middle-4.5),
		template.HTMLEscapeString(fmt.Sprintf("%s: mean %s", g.Name, numeral.Decimal(g.Mean, 4))))
}

// pileUp collects the coordinates of numbers that are no further apart than a dot is wide.
func pileUp(values []float64, x scale) map[int][]float64 {
	piles := map[int][]float64{}
	for _, v := range values {
		at := x.at(v)
		i := int(math.Round(at / dotSize))
		piles[i] = append(piles[i], at)
	}
	return piles
}

// stacked puts the dots of each pile on top of each other, in its middle. Dots that cover each other are one.
func stacked(piles map[int][]float64, base, rise float64) []point {
	var all []point
	for _, i := range slices.Sorted(maps.Keys(piles)) {
		middle := 0.0
		for _, at := range piles[i] {
			middle += at / float64(len(piles[i]))
		}
		for k := range piles[i] {
			p := point{middle, base - rise*float64(k)}
			if k == 0 || px(all[len(all)-1].y) != px(p.y) {
				all = append(all, p)
			}
		}
	}
	return all
}
