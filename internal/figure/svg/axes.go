package svg

import (
	"fmt"
	"html"
	"math"

	"github.com/nassearch/nassearch/internal/numeral"
)

func (l Lines) xScale(f frame) scale {
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range l.Series {
		for _, v := range s.X {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high {
		low, high = 0, 1
	}
	if l.Room {
		room := 0.03 * (high - low)
		low, high = low-room, high+room
	}
	return linear(low, high, f.left, f.right)
}

// yScale holds everything from where the curves have settled on.
func (l Lines) yScale(f frame) scale {
	if l.Fixed {
		return linear(l.Low, l.High, f.bottom, f.top)
	}
	low, high, zero := Range(l.Series, l.Settled, l.Reference, l.Log)
	if !l.Log {
		room := 0.04 * (high - low)
		if room == 0 {
			room = max(0.01*math.Abs(high), 1e-9)
		}
		return linear(low-room, high+room, f.bottom, f.top)
	}
	s := scale{low: low, high: high, from: f.bottom, to: f.top, log: true, zero: math.NaN()}
	if zero {
		s.zero, s.from = f.bottom, f.bottom-zeroRoom
	}
	return s
}

// Range is what an axis of values shows: those of the series from where they have settled on, and the reference unless it is
// NaN. A logarithmic axis has some room at both ends; whether zero is among its values, for which it has no place, is told.
func Range(all []Series, settled, reference float64, log bool) (low, high float64, zero bool) {
	low, high = math.Inf(1), math.Inf(-1)
	see := func(v float64) {
		switch {
		case math.IsNaN(v):
		case log && v <= 0:
			zero = true
		default:
			low, high = min(low, v), max(high, v)
		}
	}
	least := math.Inf(1) // of the lines themselves
	for _, s := range all {
		for i, v := range s.Y {
			if s.X[i] < settled && i < len(s.X)-1 {
				continue
			}
			see(v)
			if v > 0 {
				least = min(least, v)
			}
			if s.Low != nil {
				see(s.Low[i])
				see(s.High[i])
			}
		}
	}
	if !log {
		see(reference)
	}
	if low > high {
		low, high = 0.5, 1
	}
	if log {
		low, high = max(low, least/5)*0.9, high*1.1 // an interval may come near to nothing
	}
	return low, high, zero
}

func (l Lines) yTicks(f frame, y scale) []tick {
	return named(y.ticks(max(2, int(f.height()/38))), l.Format)
}

// named gives ticks other labels.
func named(ticks []tick, format func(float64) string) []tick {
	for i := range ticks {
		if format != nil {
			ticks[i].label = format(ticks[i].at)
		}
	}
	return ticks
}

// attributes tell a script where the axes are.
func (l Lines) attributes(f frame, x, y scale) string {
	if l.Data == "" {
		return ""
	}
	zero := ""
	if !math.IsNaN(y.zero) {
		zero = px(y.zero)
	}
	kind := "linear"
	if y.log {
		kind = "log"
	}
	return fmt.Sprintf(` tabindex="0" data-data="%s" data-frame="%s %s %s %s" data-x="%g %g" data-y="%g %g %s %s" data-scale="%s" data-zero="%s"`,
		html.EscapeString(l.Data), px(f.left), px(f.top), px(f.right), px(f.bottom), x.low, x.high, y.low, y.high, px(y.from), px(y.to), kind, zero)
}

// axes draws them with quiet lines across.
func (l Lines) axes(c *canvas, f frame, x, y scale) {
	c.group("axis", func() {
		for _, t := range l.yTicks(f, y) {
			at := y.at(t.at)
			c.line("grid", f.left, at, f.right, at)
			c.text("", "end", f.left-7, at+4.5, t.label)
		}
		if !math.IsNaN(y.zero) {
			c.line("grid", f.left, y.zero, f.right, y.zero)
			c.text("", "end", f.left-7, y.zero+4.5, "0")
			middle := (y.zero + y.from) / 2
			c.line("break", f.left-4, middle+4, f.left+4, middle-1)
			c.line("break", f.left-4, middle+8, f.left+4, middle+3)
		}
		c.line("base", f.left, f.bottom, f.right, f.bottom)
		l.xTicks(c, f, x)
		c.text("title", "start", 4, 16, l.Y)
		c.text("title", "end", f.right, f.bottom+36, l.X)
	})
	if !math.IsNaN(l.Reference) && !y.log {
		at := y.at(l.Reference)
		c.line("reference", f.left, at, f.right, at)
		c.text("note", "start", f.left+4, at-5, l.Named)
	}
}

func (l Lines) xTicks(c *canvas, f frame, x scale) {
	mark := func(t tick) {
		at := x.at(t.at)
		c.line("mark", at, f.bottom, at, f.bottom+5)
		c.text("", "middle", at, f.bottom+19, t.label)
	}
	step := 0.0
	ticks := named(x.ticks(max(2, int(f.width()/68))), l.FormatX)
	if len(ticks) > 1 {
		step = ticks[1].at - ticks[0].at
	}
	for _, t := range ticks {
		if t.at-x.low > step/4 {
			mark(t)
		}
	}
	if !l.Room {
		mark(tick{x.low, numeral.Decimal(x.low, 3)})
	}
}
