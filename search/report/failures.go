package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
)

// Failure is a kind of failure, with the queries that failed so.
type Failure struct {
	Cause  objective.Cause `json:"cause"`
	Count  int             `json:"count"`
	Reason string          `json:"reason"` // of the first, in full
	Trials []int           `json:"trials"`
}

// failures are the queries that failed, by cause. Those of which no more is known than what was said are of one kind if
// it is the same, but for the architecture.
func failures(r search.Result, sp space.Space) []Failure {
	var all []Failure
	at := map[string]int{}
	for _, t := range r.Trials {
		if !t.Failed() || !r.Study.Counts(t) {
			continue
		}
		cause := cmp.Or(t.Cause, objective.OtherCause)
		kind := string(cause)
		if cause == objective.OtherCause {
			kind += ": " + without(t.Failure, t.Arch, space.Canonical(sp, t.Arch))
		}
		i, known := at[kind]
		if !known {
			i = len(all)
			at[kind] = i
			all = append(all, Failure{Cause: cause, Reason: t.Failure})
		}
		all[i].Count++
		all[i].Trials = append(all[i].Trials, t.ID)
	}
	return all
}

func without(text string, archs ...space.Arch) string {
	for _, a := range archs {
		text = strings.ReplaceAll(text, string(a), "")
	}
	return text
}

// mostKinds is how many kinds of failures are told.
const mostKinds = 4

// Words say what kind of failure it is. Of others no more is known than what they said.
func (f Failure) Words() string {
	if f.Cause == objective.OtherCause {
		return f.Reason
	}
	return f.Cause.Words()
}

// failures tells how many queries failed, of which kinds, and what the first of each said.
func (s Summary) failures(p *sheet.Printer) {
	if s.Failed == 0 {
		return
	}
	first := s.Failures[:min(mostKinds, len(s.Failures))]
	var kinds []string
	told := 0
	for _, f := range first {
		kinds = append(kinds, numeral.Thousands(f.Count)+" × "+f.Words())
		told += f.Count
	}
	if more := s.Failed - told; more > 0 {
		kinds = append(kinds, numeral.Thousands(more)+" × others (--output csv has all)")
	}
	p.Line("failed", fmt.Sprintf("%s of %s queries failed: %s",
		numeral.Thousands(s.Failed), numeral.Thousands(s.Queries), strings.Join(kinds, ", ")))
	for _, f := range first {
		if f.Words() != f.Reason {
			p.Line("", fmt.Sprintf("  %s: %s", f.Words(), f.Reason))
		}
	}
}
