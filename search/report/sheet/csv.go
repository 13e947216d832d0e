package sheet

import (
	"encoding/csv"
	"io"
)

// CSV writes the titles and the rows for programs: numbers with all digits, without marks.
func (s *Sheet) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	var line []string
	for _, c := range s.Columns {
		line = append(line, c.Title)
	}
	if err := out.Write(line); err != nil {
		return err
	}
	for _, r := range s.Rows {
		line = line[:0]
		for _, c := range r.Cells {
			line = append(line, c.Exact)
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
