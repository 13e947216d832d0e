package scatter

import (
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/stats"
)

// farOff is how many times the range of the quartiles a point is beyond them when it is not drawn.
const farOff = 20

// look chooses the axes, and leaves out points that would squeeze all others into a corner, such as networks that have
// learnt nothing. None does where most are equal.
func (s *Scatter) look() error {
	s.near = slices.Clone(s.points)
	for _, axis := range []struct {
		of  func(figure.Point) float64
		log *bool
	}{{ofX, &s.logX}, {ofY, &s.logY}} {
		v, err := newView(s.points, axis.of)
		if err != nil {
			return err
		}
		*axis.log = v.log
		s.near = slices.DeleteFunc(s.near, func(p figure.Point) bool { return v.far(axis.of(p)) })
	}
	return nil
}

// view is what is seen of a coordinate: numbers, or their logarithms, between two fences.
type view struct {
	low, high float64
	log       bool
}

// newView is logarithmic where the quartiles are a power of ten apart, and where that shows more points, as it does of
// measures that are products over layers.
func newView(points []figure.Point, of func(figure.Point) float64) (view, error) {
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = of(p)
	}
	d, err := stats.Describe(values)
	if err != nil {
		return view{}, err
	}
	linear := fenced(d)
	if d.Min < 0 || !(d.Q1 > 0) {
		return linear, nil
	}
	logs := slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return v == 0 })
	for i, v := range logs {
		logs[i] = math.Log(v)
	}
	ofLogs, err := stats.Describe(logs)
	if err != nil {
		return view{}, err
	}
	magnitudes := fenced(ofLogs)
	magnitudes.log = true
	if d.Q3/10 >= d.Q1 || magnitudes.leavesOut(values) < linear.leavesOut(values) {
		return magnitudes, nil
	}
	return linear, nil
}

// fenced is a view of numbers about their quartiles.
func fenced(d stats.Description) view {
	if d.Q1 == d.Q3 {
		return view{low: math.Inf(-1), high: math.Inf(1)}
	}
	low, high := d.Fences(farOff)
	return view{low: low, high: high}
}

// far says whether a number is out of view, as 0 is where only magnitudes have a place.
func (v view) far(x float64) bool {
	if v.log {
		if x <= 0 {
			return true
		}
		x = math.Log(x)
	}
	return x < v.low || x > v.high
}

func (v view) leavesOut(values []float64) (n int) {
	for _, x := range values {
		if v.far(x) {
			n++
		}
	}
	return n
}
