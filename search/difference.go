package search

import (
	"fmt"
	"strconv"
	"strings"
)

// Difference is a setting in which two configurations differ.
type Difference struct{ Setting, Was, Now string }

// ConfigError says that a journal is of another study.
type ConfigError struct {
	Path        string
	Differences []Difference
}

func (e *ConfigError) Error() string {
	var was, now []string
	for _, d := range e.Differences {
		was = append(was, d.Setting+"="+d.Was)
		now = append(now, d.Setting+"="+d.Now)
	}
	return fmt.Sprintf("%s was made with %s, now %s: continue it as it was, or name another file",
		e.Path, strings.Join(was, " "), strings.Join(now, " "))
}

// differences compares two configurations, setting by setting.
func differences(was, now Description) []Difference {
	var diffs []Difference
	note := func(setting, was, now string) {
		if was != now {
			diffs = append(diffs, Difference{setting, was, now})
		}
	}
	note("space", was.Space, now.Space)
	note("objective", objectives(was), objectives(now))
	note("source", was.Source, now.Source)
	note("strategy", was.Strategy, now.Strategy)
	if was.Strategy == now.Strategy {
		for _, name := range sortedKeys(was.Options) {
			note(name, was.Options[name], orAbsent(now.Options, name))
		}
		for _, name := range sortedKeys(now.Options) {
			if _, ok := was.Options[name]; !ok {
				note(name, "(absent)", now.Options[name])
			}
		}
	}
	note("seed", strconv.FormatUint(was.Seed, 10), strconv.FormatUint(now.Seed, 10))
	note("window", strconv.Itoa(was.Window), strconv.Itoa(now.Window))
	note("count-duplicates", strconv.FormatBool(was.CountDuplicates), strconv.FormatBool(now.CountDuplicates))
	note("max-duplicates", strconv.Itoa(was.MaxDuplicates), strconv.Itoa(now.MaxDuplicates))
	return diffs
}

func orAbsent(o Options, name string) string {
	if v, ok := o[name]; ok {
		return v
	}
	return "(absent)"
}

// objectives joins the metrics with their settings, without blanks.
func objectives(d Description) string {
	var names []string
	for _, m := range d.Objective {
		name := m.Name
		if m.Setting != "" {
			name += "@" + strings.ReplaceAll(m.Setting, " ", "-")
		}
		names = append(names, name+":"+m.Goal.String())
	}
	return strings.Join(names, ",")
}
