package report

import (
	"encoding/json"
	"io"
	"slices"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
)

// Form is a form of results for programs: it writes the value that a result is, as [JSON] does.
type Form struct {
	Name  string
	Write func(w io.Writer, value any) error
}

// JSON writes the summary as one object.
func (s Summary) JSON(w io.Writer) error { return JSON(w, s) }

// JSON writes a value for programs that people may also read: indented, and without escapes for HTML.
func JSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}

// CSV writes one row a query, in the order told: the number of its trial, which free duplicates have too, its own, the
// architecture under all its names ([space.NameColumns]), the trial that answered for it, the fidelity if not all are
// of the full training, its values, those on the test images if any were measured, and why it failed.
func (s Summary) CSV(w io.Writer) error {
	names := s.Context.names()
	list := sheet.New(slices.Concat([]string{"trial", "query"}, space.NameColumns(), []string{"duplicate_of"})...)
	fidelity := FidelityCells(s.Result)
	if fidelity != nil {
		list.AddColumn("fidelity")
	}
	for _, name := range s.Objective {
		list.AddColumn(name)
	}
	if s.Context.Tests != nil {
		for _, name := range s.Objective {
			list.AddColumn("test_" + name)
		}
	}
	list.AddColumn("failure")
	values := TrialColumns(s.Result.Study.Objective, s.Result.Trials)
	for i, t := range s.Result.Trials {
		row := append([]sheet.Cell{sheet.Int(t.ID), sheet.Int(i + 1)}, sheet.Texts(names.Texts(t.Arch)...)...)
		of := sheet.Cell{}
		if t.Duplicate() {
			of = sheet.Int(t.Of)
		}
		row = append(row, of)
		if fidelity != nil {
			row = append(row, sheet.Float(t.Fidelity))
		}
		row = append(row, sheet.RowOf(values, i)...)
		if s.Context.Tests != nil {
			row = append(row, s.tested(t)...)
		}
		list.Add(append(row, sheet.Text(t.Failure))...)
	}
	return list.CSV(w)
}

// tested are a trial's values on the test images, empty where it was not measured on them.
func (s Summary) tested(t search.Trial) []sheet.Cell {
	row := make([]sheet.Cell, len(s.Objective))
	if t.Duplicate() || !t.Answers() {
		return row
	}
	for i, v := range s.Context.Tests[space.Canonical(s.Context.Space, t.Arch)] {
		row[i] = sheet.Float(v)
	}
	return row
}
