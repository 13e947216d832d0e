// Package frame writes rows of typed columns, in which any value may be missing, as CSV and as Parquet.
package frame

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"
)

// Kind is the type of a column's values.
type Kind int

// The kinds, with their types in Go.
const (
	Text  Kind = iota // string
	Whole             // int64
	Real              // float64
	Truth             // bool
)

// Column is one column.
type Column struct {
	Name string
	Kind Kind
}

// Frame is rows with the same columns.
type Frame struct {
	// About says what the whole is, by keys; CSV leaves it out.
	About map[string]string
	// Rows has the values of a row in the order of the columns, each of its column's type or nil where there is none. It
	// is read once, and ends with its first error. A row may be used again for the next.
	Rows iter.Seq2[[]any, error]

	columns []Column
	taken   map[string]bool
}

// Add adds a column. Where the name is taken, whether in small or in capital letters, as databases read names, a number
// behind it tells the two apart.
func (f *Frame) Add(name string, kind Kind) {
	if f.taken == nil {
		f.taken = map[string]bool{}
	}
	free := name
	for n := 2; f.taken[strings.ToLower(free)]; n++ {
		free = fmt.Sprintf("%s_%d", name, n)
	}
	f.taken[strings.ToLower(free)] = true
	f.columns = append(f.columns, Column{free, kind})
}

// Columns returns those that were added.
func (f *Frame) Columns() []Column { return f.columns }

// each calls a function for every row, with nil for numbers that are not finite. It checks the types.
func (f *Frame) each(do func(row []any) error) error {
	for row, err := range f.Rows {
		if err != nil {
			return err
		}
		if len(row) != len(f.columns) {
			return fmt.Errorf("a row of %d values for %d columns", len(row), len(f.columns))
		}
		for i, v := range row {
			if real, ok := v.(float64); ok && (math.IsNaN(real) || math.IsInf(real, 0)) {
				row[i] = nil
			}
			if v != nil && !f.columns[i].holds(v) {
				return fmt.Errorf("column %s: a value of type %T", f.columns[i].Name, v)
			}
		}
		if err := do(row); err != nil {
			return err
		}
	}
	return nil
}

// holds says whether a value is of the column's type.
func (c Column) holds(v any) (ok bool) {
	switch c.Kind {
	case Text:
		_, ok = v.(string)
	case Whole:
		_, ok = v.(int64)
	case Real:
		_, ok = v.(float64)
	case Truth:
		_, ok = v.(bool)
	}
	return ok
}

// CSV writes a header and a line a row: numbers with all digits, nothing where there is no value.
func (f *Frame) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	record := make([]string, len(f.columns))
	for i, c := range f.columns {
		record[i] = c.Name
	}
	if err := out.Write(record); err != nil {
		return err
	}
	err := f.each(func(row []any) error {
		for i, v := range row {
			record[i] = text(v)
		}
		if len(record) == 1 && record[0] == "" { // which would be an empty line, and none of the reader's
			record[0] = " "
		}
		return out.Write(record)
	})
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return err
}

// text writes a value; whole numbers as such, also of reals.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 && (v != 0 || !math.Signbit(v)) {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}
