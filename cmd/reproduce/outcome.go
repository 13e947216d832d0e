package reproduce

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
)

// outcome is what came of a study that was run again.
type outcome struct {
	Path    string `json:"study"`
	Version string `json:"version"` // of the program that made it
	Now     string `json:"version_now"`
	Source  string `json:"source"` // fingerprint of the values, now as then
	Trials  int    `json:"trials"` // that used budget
	Equal   int    `json:"equal"`
	// Differences are the trials that differ, in the order told.
	Differences []difference `json:"differences"`
	// UnderWay are trials that the study had begun and not ended: there is nothing to compare them with.
	UnderWay    int  `json:"under_way,omitempty"`
	Interrupted bool `json:"interrupted,omitempty"` // before all were made again

	rest map[int]search.Trial // that have not been made again, by their numbers
}

// difference is a trial that differs.
type difference struct {
	Trial int        `json:"trial"`
	Arch  space.Arch `json:"arch"` // that was
	What  []string   `json:"what"`
	Was   string     `json:"was"` // the first of these
	Now   string     `json:"now"`
}

func newOutcome(path string, was search.Recorded, now string) *outcome {
	o := &outcome{
		Path: path, Version: was.Version, Now: now, Source: was.Study.Source, Trials: was.Queries,
		Differences: []difference{}, rest: map[int]search.Trial{},
	}
	for _, t := range was.Trials {
		o.rest[t.ID] = t
	}
	return o
}

// tell compares a trial that was made again, and says whether it is equal, or was under way.
func (o *outcome) tell(now search.Trial) bool {
	was, ok := o.rest[now.ID]
	if !ok {
		o.UnderWay++
		return true
	}
	delete(o.rest, now.ID)
	d := compare(was, now)
	if len(d.What) == 0 {
		o.Equal++
		return true
	}
	o.Differences = append(o.Differences, d)
	return false
}

// end tells of the trials that were not made again.
func (o *outcome) end(r search.Result) {
	if r.Stop == search.Interrupted {
		o.Interrupted = true
		return
	}
	var rest []search.Trial
	for _, t := range o.rest {
		rest = append(rest, t)
	}
	slices.SortFunc(rest, func(a, b search.Trial) int { return cmp.Compare(a.ID, b.ID) })
	for _, t := range rest {
		d := difference{Trial: t.ID, Arch: t.Arch, What: []string{"trial"}, Was: "there", Now: "not asked: " + string(r.Stop)}
		o.Differences = append(o.Differences, d)
	}
}

// compare tells in what a trial that was made again differs from what it was.
func compare(was, now search.Trial) difference {
	d := difference{Trial: was.ID, Arch: was.Arch}
	d.add("architecture", string(was.Arch), string(now.Arch))
	d.add("fidelity", fmt.Sprint(cmp.Or(was.Fidelity, 1)), fmt.Sprint(cmp.Or(now.Fidelity, 1)))
	d.add("values", values(was), values(now))
	d.add("failure", failure(was, was), failure(now, was))
	d.add("duplicate", fmt.Sprint(was.Of), fmt.Sprint(now.Of))
	d.add("clock", fmt.Sprint(was.Start, " to ", was.End), fmt.Sprint(now.Start, " to ", now.End))
	return d
}

// add adds what differs.
func (d *difference) add(what, was, now string) {
	if was == now {
		return
	}
	if d.What = append(d.What, what); len(d.What) == 1 {
		d.Was, d.Now = was, now
	}
}

// values are those of a trial, with all digits that tell numbers apart.
func values(t search.Trial) string {
	if t.Failed() {
		return "none"
	}
	var texts []string
	for _, v := range t.Values {
		texts = append(texts, sheet.Exact(v))
	}
	return strings.Join(texts, " ")
}

// failure tells why a trial failed, with the cause if the one that it is compared with says it: earlier versions kept
// none.
func failure(t, beside search.Trial) string {
	if !t.Failed() || beside.Cause == objective.OtherCause {
		return t.Failure
	}
	return t.Failure + " (" + string(t.Cause) + ")"
}

// mostRows of differences are shown to people.
const mostRows = 20

func (o *outcome) text(w io.Writer) error {
	p := sheet.To(w)
	p.Line("study", fmt.Sprintf("%s · nassearch %s, now %s · source %s", o.Path, o.Version, o.Now, o.Source))
	told := numeral.Count(o.Trials, "trial")
	switch {
	case o.Interrupted:
		made := numeral.Thousands(o.Equal + len(o.Differences))
		p.Line("again", fmt.Sprintf("%s of %s were run again before the interrupt", made, told))
	case len(o.Differences) == 0:
		p.Line("again", told+": every one is equal")
	}
	if o.UnderWay > 0 {
		p.Line("", numeral.Count(o.UnderWay, "trial")+" had begun and not ended: there is nothing to compare")
	}
	if n := len(o.Differences); n > 0 {
		p.Line("differ", fmt.Sprintf("%s of %s, %s are equal", numeral.Thousands(n), told, numeral.Thousands(o.Equal)))
		few := *o.sheet()
		few.Rows = few.Rows[:min(mostRows, n)]
		p.Sheet(&few)
		if n > mostRows {
			p.Text(fmt.Sprintf("and %s more (--output csv has all)", numeral.Thousands(n-mostRows)))
		}
	}
	return p.Err()
}

// sheet lists the trials that differ.
func (o *outcome) sheet() *sheet.Sheet {
	s := sheet.New("trial", "what", "was", "now", "architecture")
	for _, d := range o.Differences {
		s.Add(sheet.Int(d.Trial), sheet.Text(strings.Join(d.What, ", ")), sheet.Text(d.Was), sheet.Text(d.Now),
			sheet.Text(string(d.Arch)))
	}
	return s
}
