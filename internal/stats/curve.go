package stats

import (
	"fmt"
	"math"
	"slices"
)

// Curve is a step function of queries or time: Value[i] holds from At[i] until At[i+1], the last one for ever.
// Before At[0] there is no value.
type Curve struct{ At, Value []float64 }

// Regret is the curve of the distances from the optimum (simple regret). An optimum that the curve passes is
// refused: it is none.
func (c Curve) Regret(optimum float64) (Curve, error) {
	if err := c.check(); err != nil {
		return Curve{}, err
	}
	if math.IsNaN(optimum) || optimum > slices.Min(c.Value) && optimum < slices.Max(c.Value) {
		first, last := c.Value[0], c.Value[len(c.Value)-1]
		return Curve{}, fmt.Errorf("stats: an optimum of %v, the curve goes from %v to %v", optimum, first, last)
	}
	r := Curve{At: slices.Clone(c.At), Value: make([]float64, len(c.Value))}
	for i, v := range c.Value {
		r.Value[i] = math.Abs(v - optimum)
	}
	return r, nil
}

// Area is the integral of the curve; that of a regret curve, divided by to - from, is the mean regret on the
// way. The n queries of a budget, each holding until the next, are the area from 1 to n + 1.
func (c Curve) Area(from, to float64) (float64, error) {
	if err := c.check(); err != nil {
		return 0, err
	}
	if !(from <= to) || infinite(to-from) {
		return 0, fmt.Errorf("stats: the area from %v to %v", from, to)
	}
	if from < c.At[0] {
		return 0, fmt.Errorf("stats: the area from %v, the curve begins at %v", from, c.At[0])
	}
	area := 0.0
	for i, v := range c.Value {
		end := to
		if i+1 < len(c.At) {
			end = min(to, c.At[i+1])
		}
		area += v * max(0, end-max(from, c.At[i]))
	}
	if infinite(area) {
		return 0, fmt.Errorf("stats: the area from %v to %v is beyond all numbers", from, to)
	}
	return area, nil
}

// Average is the area divided by to - from, also where the area is beyond all numbers.
func (c Curve) Average(from, to float64) (float64, error) {
	e := excess(c.Value...)
	area, err := Curve{c.At, shifted(c.Value, -e)}.Area(from, to)
	return math.Ldexp(area/(to-from), e), err
}

// Reach returns when the curve first came within the tolerance of the optimum, and has Reached false and the
// end if that was not by the end, to which the run was watched. Values of one tolerance written in decimals
// count as within: .692 - .687 is .005. Whole numbers are taken as they are.
func (c Curve) Reach(optimum, tolerance, end float64) (Observation, error) {
	if err := c.check(); err != nil {
		return Observation{}, err
	}
	if !(tolerance >= 0) || math.IsNaN(optimum) || math.IsNaN(end) {
		return Observation{}, fmt.Errorf("stats: reach %v to within %v by %v", optimum, tolerance, end)
	}
	for i, v := range c.Value {
		if c.At[i] > end {
			break
		}
		slack := 1e-12 * math.Max(math.Abs(v), math.Abs(optimum))
		if whole(v, optimum) {
			slack = 0
		}
		if math.Abs(v-optimum) <= tolerance+slack {
			return Observation{At: c.At[i], Reached: true}, nil
		}
	}
	return Observation{At: end}, nil
}

func (c Curve) check() error {
	if len(c.At) != len(c.Value) {
		return fmt.Errorf("stats: a curve of %d times and %d values", len(c.At), len(c.Value))
	}
	if err := finite("times", c.At); err != nil {
		return err
	}
	if !slices.IsSorted(c.At) {
		return fmt.Errorf("stats: the times of a curve fall")
	}
	return finite("values", c.Value)
}
