package page

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// mostTrials are listed one by one.
const mostTrials = 2000

// Classes of rows.
const (
	leader    = "better" // than all before
	duplicate = "quiet"
	failure   = "failed"
)

func trials(r search.Result) *sheet.Sheet {
	list := sheet.New("trial", "query", "architecture")
	fidelity := report.FidelityCells(r)
	if fidelity != nil {
		list.AddColumn("fidelity")
	}
	for _, m := range r.Study.Objective {
		list.AddColumn(m.Words())
	}
	list.AddColumn("note")
	values := report.TrialColumns(r.Study.Objective, r.Trials)
	var best *search.Trial
	goal := r.Study.Objective[0].Goal
	for i, t := range r.Trials {
		cells := []sheet.Cell{sheet.Int(t.ID), sheet.Int(i + 1), sheet.Text(string(t.Arch))}
		if fidelity != nil {
			cells = append(cells, sheet.Text(fidelity(t)))
		}
		cells = append(cells, sheet.RowOf(values, i)...)
		class, note := "", ""
		switch {
		case t.Duplicate():
			class, note = duplicate, "as trial "+strconv.Itoa(t.Of)
		case t.Failed():
			class, note = failure, "failed: "+t.Failure
		case len(r.Study.Objective) == 1 && t.Whole() && (best == nil || goal.Better(t.Values[0], best.Values[0])):
			class, note, best = leader, "best so far", &t
		}
		list.Rows = append(list.Rows, sheet.Row{Cells: append(cells, sheet.Text(note)), Class: class})
	}
	return list
}

// shorten leaves out duplicates where trials are many, and then what was neither better than all before nor failed. It
// says what it left out.
func shorten(list *sheet.Sheet) (short string) {
	all := len(list.Rows)
	if all <= mostTrials {
		return ""
	}
	list.Rows = slices.DeleteFunc(list.Rows, func(r sheet.Row) bool { return r.Class == duplicate })
	if len(list.Rows) <= mostTrials {
		return fmt.Sprintf("Of %s trials those that were duplicates are left out.", numeral.Thousands(all))
	}
	list.Rows = slices.DeleteFunc(list.Rows, func(r sheet.Row) bool { return r.Class == "" })
	list.Rows = list.Rows[:min(mostTrials, len(list.Rows))]
	return fmt.Sprintf("Of %s trials only those that were better than all before and those that failed are listed, "+
		"at most %s.", numeral.Thousands(all), numeral.Thousands(mostTrials))
}
