package page

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
)

// mostTrials are listed one by one.
const mostTrials = 2000

// trialRow is a line of the table of trials.
type trialRow struct {
	Cells  []string
	Better bool // than all before
	Quiet  bool // a duplicate
	Failed bool
}

// table lists the trials.
func (v *studyView) table(r search.Result) {
	v.Header = []string{"trial", "query", "architecture"}
	for _, m := range r.Study.Objective {
		v.Header = append(v.Header, m.Words())
	}
	v.Header = append(v.Header, "note")
	query, best := 0, (*search.Trial)(nil)
	goal := r.Study.Objective[0].Goal
	for _, t := range r.Trials {
		row := trialRow{Quiet: t.Duplicate(), Failed: t.Failed()}
		cells := []string{strconv.Itoa(t.ID), "", string(t.Arch)}
		if r.Study.Counts(t) {
			query++
			cells[1] = strconv.Itoa(query)
		}
		for i, m := range r.Study.Objective {
			if t.Failed() {
				cells = append(cells, "")
				continue
			}
			cells = append(cells, report.Format(m, t.Values[i]))
		}
		if len(r.Study.Objective) == 1 && !t.Failed() && (best == nil || goal.Better(t.Values[0], best.Values[0])) {
			row.Better, best = true, &t
		}
		note := ""
		switch {
		case t.Duplicate():
			note = "as trial " + strconv.Itoa(t.Of)
		case t.Failed():
			note = "failed: " + t.Failure
		case row.Better:
			note = "best so far"
		}
		row.Cells = append(cells, note)
		v.Trials = append(v.Trials, row)
	}
	v.shorten()
}

// shorten leaves out duplicates where trials are many, and then what was neither better than all before nor failed.
func (v *studyView) shorten() {
	all := len(v.Trials)
	if all <= mostTrials {
		return
	}
	v.Short = fmt.Sprintf("Of %s trials those that were duplicates are left out.", report.Thousands(all))
	v.Trials = slices.DeleteFunc(v.Trials, func(t trialRow) bool { return t.Quiet })
	if len(v.Trials) <= mostTrials {
		return
	}
	v.Short = fmt.Sprintf("Of %s trials only those that were better than all before and those that failed are listed, at most %s.",
		report.Thousands(all), report.Thousands(mostTrials))
	v.Trials = slices.DeleteFunc(v.Trials, func(t trialRow) bool { return !t.Better && !t.Failed })
	v.Trials = v.Trials[:min(mostTrials, len(v.Trials))]
}
