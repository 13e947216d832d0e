// Package settings tells that something was made with other settings than those of now: a study, a comparison, a
// census, a checkpoint may only be continued as it was begun.
package settings

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Setting is one of the things that a result depends on, in words.
type Setting struct {
	Name, Value string
	Parts       []Setting // settings of this one, which count only where both sides have the same value
}

// Of returns a setting, whose value is printed.
func Of(name string, value any, parts ...Setting) Setting {
	return Setting{name, fmt.Sprint(value), parts}
}

// Sorted returns settings by name.
func Sorted(values map[string]string) []Setting {
	var all []Setting
	for _, name := range slices.Sorted(maps.Keys(values)) {
		all = append(all, Of(name, values[name]))
	}
	return all
}

// Difference is a setting in which two results differ.
type Difference struct{ Setting, Was, Now string }

// Differences compares settings, of which no two have one name, and returns those that differ, in their order: was's,
// with those that now alone has behind the one that they follow there.
func Differences(was, now []Setting) []Difference {
	var diffs []Difference
	for _, name := range names(was, now) {
		w, n := find(was, name), find(now, name)
		if w.Value != n.Value {
			diffs = append(diffs, Difference{name, w.Value, n.Value})
			continue
		}
		diffs = append(diffs, Differences(w.Parts, n.Parts)...)
	}
	return diffs
}

func names(was, now []Setting) []string {
	var all []string
	for _, s := range was {
		all = append(all, s.Name)
	}
	at := 0
	for _, s := range now {
		i := slices.Index(all, s.Name)
		if i < 0 {
			i = at
			all = slices.Insert(all, i, s.Name)
		}
		at = i + 1
	}
	return all
}

func find(all []Setting, name string) Setting {
	for _, s := range all {
		if s.Name == name {
			return s
		}
	}
	return Setting{Value: "(absent)"}
}

// ChangedError says that something was made with other settings.
type ChangedError struct {
	Path        string // of what was made; empty in a message that has it before
	Kind        string // of the path, and of another one that may be named: "file" or "folder"
	Differences []Difference

	Part   string // of what Path holds, that alone was made so, with its verb: "2 runs of mine were made"; empty for all
	Remove string // what may be removed to make it anew; empty for nothing
}

// Error says "study.jsonl was made with seed=1 window=2, now seed=3 window=4: continue it as it was, or name another
// file".
func (e *ChangedError) Error() string {
	var was, now []string
	for _, d := range e.Differences {
		was = append(was, d.Setting+"="+d.Was)
		now = append(now, d.Setting+"="+d.Now)
	}
	what, instead := cmp.Or(e.Path, "it")+" was made", ""
	if e.Part != "" {
		what = e.Path + ": " + e.Part
	}
	if e.Remove != "" {
		instead = "remove " + e.Remove + " to make that anew, "
	}
	return fmt.Sprintf("%s with %s, now %s: continue it as it was, %sor name another %s",
		what, strings.Join(was, " "), strings.Join(now, " "), instead, e.Kind)
}
