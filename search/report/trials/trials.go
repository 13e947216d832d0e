// Package trials writes the trials of a study as rows, as CSV or Parquet, for whatever reads tables.
package trials

import (
	"cmp"
	"encoding/json"
	"io"
	"time"

	"github.com/nassearch/nassearch/internal/frame"
	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// CSV writes one row a trial that used budget, in the order told: its number, that of the query, the names of its
// architecture ([space.NameColumns]), the trial that answered for it, fidelity, start and end on the virtual clock and
// measured time in seconds, a value for each of the study's metrics, why and by which kind of cause it failed, and what
// its record has ([Extras]). What is missing is empty.
func CSV(w io.Writer, r search.Result, names space.Names) error {
	f, err := rows(r, names)
	if err != nil {
		return err
	}
	return f.CSV(w)
}

// Parquet writes the same rows as CSV does; what is missing is null. The file's metadata have the study's description
// under nassearch.study.
func Parquet(w io.Writer, r search.Result, names space.Names) error {
	f, err := rows(r, names)
	if err != nil {
		return err
	}
	return f.Parquet(w)
}

func rows(r search.Result, names space.Names) (*frame.Frame, error) {
	about, err := json.Marshal(r.Study)
	if err != nil {
		return nil, err
	}
	extras, extraNames, err := collect(r.Trials)
	if err != nil {
		return nil, err
	}
	f := &frame.Frame{About: map[string]string{"nassearch.study": string(about)}}
	f.Add("trial", frame.Whole)
	f.Add("query", frame.Whole)
	for i, name := range space.NameColumns() {
		f.Add(name, []frame.Kind{frame.Text, frame.Text, frame.Whole, frame.Whole}[i])
	}
	f.Add("duplicate_of", frame.Whole)
	for _, name := range []string{"fidelity", "start_seconds", "end_seconds", "wall_seconds"} {
		f.Add(name, frame.Real)
	}
	for _, m := range r.Study.Objective {
		f.Add(m.String(), frame.Real)
	}
	f.Add("failure", frame.Text)
	f.Add("cause", frame.Text)
	for _, name := range extraNames {
		f.Add(name, kindOf(extras, name))
	}
	f.Rows = func(yield func([]any, error) bool) {
		for i, t := range r.Trials {
			row := append(cells(i+1, t, names), values(t, len(r.Study.Objective))...)
			row = append(row, text(t.Failure), text(string(t.Cause)))
			for k, name := range extraNames {
				kind := f.Columns()[len(f.Columns())-len(extraNames)+k].Kind
				row = append(row, as(kind, extras[i][name]))
			}
			if !yield(row, nil) {
				return
			}
		}
	}
	return f, nil
}

// cells are those before the values.
func cells(query int, t search.Trial, names space.Names) []any {
	named := names.Of(t.Arch)
	row := []any{int64(t.ID), int64(query), string(t.Arch), string(named.Class), whole(named.Index), whole(named.ID), nil}
	if t.Duplicate() {
		row[len(row)-1] = int64(t.Of)
	}
	return append(row, cmp.Or(t.Fidelity, 1), seconds(t.Start), seconds(t.End), seconds(t.Wall))
}

func seconds(d time.Duration) any { return d.Seconds() }

func whole(n *int) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return plain.Text(s)
}

// values are a trial's, none if it failed.
func values(t search.Trial, n int) []any {
	row := make([]any, n)
	if !t.Failed() {
		for i, v := range t.Values {
			row[i] = v
		}
	}
	return row
}
