package nasbench201

import (
	"fmt"
	"math"
	"strings"
)

// shortNames label the edges of drawings.
var shortNames = [Ops]string{"", "skip", "1x1", "3x3", "pool"}

// drawOrder lists the edges by length, as the rows of a drawing.
var drawOrder = [...][]int{{0, 2, 5}, {1}, {4}, {3}}

// Text draws the cell for a terminal: one row for the edges between successive nodes and one for each longer
// edge. Edges that cannot reach the output are dotted.
//
//	0 ──1x1──→ 1 ──3x3──→ 2 ──pool─→ 3
//	0 ─────────────skip────────────→ 3
func (c Cell) Text() string {
	const column = 11 // from a node to the next
	live := c.Live()
	var rows []string
	for _, row := range drawOrder {
		line := []rune(strings.Repeat(" ", 3*column+1))
		empty := true
		for _, e := range row {
			if c[e] == None {
				continue
			}
			empty = false
			stroke := '─'
			if live[e] == None {
				stroke = '┄'
			}
			from, to := edges[e].From*column, edges[e].To*column
			arrow(line[from+2:to-1], shortNames[c[e]], stroke)
			line[from], line[to] = rune('0'+edges[e].From), rune('0'+edges[e].To)
		}
		if len(rows) == 0 {
			for n := range Nodes {
				line[n*column] = rune('0' + n)
			}
			empty = false
		}
		if !empty {
			rows = append(rows, strings.TrimRight(string(line), " "))
		}
	}
	return strings.Join(rows, "\n")
}

// arrow fills dst with a line to the right that carries a label.
func arrow(dst []rune, label string, stroke rune) {
	for i := range dst {
		dst[i] = stroke
	}
	copy(dst[(len(dst)-len(label))/2:], []rune(label))
	dst[len(dst)-1] = '→'
}

// DOT draws the cell in the language of Graphviz.
func (c Cell) DOT() string {
	live := c.Live()
	var b strings.Builder
	b.WriteString("digraph cell {\n\trankdir=LR\n\tnode [shape=circle]\n")
	for n := range Nodes {
		fmt.Fprintf(&b, "\t%d\n", n)
	}
	for i, e := range edges {
		if c[i] == None {
			continue
		}
		style := ""
		if live[i] == None {
			style = ", style=dotted"
		}
		fmt.Fprintf(&b, "\t%d -> %d [label=%q%s]\n", e.From, e.To, c[i], style)
	}
	b.WriteString("}\n")
	return b.String()
}

// The drawing as SVG: nodes on a line, longer edges as arcs above and below it.
const (
	svgStep   = 150 // between nodes
	svgRadius = 16
	svgMargin = 36
	svgRoom   = 26 // beyond the outermost arc or node
)

// arcs gives the height of an edge's arc above the nodes' line.
var arcs = [Edges]float64{0, 52, 0, 92, -52, 0}

var svgColors = [Ops]string{Skip: "#7a7a7a", Conv1x1: "#2a78b8", Conv3x3: "#c44536", Pool: "#3b8f5a"}

// SVG draws the cell as a picture that can be put into a page, several of them too, on light or dark ground.
func (c Cell) SVG() string {
	const width = 2*svgMargin + 3*svgStep
	above, below := float64(svgRadius), float64(svgRadius)
	for i, rise := range arcs {
		if c[i] != None {
			above, below = max(above, rise), max(below, -rise)
		}
	}
	height := above + below + 2*svgRoom
	live := c.Live()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 %g %d %g" width="%d" height="%g" `+
		`font-family="sans-serif" font-size="14" role="img">`+"\n", -above-svgRoom, width, height, width, height)
	fmt.Fprintf(&b, "<title>%s</title>\n", c.Arch())
	for i := range edges {
		if c[i] != None {
			c.svgEdge(&b, i, live[i] == None)
		}
	}
	for n, label := range []string{"in", "1", "2", "out"} {
		x := svgMargin + n*svgStep
		fmt.Fprintf(&b, `<circle cx="%d" cy="0" r="%d" fill="none" stroke="#7a7a7a" stroke-width="2"/>`+"\n", x, svgRadius)
		fmt.Fprintf(&b, `<text x="%d" y="5" text-anchor="middle" fill="#7a7a7a">%s</text>`+"\n", x, label)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// svgEdge draws one edge: a line between neighbours, else a quadratic curve whose top is arcs[i] high.
func (c Cell) svgEdge(b *strings.Builder, i int, dotted bool) {
	from, to := float64(svgMargin+edges[i].From*svgStep), float64(svgMargin+edges[i].To*svgStep)
	color, rise := svgColors[c[i]], arcs[i]
	endX, endY, d, angle := to-svgRadius-2, 0.0, "", 0.0
	if rise == 0 {
		d = fmt.Sprintf("M%g 0H%g", from+svgRadius, endX-4)
	} else {
		lift := math.Copysign(svgRadius*0.8, rise)
		// A quadratic curve reaches half way to its control point, and ends in the direction from there.
		middle, top := (from+to)/2, -lift-2*(rise-lift)
		endX, endY = to-svgRadius*0.8, -lift*1.1
		d = fmt.Sprintf("M%g %gQ%g %g %g %g", from+svgRadius*0.7, -lift, middle, top, endX, endY)
		angle = math.Atan2(endY-top, endX-middle) * 180 / math.Pi
	}
	dash := ""
	if dotted {
		dash = ` stroke-dasharray="2 5"`
	}
	fmt.Fprintf(b, `<path class="edge" d="%s" fill="none" stroke="%s" stroke-width="2"%s/>`+"\n", d, color, dash)
	fmt.Fprintf(b, `<path d="M0 0L-10 -5L-10 5z" fill="%s" transform="translate(%g %g) rotate(%.1f)"/>`+"\n",
		color, endX+1, endY, angle)
	offset := -6.0
	if rise < 0 {
		offset = 18
	}
	fmt.Fprintf(b, `<text x="%g" y="%g" text-anchor="middle" fill="%s">%s</text>`+"\n",
		(from+to)/2, -rise+offset, color, shortNames[c[i]])
}
