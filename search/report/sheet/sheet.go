// Package sheet has tables as data: what the columns are, what every cell says to people and to programs, and which
// cells stand out. A renderer each writes them as text for a terminal, as LaTeX, as CSV and as HTML.
package sheet

import (
	"math"
	"strconv"

	"github.com/nassearch/nassearch/internal/plain"
)

// Sheet is a table.
type Sheet struct {
	// Title is the caption of a page's table, the heading of a paper's block. A terminal says around a table what it is.
	Title   string
	Columns []string // their titles
	Rows    []Row
	Named   bool // the first cell of a row is its name
	Lead    int  // columns that name a row together, which stand in every part of a folded table; 0 for the first alone
}

// Row has a cell a column; those that it lacks at its end are empty.
type Row struct {
	Cells []Cell
	Class string // by which a page's style knows the row; empty for any
}

// Cell is what people read, and what programs read.
type Cell struct {
	Text  string // "0.5872", or where a range begins
	To    string // where it ends; empty for what is no range
	Exact string // with all digits; empty for what is not known
	Best  bool   // of its column
	Sure  bool   // and shown to be better than every other
}

// New makes a sheet without rows.
func New(columns ...string) *Sheet { return &Sheet{Columns: columns} }

// Add appends a row.
func (s *Sheet) Add(cells ...Cell) { s.Rows = append(s.Rows, Row{Cells: cells}) }

// AddColumn appends a column with a cell for each row.
func (s *Sheet) AddColumn(title string, cells ...Cell) {
	s.Columns = append(s.Columns, title)
	for i, c := range cells {
		s.Rows[i].Cells = append(s.Rows[i].Cells, c)
	}
}

// RowOf returns the cells of one row of columns.
func RowOf(columns [][]Cell, row int) []Cell {
	cells := make([]Cell, len(columns))
	for i, c := range columns {
		cells[i] = c[row]
	}
	return cells
}

// Text is a cell of words, the same for all readers.
func Text(words string) Cell { return Cell{Text: words, Exact: words} }

// Texts are cells of words.
func Texts(words ...string) []Cell {
	cells := make([]Cell, len(words))
	for i, w := range words {
		cells[i] = Text(w)
	}
	return cells
}

// Int is a cell of a whole number.
func Int(n int) Cell { return Text(strconv.Itoa(n)) }

// Number is a cell of a number that people read as text. NaN is not known to programs.
func Number(v float64, text string) Cell { return Cell{Text: text, Exact: Exact(v)} }

// Float is a cell of a number with all its digits, empty for NaN.
func Float(v float64) Cell { return Text(Exact(v)) }

// Range is a cell from one end to the other.
func Range(low, high string) Cell { return Cell{Text: low, To: high, Exact: low + " to " + high} }

// Exact prints all digits of a number, and nothing for what is not finite, which is not known. Whole numbers are
// written out, so that readers take columns of sizes for integers.
func Exact(v float64) string {
	switch {
	case math.IsNaN(v), math.IsInf(v, 0):
		return ""
	case v == math.Trunc(v) && math.Abs(v) < 1<<53:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// titles are those of the columns as people read them.
func (s *Sheet) titles() []string {
	titles := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		titles[i] = plain.Text(c)
	}
	return titles
}

// lines are titles and what the cells say.
func (s *Sheet) lines(titles []string, say func(Cell) string) [][]string {
	lines := [][]string{titles}
	for _, r := range s.Rows {
		line := make([]string, len(s.Columns))
		for i, c := range r.Cells {
			line[i] = say(c)
		}
		lines = append(lines, line)
	}
	return lines
}

// Marks of cells where there is no bold type; a legend explains them.
const (
	BestMark = "*"
	SureMark = "**"
)

// Marked is what people read where there is no bold type, as plain.Text has it.
func (c Cell) Marked() string {
	text := plain.Text(c.Text)
	if c.To != "" {
		text += " to " + plain.Text(c.To)
	}
	switch {
	case c.Sure:
		return text + SureMark
	case c.Best:
		return text + BestMark
	}
	return text
}
