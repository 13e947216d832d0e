package predictors

import (
	"context"
	"errors"
	"math"

	"github.com/nassearch/nassearch/internal/pool"
	"github.com/nassearch/nassearch/internal/stats"
)

// atlas knows in which order columns put the classes that a measure and a target both have. Most columns have the same
// classes, so that each is sorted but once or twice.
type atlas struct {
	measures, targets []Column
	samples           [][]int // classes that some pair has
	of                [][]int // by measure and target, its sample
	orders            map[place]*stats.Order
	best              map[place]selection // of targets: the classes of a sample that are best by it
}

// selection are some classes, and how the target orders them.
type selection struct {
	classes []int
	order   *stats.Order
}

// place is a column over a sample.
type place struct {
	target         bool
	column, sample int
}

func newAtlas(ctx context.Context, measures, targets []Column, best float64) (*atlas, error) {
	a := &atlas{
		measures: measures, targets: targets, of: make([][]int, len(measures)),
		orders: map[place]*stats.Order{}, best: map[place]selection{},
	}
	there := map[string]int{}
	needed := map[place]bool{}
	for i, m := range measures {
		for j, t := range targets {
			classes, key := both(m.Values, t.Values)
			s, ok := there[key]
			if !ok {
				s = len(a.samples)
				there[key], a.samples = s, append(a.samples, classes)
			}
			a.of[i] = append(a.of[i], s)
			needed[place{false, i, s}], needed[place{true, j, s}] = true, true
		}
	}
	places := make([]place, 0, len(needed))
	for p := range needed { // in any order: each is sorted by itself
		places = append(places, p)
	}
	sorted := func(_ context.Context, p place) (o ordered, err error) {
		o.at = p
		values, classes := a.column(p).Values, a.samples[p.sample]
		if o.order, err = order(pick(values, classes)); err != nil || !p.target {
			return o, err
		}
		o.best.classes = foremost(a.targets[p.column], classes, best)
		o.best.order, err = order(pick(values, o.best.classes))
		return o, err
	}
	return a, pool.Each(ctx, places, workers(), sorted, func(o ordered) error {
		a.orders[o.at] = o.order
		if o.at.target {
			a.best[o.at] = o.best
		}
		return nil
	})
}

type ordered struct {
	at    place
	order *stats.Order
	best  selection
}

func (a *atlas) column(p place) Column {
	if p.target {
		return a.targets[p.column]
	}
	return a.measures[p.column]
}

// order sorts values; it is nil for those that do not vary, or are none.
func order(values []float64) (*stats.Order, error) {
	if len(values) == 0 {
		return nil, nil
	}
	o, err := stats.NewOrder(values)
	if errors.Is(err, stats.ErrConstant) {
		return nil, nil
	}
	return o, err
}

// both lists the classes that miss neither, and a key that is the same for the same classes.
func both(a, b []float64) (classes []int, key string) {
	mask := make([]byte, (len(a)+7)/8)
	for i := range a {
		if !math.IsNaN(a[i]) && !math.IsNaN(b[i]) {
			classes = append(classes, i)
			mask[i/8] |= 1 << (i % 8)
		}
	}
	return classes, string(mask)
}

// pick returns the values of classes.
func pick(values []float64, classes []int) []float64 {
	out := make([]float64, len(classes))
	for k, i := range classes {
		out[k] = values[i]
	}
	return out
}
