package report

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
)

// JSON writes the summary as one object.
func (s Summary) JSON(w io.Writer) error { return JSON(w, s) }

// JSON writes a value for programs that people may also read: indented, and without escapes for HTML.
func JSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}

// CSV writes one row a trial, in the order told: its number, the query that it was (empty for a free
// duplicate), the architecture, the trial that answered for it, its values, and why it failed.
func (s Summary) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	header := append([]string{"trial", "query", "arch", "duplicate_of"}, s.Objective...)
	if err := out.Write(append(header, "failure")); err != nil {
		return err
	}
	query := 0
	for _, t := range s.study.Trials {
		row := []string{strconv.Itoa(t.ID), "", string(t.Arch), ""}
		if s.study.Study.Counts(t) {
			query++
			row[1] = strconv.Itoa(query)
		}
		if t.Duplicate() {
			row[3] = strconv.Itoa(t.Of)
		}
		for i := range s.Objective {
			if t.Failed() {
				row = append(row, "")
				continue
			}
			row = append(row, strconv.FormatFloat(t.Values[i], 'g', -1, 64))
		}
		if err := out.Write(append(row, t.Failure)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
