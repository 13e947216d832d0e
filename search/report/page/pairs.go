package page

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/comparison"
)

// matrix compares every strategy with every other at one point of the axis: the row's with the column's.
type matrix struct {
	At      string
	Earlier bool        // not the end
	Rows    [][]*versus // nil for a strategy and itself
}

// versus says how one strategy does against another.
type versus struct {
	Mark               string // of what is shown
	Difference, A12, P string
	Shade              string // how strong the effect is, from 0 to 4
	About              string
}

func (v comparisonView) matrices(r analysis.Result) (list []matrix) {
	for i, c := range slices.Backward(r.Checkpoints) {
		m := matrix{At: comparison.At(v.Plan, c.At), Earlier: i < len(r.Checkpoints)-1}
		for _, s := range r.Strategies {
			var row []*versus
			for _, t := range r.Strategies {
				row = append(row, newVersus(s.Strategy, t.Strategy, c))
			}
			m.Rows = append(m.Rows, row)
		}
		list = append(list, m)
	}
	return list
}

func newVersus(row, column string, at analysis.PairsAt) *versus {
	p, ok := at.Between(row, column)
	if !ok {
		return nil
	}
	c := &versus{
		Mark: map[string]string{row: "▲ ", column: "▼ "}[p.Better], Shade: "even0",
		A12:        comparison.Shown(p.A12, comparison.Digits(2)),
		Difference: comparison.Shown(p.Difference.Value, comparison.Signed),
		P:          comparison.Shown(p.Wilcoxon.Holm, comparison.Probability),
	}
	if p.A12.Known() {
		side := map[bool]string{true: "up", false: "down"}[p.A12 > .5]
		c.Shade = side + strconv.Itoa(int(math.Round(8*math.Abs(float64(p.A12)-.5))))
	}
	c.About = fmt.Sprintf("%s against %s in %d pairs of runs: mean difference %s, A12 %s, Wilcoxon p %s after Holm",
		row, column, p.N, c.Difference, c.A12, c.P)
	return c
}
