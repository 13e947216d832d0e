package compare

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
)

// PlanError says that a folder is of another comparison.
type PlanError struct {
	Dir         string
	Differences []search.Difference
}

func (e *PlanError) Error() string {
	return fmt.Sprintf("%s was made with %s: continue it as it was, or name another folder", e.Dir, search.Changed(e.Differences))
}

// setting is the part of a plan that may not change when a comparison continues: runs are added, budgets grow.
type setting struct {
	Space           string     `json:"space"`
	Problems        []question `json:"problems"`
	Strategies      []Strategy `json:"strategies"`
	Seed            uint64     `json:"seed"`
	Window          int        `json:"window"`
	CountDuplicates bool       `json:"count_duplicates"`
	MaxDuplicates   int        `json:"max_duplicates"`
}

// question is what a problem's runs depend on.
type question struct {
	Name      string             `json:"name"`
	Objective []objective.Metric `json:"objective"`
	Source    string             `json:"source"`
}

func (p Plan) setting() setting {
	s := setting{
		Space: p.Space, Strategies: p.Strategies, Seed: p.Seed,
		Window: p.Window, CountDuplicates: p.CountDuplicates, MaxDuplicates: p.MaxDuplicates,
	}
	for _, q := range p.Problems {
		s.Problems = append(s.Problems, question{q.Name, q.Objective, q.Source})
	}
	return s
}

// differences compares two settings.
func differences(was, now setting) []search.Difference {
	var diffs []search.Difference
	note := func(setting, was, now string) {
		if was != now {
			diffs = append(diffs, search.Difference{Setting: setting, Was: was, Now: now})
		}
	}
	note("space", was.Space, now.Space)
	note("objective", names(was.Problems), names(now.Problems))
	if names(was.Problems) == names(now.Problems) {
		for i, q := range was.Problems {
			note("source", q.Source, now.Problems[i].Source)
		}
	}
	note("strategies", labels(was.Strategies), labels(now.Strategies))
	if labels(was.Strategies) == labels(now.Strategies) {
		for i, s := range was.Strategies {
			noteOptions(note, s, now.Strategies[i])
		}
	}
	note("seed", strconv.FormatUint(was.Seed, 10), strconv.FormatUint(now.Seed, 10))
	note("window", strconv.Itoa(was.Window), strconv.Itoa(now.Window))
	note("count-duplicates", strconv.FormatBool(was.CountDuplicates), strconv.FormatBool(now.CountDuplicates))
	note("max-duplicates", strconv.Itoa(was.MaxDuplicates), strconv.Itoa(now.MaxDuplicates))
	return diffs
}

func noteOptions(note func(setting, was, now string), was, now Strategy) {
	all := maps.Clone(was.Options)
	maps.Copy(all, now.Options)
	text := func(o search.Options, name string) string {
		if v, ok := o[name]; ok {
			return v
		}
		return "(absent)"
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		note(was.Name+":"+name, text(was.Options, name), text(now.Options, name))
	}
}

// names joins problems without blanks.
func names(problems []question) string {
	var all []string
	for _, q := range problems {
		all = append(all, strings.ReplaceAll(q.Name, " ", "-"))
	}
	return strings.Join(all, "+")
}

// labels joins strategies as a command line has them.
func labels(strategies []Strategy) string {
	var all []string
	for _, s := range strategies {
		label := s.Name
		if s.Algorithm != s.Name {
			label += "=" + s.Algorithm
		}
		all = append(all, label)
	}
	return strings.Join(all, ",")
}

// tighter says in which limits the plan is below those of a run.
func (p Plan) tighter(r record) []search.Difference {
	var diffs []search.Difference
	note := func(setting string, was, now float64, unit string) {
		if now > 0 && (was == 0 || now < was) {
			diffs = append(diffs, search.Difference{Setting: setting, Was: limit(was, unit), Now: limit(now, unit)})
		}
	}
	note("budget", float64(r.Budget), float64(p.Budget), "")
	note("time-budget", r.Hours, p.Hours, "h")
	return diffs
}

func limit(v float64, unit string) string {
	if v == 0 {
		return "(none)"
	}
	return strconv.FormatFloat(v, 'f', -1, 64) + unit
}
