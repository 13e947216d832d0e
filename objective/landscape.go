package objective

import (
	"math"
	"slices"
)

// Landscape is what an evaluator knows of all architectures at once, beyond any search: an optional capability. Metrics
// are counted in the order of Metrics, classes in that of the space.
type Landscape interface {
	Metrics() []Metric
	// Values returns the metrics of a class, NaN where missing; it is read only.
	Values(class int) []float64
	// Optimum returns the best value of a metric and the class that has it, the smallest of several; false if no class has
	// a value.
	Optimum(metric int) (value float64, class int, ok bool)
	// Worst returns the worst value of a metric; false if no class has one.
	Worst(metric int) (value float64, ok bool)
	// Rank is 1 + the number of classes whose metric is strictly better than the value.
	Rank(metric int, value float64) int
	// AtLeast is the number of classes whose metric is as good as the value, or better.
	AtLeast(metric int, value float64) int
}

// Known returns the values of the classes, of so many in all, that have all metrics.
func Known(l Landscape, classes int) (points [][]float64) {
	for class := range classes {
		if v := l.Values(class); !slices.ContainsFunc(v, math.IsNaN) {
			points = append(points, v)
		}
	}
	return points
}

// Valued is the number of classes of which a metric is known.
func Valued(l Landscape, metric int) int {
	worst, ok := l.Worst(metric)
	if !ok {
		return 0
	}
	return l.AtLeast(metric, worst)
}

// Measured is a landscape in memory. It is safe for concurrent use.
type Measured struct {
	metrics []Metric
	values  []float64 // classes x metrics, NaN where missing
}

var _ Landscape = (*Measured)(nil)

// NewMeasured returns the landscape of values (classes, metrics), which it keeps; NaN where there is none.
func NewMeasured(metrics []Metric, values []float64) *Measured { return &Measured{metrics, values} }

// Among returns a landscape of which nothing is known but of some of its classes, which number so many in all: ranks,
// optima and counts are then among these.
func Among(l Landscape, classes int, has func(class int) bool) *Measured {
	metrics := l.Metrics()
	values := make([]float64, 0, classes*len(metrics))
	for class := range classes {
		if has(class) {
			values = append(values, l.Values(class)...)
			continue
		}
		for range metrics {
			values = append(values, math.NaN())
		}
	}
	return NewMeasured(metrics, values)
}

// Metrics returns the metrics in the order of values.
func (l *Measured) Metrics() []Metric { return l.metrics[:len(l.metrics):len(l.metrics)] }

// Classes is the number of classes, measured or not.
func (l *Measured) Classes() int { return len(l.values) / len(l.metrics) }

// Values implements [Landscape].
func (l *Measured) Values(class int) []float64 {
	m := len(l.metrics)
	return l.values[class*m : (class+1)*m : (class+1)*m]
}

// Column returns a metric of all classes, NaN where missing.
func (l *Measured) Column(metric int) []float64 {
	column := make([]float64, l.Classes())
	for c := range column {
		column[c] = l.values[c*len(l.metrics)+metric]
	}
	return column
}

// Optimum implements [Landscape].
func (l *Measured) Optimum(metric int) (value float64, class int, ok bool) {
	return l.extreme(metric, l.metrics[metric].Goal)
}

// Worst implements [Landscape].
func (l *Measured) Worst(metric int) (float64, bool) {
	value, _, ok := l.extreme(metric, l.metrics[metric].Goal.Opposite())
	return value, ok
}

func (l *Measured) extreme(metric int, goal Direction) (best float64, class int, ok bool) {
	for at := metric; at < len(l.values); at += len(l.metrics) {
		if x := l.values[at]; !math.IsNaN(x) && (!ok || goal.Better(x, best)) {
			best, class, ok = x, at/len(l.metrics), true
		}
	}
	return best, class, ok
}

// Rank implements [Landscape].
func (l *Measured) Rank(metric int, value float64) int {
	goal := l.metrics[metric].Goal
	return 1 + l.count(metric, func(x float64) bool { return goal.Better(x, value) })
}

// AtLeast implements [Landscape].
func (l *Measured) AtLeast(metric int, value float64) int {
	goal := l.metrics[metric].Goal
	return l.count(metric, func(x float64) bool { return !goal.Better(value, x) })
}

// count returns how many classes have a value of which something is true.
func (l *Measured) count(metric int, of func(float64) bool) (n int) {
	for at := metric; at < len(l.values); at += len(l.metrics) {
		if x := l.values[at]; !math.IsNaN(x) && of(x) {
			n++
		}
	}
	return n
}
