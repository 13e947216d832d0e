package comparison

import (
	"strings"

	"github.com/nassearch/nassearch/search/compare"
)

// Table is numbers of all strategies, or of all pairs, as text.
type Table struct {
	Title  string
	Header []string
	Rows   [][]Cell
}

// Cell is a number of a table.
type Cell struct {
	Text string
	Best bool // of its column
	Sure bool // and shown to be better than every other
}

// Tables are those of one problem that [TextAlso] writes.
func Tables(p compare.Plan, r compare.Result) []Table {
	all := []Table{newTable("What was found", quality(p, r)), newTable("How soon, and at what cost", speed(p, r))}
	if r.Problem.Multi() {
		all = append(all, newTable("Fronts at the end", fronts(r)))
	}
	if len(r.Strategies) > 1 {
		all = append(all, newTable("Tests between pairs at the end", pairs(r)))
	}
	if len(r.Also) > 0 {
		all = append(all, newTable("All that is known of the best cells: mean ± standard deviation over runs", also(r)))
	}
	return all
}

// Legend explains the marks of the tables.
func Legend(p compare.Plan, r compare.Result) string { return strings.TrimSpace(legend(p, r)) }

// Value prints a number of the problem's quality, Probability a p-value, Signed a difference.
func Value(p compare.Problem, n compare.Number) string { return value(p, n) }
func Probability(p compare.Number) string              { return probability(p) }
func Signed(n compare.Number) string                   { return signed(n) }

func newTable(title string, rows [][]string) Table {
	t := Table{Title: title, Header: rows[0]}
	for _, row := range rows[1:] {
		var cells []Cell
		for _, text := range row {
			cells = append(cells, newCell(text))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// newCell takes the marks off.
func newCell(text string) Cell {
	if plain, ok := strings.CutSuffix(text, sureMark); ok {
		return Cell{plain, true, true}
	}
	plain, ok := strings.CutSuffix(text, bestMark)
	return Cell{plain, ok, false}
}
