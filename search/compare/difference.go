package compare

import (
	"maps"
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
	Named     string             `json:"source_name,omitempty"` // decides nothing
	Settings  map[string]string  `json:"settings,omitempty"`
	Scores    map[string]string  `json:"scores,omitempty"`
	search.Scope
}

// named is the source with its name.
func (q question) named() string {
	if q.Named == "" {
		return q.Source
	}
	return q.Named + " (" + q.Source + ")"
}

func (p Plan) setting() setting {
	s := setting{
		Space: p.Space, Strategies: p.Strategies, Seed: p.Seed,
		Window: p.Window, CountDuplicates: p.CountDuplicates, MaxDuplicates: p.MaxDuplicates,
	}
	for _, q := range p.Problems {
		s.Problems = append(s.Problems, question{q.Name, q.Objective, q.Source, q.Named, q.Settings, q.Scores, q.Scope})
	}
	return s
}

// differences compares two settings. Where sources differ, their names are told; settings of sources count where both
// say them.
func (s setting) differences(now setting) []settings.Difference {
	was := s
	was.Problems, now.Problems = slices.Clone(was.Problems), slices.Clone(now.Problems)
	for i := range min(len(was.Problems), len(now.Problems)) {
		w, n := &was.Problems[i], &now.Problems[i]
		if w.Settings == nil || n.Settings == nil {
			w.Settings, n.Settings = nil, nil
		}
		if w.Source == n.Source {
			w.Named, n.Named = "", ""
		}
	}
	return settings.Differences(was.list(), now.list())
}

// of is what of it the runs of some strategies depend on.
func (s setting) of(strategies []string) setting {
	s.Strategies = slices.DeleteFunc(slices.Clone(s.Strategies), func(t Strategy) bool {
		return !slices.Contains(strategies, t.Name)
	})
	return s
}

// slight says whether what differs is in how strategies of the same names are set, or in files of programs.
func (s setting) slight(now setting) bool {
	was := s
	was.Problems, was.Strategies = slices.Clone(was.Problems), slices.Clone(was.Strategies)
	for i := range min(len(was.Strategies), len(now.Strategies)) {
		was.Strategies[i].Options, was.Strategies[i].Files = now.Strategies[i].Options, now.Strategies[i].Files
	}
	for i := range min(len(was.Problems), len(now.Problems)) {
		w, n := &was.Problems[i], now.Problems[i]
		if objective.DifferInFiles(w.Settings, n.Settings) {
			w.Source, w.Settings = n.Source, n.Settings
		}
	}
	return len(was.differences(now)) == 0
}

// list tells what it is in words, without blanks where a command line has none.
func (s setting) list() []settings.Setting {
	var problems, sources, scopes, parts, strategies []string
	var of []settings.Setting // the sources
	for _, q := range s.Problems {
		problems, sources = append(problems, strings.ReplaceAll(q.Name, " ", "-")), append(sources, q.named())
		scopes, parts = append(scopes, q.Scope.Words()), append(parts, q.Scope.Classes)
		for _, part := range settings.Sorted(q.Settings) {
			if !slices.ContainsFunc(of, func(s settings.Setting) bool { return s.Name == part.Name }) {
				of = append(of, part) // one table answers for all
			}
		}
	}
	scores := map[string]string{}
	for _, q := range s.Problems {
		maps.Copy(scores, q.Scores)
	}
	var options []settings.Setting
	for _, t := range s.Strategies {
		label := t.Name
		if t.Algorithm != t.Name {
			label += "=" + t.Algorithm
		}
		strategies = append(strategies, label)
		for _, o := range append(settings.Sorted(t.Options), settings.Sorted(t.Files)...) {
			options = append(options, settings.Of(t.Name+":"+o.Name, o.Value))
		}
	}
	all := []settings.Setting{
		settings.Of("space", s.Space),
		settings.Of("objective", strings.Join(problems, "+"), settings.Of("source", strings.Join(sources, "+"), of...)),
		settings.Of("strategies", strings.Join(strategies, ","), options...),
		settings.Of("seed", s.Seed),
		settings.Of("window", s.Window),
		settings.Of("count-duplicates", s.CountDuplicates),
		settings.Of("max-duplicates", s.MaxDuplicates),
	}
	all = append(all, search.TellScores(scores)...)
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
