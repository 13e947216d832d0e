package objective

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Box is the region between the best and the worst value of every metric.
type Box struct{ Ideal, Worst []float64 }

// BoxOf is the box of the first metrics of a landscape; false if one has no value, the first that the box then lacks.
func BoxOf(l Landscape, metrics int) (b Box, ok bool) {
	for i := range metrics {
		best, _, known := l.Optimum(i)
		worst, alsoKnown := l.Worst(i)
		if !known || !alsoKnown {
			return b, false
		}
		b.Ideal, b.Worst = append(b.Ideal, best), append(b.Worst, worst)
	}
	return b, true
}

// BoxAround is the box of some points, given by their values: without extent if there is none.
func BoxAround(metrics []Metric, points [][]float64) Box {
	b := Box{make([]float64, len(metrics)), make([]float64, len(metrics))}
	for i, m := range metrics {
		for k, v := range points {
			if k == 0 || m.Goal.Better(v[i], b.Ideal[i]) {
				b.Ideal[i] = v[i]
			}
			if k == 0 || m.Goal.Better(b.Worst[i], v[i]) {
				b.Worst[i] = v[i]
			}
		}
	}
	return b
}

// Losses scales values to 0 at the ideal and 1 at the worst point. A metric that has but one value loses nothing.
func (b Box) Losses(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		if b.Worst[i] != b.Ideal[i] {
			out[i] = along(b.Ideal[i], v, b.Worst[i])
		}
	}
	return out
}

// along is how far a number is on the way from one to another, also where they are more apart than any number is large.
func along(from, v, to float64) float64 {
	if math.IsInf(to-from, 0) || math.IsInf(v-from, 0) {
		from, v, to = from/2, v/2, to/2
	}
	return (v - from) / (to - from)
}

// Volume is a share of a whole, 1 being all of it.
type Volume struct {
	Value float64
	Error float64 // half of the 95 % interval of an estimate; 0 if the value is exact
}

// String prints four digits, and the error of an estimate: "0.8854", "0.8850 ± 0.0024 (estimate)".
func (s Volume) String() string {
	if s.Error == 0 {
		return fmt.Sprintf("%.4f", s.Value)
	}
	return fmt.Sprintf("%.4f ± %.4f (estimate)", s.Value, s.Error)
}

// Hypervolume is the share of the box that points dominate, given by their values: 1 if one point is ideal. It is exact
// for up to four metrics, and estimated for more, for which exact volumes take time that is exponential in their
// number. Points in the box in the same metrics are estimated by the same rays: of two sets of which one dominates what
// the other does, it is never the one with the smaller estimate. The error is the context's.
func (b Box) Hypervolume(ctx context.Context, points [][]float64) (Volume, error) {
	if len(b.Ideal) > mostExact {
		r := newRays(len(b.Ideal))
		for _, p := range points {
			if ctx.Err() != nil {
				return Volume{}, ctx.Err()
			}
			r.add(b.Losses(p))
		}
		return r.volume(), nil
	}
	losses, reference := make([][]float64, len(points)), make([]float64, len(b.Ideal))
	for i := range points {
		losses[i] = b.Losses(points[i])
	}
	for i := range reference {
		reference[i] = 1
	}
	v, err := Hypervolume(ctx, losses, reference)
	return Volume{Value: v}, err
}

// mostExact is the number of metrics up to which a hypervolume is exact.
const mostExact = 4

// manyRays is how many an estimate takes: its error is then below 0.008, mostly a third of that.
const manyRays = 1 << 14

// rays estimate how much of the unit cube points dominate. Rays leave the worst corner through points drawn uniformly
// from the cube; a ray that is dominated up to the share t of its length within the cube stands for the share t^d of
// the volume around it. The mean over rays is without bias, and of smaller variance than counting the points themselves
// (Deng and Zhang, IEEE TEVC 2019, in polar coordinates; Golovin and Zhang, ICML 2020, as random scalarisations).
type rays struct {
	dims    int
	inverse []float64 // by ray: of its direction, whose largest coordinate is 1
	reach   []float64 // by ray: t
	points  int
}

// newRays draws the rays of so many dimensions, the same each time.
func newRays(dims int) *rays {
	r := &rays{dims: dims, inverse: make([]float64, manyRays*dims), reach: make([]float64, manyRays)}
	random := rand.New(rand.NewPCG(uint64(dims), 0))
	for i := range manyRays {
		ray := r.inverse[i*dims:][:dims]
		for k := range ray {
			ray[k] = 1 - random.Float64() // not 0
		}
		longest := slices.Max(ray)
		for k := range ray {
			ray[k] = longest / ray[k]
		}
	}
	return r
}

// add lengthens the rays by what a point dominates.
func (r *rays) add(losses []float64) {
	gains := make([]float64, r.dims)
	for k, loss := range losses {
		if gains[k] = min(1-loss, 1); !(gains[k] > 0) {
			return
		}
	}
	r.points++
	for i, before := range r.reach {
		t := 1.0
		for k, inverse := range r.inverse[i*r.dims:][:r.dims] {
			if t = min(t, gains[k]*inverse); t <= before {
				break
			}
		}
		r.reach[i] = max(before, t)
	}
}

// volume is the mean with the half of its normal 95 % interval, and 3/n for regions so small that no ray may have met
// them (the rule of three).
func (r *rays) volume() Volume {
	if r.points == 0 {
		return Volume{}
	}
	sum, squares := 0.0, 0.0
	for _, t := range r.reach {
		v := math.Pow(t, float64(r.dims))
		sum += v
		squares += v * v
	}
	mean := sum / manyRays
	return Volume{mean, 1.96*math.Sqrt(max(squares/manyRays-mean*mean, 0)/manyRays) + 3./manyRays}
}

// Coverage is the hypervolume of points as they come in.
type Coverage struct {
	metrics []Metric
	box     Box
	front   [][]float64 // costs
	rays    *rays       // of more than mostExact metrics
}

// NewCoverage returns the coverage of a box by no points. Of an empty box nothing is known but which points are better.
func NewCoverage(metrics []Metric, b Box) *Coverage {
	c := &Coverage{metrics: metrics, box: b}
	if len(b.Ideal) > mostExact {
		c.rays = newRays(len(b.Ideal))
	}
	return c
}

// Add takes a point, given by its values, and says whether no point before it attains it.
func (c *Coverage) Add(values []float64) (better bool) {
	if c.front, better = Extend(c.front, Costs(c.metrics, values)); better && c.rays != nil {
		c.rays.add(c.box.Losses(values))
	}
	return better
}

// Volume is that of [Box.Hypervolume] for the points so far. The error is the context's.
func (c *Coverage) Volume(ctx context.Context) (Volume, error) {
	if c.rays != nil {
		return c.rays.volume(), ctx.Err()
	}
	points := make([][]float64, len(c.front))
	for i, costs := range c.front {
		points[i] = Costs(c.metrics, costs)
	}
	return c.box.Hypervolume(ctx, points)
}
