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
	return fmt.Sprintf("%s was made with %s: continue it as it was, or name another file", e.Path, Changed(e.Differences))
}

// Changed is differences in words: "seed=1 window=2, now seed=3 window=4".
func Changed(diffs []Difference) string {
	var was, now []string
	for _, d := range diffs {
		was = append(was, d.Setting+"="+d.Was)
		now = append(now, d.Setting+"="+d.Now)
	}
	return strings.Join(was, " ") + ", now " + strings.Join(now, " ")
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
	if settings := between(was.Settings, now.Settings); settings != nil && was.Settings != nil && now.Settings != nil {
		diffs = append(diffs, settings...) // which say more than a fingerprint
	} else {
		note("source", was.Source, now.Source)
	}
	note("strategy", was.Strategy, now.Strategy)
	if was.Strategy == now.Strategy {
		diffs = append(diffs, between(was.Options, now.Options)...)
	}
	note("seed", strconv.FormatUint(was.Seed, 10), strconv.FormatUint(now.Seed, 10))
	note("window", strconv.Itoa(was.Window), strconv.Itoa(now.Window))
	note("count-duplicates", strconv.FormatBool(was.CountDuplicates), strconv.FormatBool(now.CountDuplicates))
	note("max-duplicates", strconv.Itoa(was.MaxDuplicates), strconv.Itoa(now.MaxDuplicates))
	return diffs
}

// between compares settings, by name.
func between(was, now map[string]string) []Difference {
	var diffs []Difference
	for _, name := range sortedKeys(was) {
		if w, n := was[name], orAbsent(now, name); w != n {
			diffs = append(diffs, Difference{name, w, n})
		}
	}
	for _, name := range sortedKeys(now) {
		if _, ok := was[name]; !ok {
			diffs = append(diffs, Difference{name, "(absent)", now[name]})
		}
	}
	return diffs
}

func orAbsent(o map[string]string, name string) string {
	if v, ok := o[name]; ok {
		return v
	}
	return "(absent)"
}

// objectives joins the metrics with their settings and goals.
func objectives(d Description) string {
	var names []string
	for _, m := range d.Objective {
		names = append(names, m.Key()+":"+m.Goal.String())
	}
	return strings.Join(names, ",")
}
