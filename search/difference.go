package search

import (
	"maps"
	"strings"

	"github.com/nassearch/nassearch/internal/settings"
)

// differences compares two configurations. Where both say what the source is a fingerprint of, what differs in that
// says more than the fingerprint.
func differences(was, now Description) []settings.Difference {
	if was.Settings == nil || now.Settings == nil || maps.Equal(was.Settings, now.Settings) {
		was.Settings, now.Settings = nil, nil
	} else {
		was.Source, now.Source = "", ""
	}
	return settings.Differences(was.list(), now.list())
}

// list tells the configuration in words.
func (d Description) list() []settings.Setting {
	all := []settings.Setting{
		settings.Of("space", d.Space),
		settings.Of("objective", objectives(d)),
		settings.Of("source", d.Source, settings.Sorted(d.Settings)...),
		settings.Of("strategy", d.Strategy, settings.Sorted(d.Options)...),
		settings.Of("seed", d.Seed),
		settings.Of("window", d.Window),
		settings.Of("count-duplicates", d.CountDuplicates),
		settings.Of("max-duplicates", d.MaxDuplicates),
	}
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
