package page

import (
	"fmt"
	"math"
	"strconv"

	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/comparison"
)

// matrix compares every strategy with every other at one point of the axis.
type matrix struct {
	At      string
	Names   []string
	Rows    []matrixRow
	Earlier bool // not the end
}

type matrixRow struct {
	Key   int
	Name  string
	Cells []matrixCell
}

// matrixCell says how the row's strategy does against the column's.
type matrixCell struct {
	Self       bool
	Verdict    string // better, worse, or not shown
	Difference string
	A12        string
	P          string
	Shade      string // how strong the effect is, from 0 to 4
	About      string
}

func matrices(p compare.Plan, r analysis.Result) []matrix {
	var list []matrix
	for i := len(r.Checkpoints) - 1; i >= 0; i-- {
		c := r.Checkpoints[i]
		m := matrix{At: comparison.At(p, c.At), Earlier: i < len(r.Checkpoints)-1}
		for a, s := range r.Strategies {
			m.Names = append(m.Names, s.Strategy)
			row := matrixRow{Key: a, Name: s.Strategy}
			for _, t := range r.Strategies {
				row.Cells = append(row.Cells, newMatrixCell(s.Strategy, t.Strategy, c))
			}
			m.Rows = append(m.Rows, row)
		}
		list = append(list, m)
	}
	return list
}

// newMatrixCell describes a pair from the row's side.
func newMatrixCell(row, column string, at analysis.PairsAt) matrixCell {
	p, ok := at.Between(row, column)
	if !ok {
		return matrixCell{Self: true}
	}
	c := matrixCell{
		Verdict: "not shown", Difference: comparison.Signed(p.Difference.Value), P: comparison.Probability(p.Wilcoxon.Holm),
		A12: comparison.Digits(2)(p.A12), Shade: "even0",
	}
	if p.A12.Known() {
		side := map[bool]string{true: "up", false: "down"}[p.A12 > .5]
		c.Shade = side + strconv.Itoa(int(math.Round(8*math.Abs(float64(p.A12)-.5))))
	}
	switch p.Better {
	case "":
	case row:
		c.Verdict = "better"
	default:
		c.Verdict = "worse"
	}
	c.About = fmt.Sprintf("%s against %s in %d pairs of runs: mean difference %s, A12 %s, Wilcoxon p %s after Holm",
		row, column, p.N, c.Difference, c.A12, c.P)
	return c
}
