package compare

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/settings"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
)

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
	search.Scope
}

func (p Plan) setting() setting {
	s := setting{
		Space: p.Space, Strategies: p.Strategies, Seed: p.Seed,
		Window: p.Window, CountDuplicates: p.CountDuplicates, MaxDuplicates: p.MaxDuplicates,
	}
	for _, q := range p.Problems {
		s.Problems = append(s.Problems, question{q.Name, q.Objective, q.Source, q.Scope})
	}
	return s
}

// list tells what it is in words, without blanks where a command line has none.
func (s setting) list() []settings.Setting {
	var problems, sources, scopes, parts, strategies []string
	for _, q := range s.Problems {
		problems, sources = append(problems, strings.ReplaceAll(q.Name, " ", "-")), append(sources, q.Source)
		scopes, parts = append(scopes, q.Scope.Words()), append(parts, q.Scope.Classes)
	}
	var options []settings.Setting
	for _, t := range s.Strategies {
		label := t.Name
		if t.Algorithm != t.Name {
			label += "=" + t.Algorithm
		}
		strategies = append(strategies, label)
		for _, o := range settings.Sorted(t.Options) {
			options = append(options, settings.Of(t.Name+":"+o.Name, o.Value))
		}
	}
	all := []settings.Setting{
		settings.Of("space", s.Space),
		settings.Of("objective", strings.Join(problems, "+"), settings.Of("source", strings.Join(sources, "+"))),
		settings.Of("strategies", strings.Join(strategies, ","), options...),
		settings.Of("seed", s.Seed),
		settings.Of("window", s.Window),
		settings.Of("count-duplicates", s.CountDuplicates),
		settings.Of("max-duplicates", s.MaxDuplicates),
	}
	if words := strings.Trim(strings.Join(slices.Compact(scopes), "+"), "+"); words != "" {
		all = append(all, settings.Of("where", words, settings.Of("where-classes", strings.Join(parts, "+"))))
	}
	return all
}

// tighter says in which limits the plan is below those of a run.
func (p Plan) tighter(r record) []settings.Difference {
	var diffs []settings.Difference
	note := func(setting string, was, now float64, unit string) {
		if now > 0 && (was == 0 || now < was) {
			diffs = append(diffs, settings.Difference{Setting: setting, Was: limit(was, unit), Now: limit(now, unit)})
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
