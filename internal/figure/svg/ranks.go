package svg

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
)

// Rank is a series with its mean rank.
type Rank struct {
	Name string
	Slot int
	Rank float64 // from 1, the best
}

// Ranks is a critical-difference diagram (Demšar, JMLR 2006): mean ranks on an axis, and a bar across those sets that do
// not differ significantly.
type Ranks struct {
	About    string
	Ranks    []Rank
	Critical float64
	Groups   [][]string // names in each set
}

const (
	barStep  = 10 // between bars
	nameStep = 22 // between names
)

// Height that it needs.
func (r Ranks) Height() float64 {
	half := (len(r.Ranks) + 1) / 2
	return 74 + barStep*float64(len(r.bars())) + nameStep*float64(half)
}

// bars are the sets of more than one.
func (r Ranks) bars() [][]string {
	return slices.DeleteFunc(slices.Clone(r.Groups), func(g []string) bool { return len(g) < 2 })
}

// SVG draws it in its own height. The best ranks are at the right, as is usual.
func (r Ranks) SVG(width float64) template.HTML {
	c := open(Size{width, r.Height()}, "ranks", r.About, "")
	longest := 0.0
	for _, s := range r.Ranks {
		longest = max(longest, textWidth(shorten(s.Name, labelLength)+" 0.00"))
	}
	f := frame{longest + 22, 62, width - longest - 22, r.Height()}
	x := linear(1, float64(max(len(r.Ranks), 2)), f.right, f.left)
	r.axis(c, f, x)
	for i, g := range r.bars() {
		low, high := math.Inf(1), math.Inf(-1)
		for _, s := range r.Ranks {
			if slices.Contains(g, s.Name) {
				low, high = min(low, s.Rank), max(high, s.Rank)
			}
		}
		y := f.top + 12 + barStep*float64(i)
		c.line("clique", x.at(high)-4, y, x.at(low)+4, y)
	}
	r.names(c, f, x)
	return c.close()
}

// axis has the ranks, and above them the critical difference.
func (r Ranks) axis(c *canvas, f frame, x scale) {
	c.group("axis", func() {
		c.line("base", f.left, f.top, f.right, f.top)
		for k := 1; k <= max(len(r.Ranks), 2); k++ {
			at := x.at(float64(k))
			c.line("mark", at, f.top, at, f.top-6)
			c.text("", "middle", at, f.top-11, fmt.Sprint(k))
		}
	})
	if !(r.Critical > 0) || math.IsInf(r.Critical, 0) {
		return
	}
	wide := min(r.Critical*math.Abs(x.at(2)-x.at(1)), f.width())
	text := fmt.Sprintf("critical difference %.2f", r.Critical)
	if r.Critical > float64(len(r.Ranks)-1) {
		text += ", more than the whole axis"
	}
	c.group("critical", func() {
		c.line("", f.left, 22, f.left+wide, 22)
		c.line("", f.left, 18, f.left, 26)
		c.line("", f.left+wide, 18, f.left+wide, 26)
		c.text("note", "start", f.left, 13, text)
	})
}

// names hang below the axis: the better half at the right, the rest at the left.
func (r Ranks) names(c *canvas, f frame, x scale) {
	sorted := slices.Clone(r.Ranks)
	slices.SortStableFunc(sorted, func(a, b Rank) int { return cmp.Compare(a.Rank, b.Rank) })
	half := (len(sorted) + 1) / 2
	first := f.top + 12 + barStep*float64(len(r.bars())) + 8
	for i, s := range sorted {
		end, anchor, label, row := f.right+8, "start", 4.0, i
		if i >= half {
			end, anchor, label, row = f.left-8, "end", -4.0, len(sorted)-1-i
		}
		y := first + nameStep*float64(row)
		c.group("label "+Slot(s.Slot), func() {
			c.printf(`<path class="stem" d="M%s %sV%sH%s"/>`, px(x.at(s.Rank)), px(f.top), px(y), px(end))
			c.text("", anchor, end+label, y+4.5, fmt.Sprintf("%s %.2f", shorten(s.Name, labelLength), s.Rank))
		})
	}
}
