package svg

import (
	"fmt"
	"html/template"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
)

// row is a box below others.
type row struct {
	figure.Box
	piles map[int][]float64 // coordinates of its values
}

const (
	rowHeight = 88
	pile      = 40  // height that dots may take
	dotSize   = 4.4 // diameter
)

// Boxes draws samples below each other, in the height that they need: every number as a dot, piled up where they are
// close, over a box from quartile to quartile with the median, whiskers to the extremes, and the mean with its
// interval.
func Boxes(b figure.Boxes, size Size) template.HTML {
	var rows []row
	for _, p := range b.Panels {
		for _, box := range p.Boxes {
			box.Name = strings.TrimSpace(p.Title + " " + box.Name)
			rows = append(rows, row{Box: box})
		}
	}
	height := 26 + rowHeight*float64(len(rows)) + 44
	f := frame{12, 26, size.Width - 14, height - 44}
	x := newScale(b.Range(.01, 1e-9), f.left, f.right)
	c := open(Size{size.Width, height}, "spread", b.About, "")
	c.group("axis", func() {
		for _, t := range b.Values.Ticks(x.Range, max(2, int(f.width()/100))) {
			at := x.at(t.At)
			c.line("grid", at, f.top, at, f.bottom)
			c.text("", "middle", at, f.bottom+17, t.Label)
		}
		c.line("base", f.left, f.bottom, f.right, f.bottom)
		c.text("title", "end", f.right, f.bottom+36, b.Values.Title)
	})
	down(c, f, x, b.Reference)
	most := 1
	for i := range rows {
		rows[i].piles = pileUp(rows[i].Values, x)
		for _, pile := range rows[i].piles {
			most = max(most, len(pile))
		}
	}
	rise := min(dotSize, (pile-dotSize)/float64(max(most-1, 1))) // the same for all rows, so that piles can be compared
	for i, r := range rows {
		c.group("row "+Slot(r.Color), func() { r.draw(c, x, f, f.top+float64(i)*rowHeight, rise) })
	}
	return c.close()
}

// down draws a reference as a line down.
func down(c *canvas, f frame, x scale, r *figure.Reference) {
	if r == nil {
		return
	}
	at := x.at(r.At)
	c.line("reference", at, f.top-4, at, f.bottom)
	anchor := "end"
	if at-textWidth(r.Name) < f.left {
		anchor = "start"
	}
	c.text("note", anchor, at, f.top-9, r.Name)
}

func (r row) draw(c *canvas, x scale, f frame, top, rise float64) {
	c.printf(`<text class="name" x="%s" y="%s">%s<tspan class="note" dx="8">%s</tspan></text>`,
		px(f.left), px(top+17), template.HTMLEscapeString(shorten(r.Name, 24)), template.HTMLEscapeString(r.Note))
	if r.N == 0 {
		return
	}
	base := top + 24 + pile
	c.printf(`<path class="dots" d="%s"/>`, dots(stacked(r.piles, base-dotSize/2, rise)))
	middle := base + 10
	c.line("whisker", x.at(r.Min), middle, x.at(r.Max), middle)
	c.printf(`<rect class="box" x="%s" y="%s" width="%s" height="11"/>`,
		px(x.at(r.Q1)), px(middle-5.5), px(max(x.at(r.Q3)-x.at(r.Q1), 1)))
	c.line("median", x.at(r.Median), middle-5.5, x.at(r.Median), middle+5.5)
	if r.Interval != nil {
		c.line("interval", x.at(r.Interval.Low), middle, x.at(r.Interval.High), middle)
	}
	at := x.at(r.Mean)
	c.printf(`<path class="mean" d="M%s %sl4.5 4.5l-4.5 4.5l-4.5 -4.5z"><title>%s</title></path>`, px(at), px(middle-4.5),
		template.HTMLEscapeString(fmt.Sprintf("%s: mean %s", r.Name, numeral.Decimal(r.Mean, 4))))
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
