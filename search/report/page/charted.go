package page

import (
	"math"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/svg"
)

// charted is a chart of lines with the numbers that a script shows of it.
type charted struct {
	pictured
	Data []namedData
}

// chart draws lines of steps, which are called by an id. X is counted in a unit.
func chart(id, unit string, c figure.Curves) charted {
	var all []float64
	for _, s := range c.Series {
		all = append(all, s.Y...)
	}
	n := digits(all)
	d := newData(unit, math.NaN(), n)
	for _, s := range c.Series {
		values := map[string][]rounded{"value": pick(s.Y, nil, n)}
		d.Series = append(d.Series, serie{Name: s.Name, Key: s.Color, X: pick(s.X, nil, digits(s.X)), Stat: values})
	}
	c.Data = id + " value value"
	return charted{both(svg.Curves, c), []namedData{{id, d}}}
}
