package sheet

import (
	"encoding/csv"
	"io"
)

// CSV writes the titles and the rows for programs: numbers with all digits, without marks.
func (s *Sheet) CSV(w io.Writer) error {
	return csv.NewWriter(w).WriteAll(s.lines(s.Columns, func(c Cell) string { return c.Exact }))
}
