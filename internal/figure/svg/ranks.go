package svg

import (
	"fmt"
	"html/template"

	"github.com/nassearch/nassearch/internal/figure"
)

type ranks struct{ figure.Ranks }

const (
	barStep  = 10 // between bars
	nameStep = 22 // between names
)

// Ranks draws a critical-difference diagram, in the height that it needs. The best ranks are at the right, as is usual.
func Ranks(f figure.Ranks, size Size) template.HTML {
	r, bars := ranks{f}, f.Bars()
	names := 62 + 20 + barStep*float64(len(bars))
	height := names + nameStep*float64(f.Rows()) - 8
	c := open(Size{size.Width, height}, "ranks", f.About, "")
	longest := 0.0
	for _, s := range f.Means {
		longest = max(longest, textWidth(shorten(s.Name, labelLength)+" 0.00"))
	}
	axis := frame{longest + 22, 62, size.Width - longest - 22, height}
	x := newScale(figure.Range{Low: 1, High: float64(f.Last())}, axis.right, axis.left)
	r.axis(c, axis, x)
	for i, bar := range bars {
		y := axis.top + 12 + barStep*float64(i)
		c.line("clique", x.at(bar.High)-4, y, x.at(bar.Low)+4, y)
	}
	r.names(c, axis, x, names)
	return c.close()
}

// axis has the ranks, and above them the critical difference.
func (r ranks) axis(c *canvas, f frame, x scale) {
	c.group("axis", func() {
		c.line("base", f.left, f.top, f.right, f.top)
		for k := 1; k <= r.Last(); k++ {
			at := x.at(float64(k))
			c.line("mark", at, f.top, at, f.top-6)
			c.text("", "middle", at, f.top-11, fmt.Sprint(k))
		}
	})
	difference, known := r.Difference()
	if !known {
		return
	}
	end := f.left + difference*(x.at(1)-x.at(2))
	text := fmt.Sprintf("critical difference %.2f", r.Critical)
	if r.Critical > difference {
		text += ", more than the whole axis"
	}
	c.group("critical", func() {
		c.line("", f.left, 22, end, 22)
		c.line("", f.left, 18, f.left, 26)
		c.line("", end, 18, end, 26)
		c.text("note", "start", f.left, 13, text)
	})
}

// names hang below the axis.
func (r ranks) names(c *canvas, f frame, x scale, first float64) {
	for _, h := range r.Hung() {
		end, anchor, label := f.right+8, "start", 4.0
		if h.Worse {
			end, anchor, label = f.left-8, "end", -4.0
		}
		y := first + nameStep*float64(h.Row)
		c.group("label "+Slot(h.Color), func() {
			c.printf(`<path class="stem" d="M%s %sV%sH%s"/>`, px(x.at(h.Mean)), px(f.top), px(y), px(end))
			c.text("", anchor, end+label, y+4.5, fmt.Sprintf("%s %.2f", shorten(h.Name, labelLength), h.Mean))
		})
	}
}
