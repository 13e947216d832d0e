package figure

import (
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/numeral"
)

// XRange is what the horizontal axis shows.
func (c Curves) XRange() Range {
	var all []float64
	for _, s := range c.Series {
		all = append(all, s.X...)
	}
	share := 0.
	if c.X.Room {
		share = .03
	}
	return c.X.fit(all, Range{High: 1}, share, 0, 0)
}

// XTicks are round places of the horizontal axis, and the place where it begins unless it has room there.
func (c Curves) XTicks(r Range, n int) (start, round []Tick) {
	round = c.X.Ticks(r, n)
	step := 0.
	if len(round) > 1 {
		step = round[1].At - round[0].At
	}
	round = slices.DeleteFunc(round, func(t Tick) bool { return t.At-r.Low <= step/4 })
	if !c.X.Room {
		start = []Tick{{r.Low, numeral.Decimal(r.Low, 3)}}
	}
	return start, round
}

// YRange is what the vertical axis shows: the ends that it has, or the series from where they have settled on, and the
// reference. There is some room at both ends.
func (c Curves) YRange() Range {
	var all []float64
	least := math.Inf(1) // of the lines themselves
	for _, s := range c.Series {
		for i, v := range s.Y {
			if s.X[i] < c.Settled && i < len(s.X)-1 {
				continue
			}
			all = append(all, v)
			if v > 0 {
				least = min(least, v)
			}
			if s.Low != nil {
				all = append(all, s.Low[i], s.High[i])
			}
		}
	}
	if c.Y.Log {
		r := c.Y.fit(all, Range{Low: .5, High: 1}, 0, 0, 0)
		if !math.IsInf(least, 1) { // an interval may come near to nothing
			r.Low = max(r.Low, least/5)
		}
		r.Low, r.High = max(r.Low*.9, math.SmallestNonzeroFloat64), min(r.High*1.1, math.MaxFloat64)
		return r
	}
	if c.Reference != nil {
		all = append(all, c.Reference.At)
	}
	return c.Y.fit(all, Range{Low: .5, High: 1}, .04, .01, 1e-9)
}

// Add adds points to a series.
func (s *Series) Add(points ...Point) {
	for _, p := range points {
		s.X, s.Y = append(s.X, p.X), append(s.Y, p.Y)
	}
}

// Known are the points of a series that are known.
func (s Series) Known() []Point { return known(s.X, s.Y) }

func known(xs, ys []float64) []Point {
	var all []Point
	for i, v := range ys {
		if finite(v) {
			all = append(all, Point{xs[i], v})
		}
	}
	return all
}

// End is the known point at the right, whichever way the series goes; false if there is none.
func (s Series) End() (end Point, ok bool) {
	for _, p := range slices.Backward(s.Known()) {
		if !ok || p.X > end.X {
			end, ok = p, true
		}
	}
	return end, ok
}

// Line is the known points of numbers over an axis, such as a series or an end of its band; where they hold until the
// next, the corners of the line through them.
func (c Curves) Line(xs, ys []float64) []Point {
	points := known(xs, ys)
	if !c.Step {
		return points
	}
	var line []Point
	for i, p := range points {
		if i > 0 {
			line = append(line, Point{p.X, points[i-1].Y})
		}
		line = append(line, p)
	}
	return line
}
