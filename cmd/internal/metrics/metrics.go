// Package metrics chooses among the metrics of a table, as flags such as --metrics name them.
package metrics

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
)

// Usage explains what Expand understands.
const Usage = "metrics with commas between them; * stands for any text, pgd_acc@* for every eps"

// Summaries lists the metrics that tell most of a table, each at its default setting: those that were measured,
// but single corruptions only where there is no mean of all.
func Summaries(t *table.Table) []string {
	var names []string
	all := t.Available()
	mean := slices.ContainsFunc(all, func(m table.MetricInfo) bool { return m.Metric.Name == "corruption_acc" })
	for _, m := range all {
		single := mean && len(m.Severities()) > 0
		if name := m.Metric.Name; !single && name != "params" && name != "flops" {
			names = append(names, m.Name())
		}
	}
	return names
}

// Expand reads the list of --metrics, such as "clean_acc,pgd_acc@*,fog_*", and returns every name once, in the order of
// the list. Patterns are of the candidates' names; other names are not checked.
func Expand(candidates []table.MetricInfo, list string) ([]string, error) {
	return ExpandFlag("metrics", candidates, list)
}

// ExpandFlag is Expand of a flag with another name.
func ExpandFlag(flag string, candidates []table.MetricInfo, list string) ([]string, error) {
	var names []string
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			return nil, usage.Mark(fmt.Errorf("--%s %q: want %s", flag, list, Usage))
		}
		if !strings.Contains(item, "*") {
			names = append(names, item)
			continue
		}
		name, setting, at := strings.Cut(item, "@")
		before := len(names)
		for _, m := range candidates {
			if ok, err := path.Match(name, m.Metric.Name); err != nil {
				return nil, usage.Mark(fmt.Errorf("--%s %q: %w", flag, item, err))
			} else if ok {
				names = append(names, Like(m, setting, at)...)
			}
		}
		if len(names) == before {
			return nil, usage.Mark(fmt.Errorf("--%s %q: there is nothing like it among %s",
				flag, item, strings.Join(Names(candidates), " ")))
		}
	}
	return once(names), nil
}

// Names lists their names.
func Names(metrics []table.MetricInfo) []string {
	return usage.Names(metrics, func(m table.MetricInfo) string { return m.Metric.Name })
}

// Like names a metric at the settings that a pattern behind @ asks for, or as it is where there is none.
func Like(m table.MetricInfo, pattern string, at bool) []string {
	if !at {
		return []string{m.Name()}
	}
	var names []string
	for _, s := range m.Settings {
		if !s.IsZero() && (pattern == "*" || pattern == s.Key()) {
			names = append(names, objective.Metric{Name: m.Metric.Name, Setting: s}.Key())
		}
	}
	return names
}

// AtAllEps names every metric that has eps, and comes without, at each of them.
func AtAllEps(t *table.Table, names []string) []string {
	all := t.Metrics()
	var out []string
	for _, name := range names {
		i := slices.IndexFunc(all, func(m table.MetricInfo) bool { return m.Metric.Name == name })
		if i < 0 || len(all[i].Attacks()) == 0 {
			out = append(out, name)
		} else {
			out = append(out, Like(all[i], "*", true)...)
		}
	}
	return once(out)
}

// once has every text where it stands first.
func once(list []string) (out []string) {
	for _, text := range list {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}
