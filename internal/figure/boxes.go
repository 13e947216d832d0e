package figure

import "github.com/nassearch/nassearch/internal/stats"

// NewBox describes a sample, which must be finite. One without values is a place that is left empty.
func NewBox(name string, color int, values []float64) (Box, error) {
	b := Box{Name: name, Color: color, Values: values}
	var err error
	if len(values) > 0 {
		b.Box, err = stats.NewBox(values)
	}
	return b, err
}

// Range is what the axis of the values shows: the ends that it has, or the values and the reference with some room at
// both ends. A lone value has a share of itself, and at least so much.
func (b Boxes) Range(share, least float64) Range {
	var all []float64
	for _, p := range b.Panels {
		for _, box := range p.Boxes {
			if box.N > 0 {
				all = append(all, box.Min, box.Max)
			}
		}
	}
	if b.Reference != nil {
		all = append(all, b.Reference.At)
	}
	return b.Values.fit(all, Range{High: 1}, .03, share, least)
}
