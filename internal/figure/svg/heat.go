package svg

import (
	"fmt"
	"html/template"
	"math"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
)

// Sizes of a heat map's cells, and between labels and cells.
const (
	heatWidth  = 42
	heatHeight = 24
	heatGap    = 7
)

// Heat draws a matrix in the size that it needs: cells are the more coloured, the farther their numbers are from 0, by
// the class up above it and down below. A page lets it be scrolled where it has less room.
func Heat(h figure.Heat) template.HTML {
	left, top, right := 0.0, 0.0, 0.0
	for _, r := range h.Rows {
		left = max(left, textWidth(r))
	}
	for j, name := range h.Columns {
		long := textWidth(name)*math.Sqrt2/2 + fontSize
		top = max(top, long)
		right = max(right, long-heatWidth*(float64(len(h.Columns)-j)-.5))
	}
	left, top = left+heatGap, top+heatGap
	size := Size{
		left + heatWidth*float64(len(h.Columns)) + max(right, 0), top + heatHeight*float64(len(h.Rows)),
	}
	c := open(size, "heat", h.Title, fmt.Sprintf(` style="width:%spx"`, px(size.Width)))
	c.group("axis", func() {
		for j, name := range h.Columns {
			x, y := left+heatWidth*(float64(j)+.5), top-heatGap
			c.printf(`<g transform="translate(%s %s) rotate(-45)">`, px(x), px(y))
			c.text("", "start", 0, 0, name)
			c.b.WriteString("</g>")
		}
		for i, name := range h.Rows {
			c.text("", "end", left-heatGap, top+heatHeight*(float64(i)+.5)+4.5, name)
		}
	})
	for i, row := range h.Values {
		for j, v := range row {
			if !math.IsNaN(v) {
				heatCell(c, left+heatWidth*float64(j), top+heatHeight*float64(i), v)
			}
		}
	}
	return c.close()
}

func heatCell(c *canvas, x, y, v float64) {
	class := "up"
	if v < 0 {
		class = "down"
	}
	c.printf(`<rect class="%s" x="%s" y="%s" width="%d" height="%d" fill-opacity="%.2f"/>`,
		class, px(x+.5), px(y+.5), heatWidth-1, heatHeight-1, .75*min(math.Abs(v), 1))
	c.text("", "middle", x+heatWidth/2, y+heatHeight/2+4.5, numeral.Hundredths(v))
}
