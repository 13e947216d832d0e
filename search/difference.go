package search

import (
	"maps"
	"strings"

	"github.com/nassearch/nassearch/internal/settings"
	"github.com/nassearch/nassearch/objective"
)

// Differences tells in what two configurations differ that a history depends on; nothing if a study of one may be
// continued with the other.
func Differences(was, now Description) []Difference { return told(differences(was, now)) }

// told are differences as they are told outside.
func told(diffs []settings.Difference) (all []Difference) {
	for _, d := range diffs {
		all = append(all, Difference(d))
	}
	return all
}

// slight says whether what differs is in how the strategy is set, or in files of programs: it is the same search, which
// somebody mended.
func slight(was, now Description) bool {
	was.Options, was.Files = now.Options, now.Files
	if objective.DifferInFiles(was.Settings, now.Settings) {
		was.Source, was.Settings = now.Source, now.Settings
	}
	return len(differences(was, now)) == 0
}

// differences compares two configurations. Where both say what the source is a fingerprint of, what differs in that
// says more than the fingerprint; where they name the source, both names are told with it.
func differences(was, now Description) []settings.Difference {
	said := was.Settings != nil && now.Settings != nil && !maps.Equal(was.Settings, now.Settings)
	if !said {
		was.Settings, now.Settings = nil, nil
	}
	switch {
	case was.Source != now.Source && was.SourceName+now.SourceName != "":
		was.Source, now.Source = named(was), named(now)
	case said:
		was.Source, now.Source = "", ""
	}
	return settings.Differences(was.list(), now.list())
}

// named is the source with its name.
func named(d Description) string {
	if d.SourceName == "" {
		return d.Source
	}
	return d.SourceName + " (" + d.Source + ")"
}

// list tells the configuration in words.
func (d Description) list() []settings.Setting {
	all := []settings.Setting{
		settings.Of("space", d.Space),
		settings.Of("objective", objectives(d)),
		settings.Of("source", d.Source, settings.Sorted(d.Settings)...),
		settings.Of("strategy", d.Strategy, append(settings.Sorted(d.Options), settings.Sorted(d.Files)...)...),
		settings.Of("seed", d.Seed),
		settings.Of("window", d.Window),
		settings.Of("count-duplicates", d.CountDuplicates),
		settings.Of("max-duplicates", d.MaxDuplicates),
	}
	all = append(all, TellScores(d.Scores)...)
	if words := d.Scope.Words(); words != "" {
		all = append(all, settings.Of("where", words, settings.Of("where-classes", d.Scope.Classes)))
	}
	return all
}

// objectives joins the metrics with their settings and goals.
func objectives(d Description) string {
	var names []string
	for _, m := range d.Objective {
		names = append(names, m.Key()+":"+m.Goal.String())
	}
	return strings.Join(names, ",")
}
