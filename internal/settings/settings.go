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

// absent stands for a setting that one side does not have.
const absent = "(absent)"

// Differences compares settings by name and returns those that differ, in the order in which they are given: was's, with
// those that now alone has behind the one that they follow there. Of a name that a side has several times, the first goes
// with the other side's first, and so on.
func Differences(was, now []Setting) []Difference {
	before, after := index(was), index(now)
	var diffs []Difference
	for _, k := range merge(before.keys, after.keys) {
		w, n := before.find(k), after.find(k)
		if w.Value != n.Value {
			diffs = append(diffs, Difference{k.name, w.Value, n.Value})
			continue
		}
		diffs = append(diffs, Differences(w.Parts, n.Parts)...)
	}
	return diffs
}

// key tells settings of one name apart.
type key struct {
	name string
	nth  int
}

// indexed are settings that can be found.
type indexed struct {
	keys []key // in order
	of   map[key]Setting
}

func index(all []Setting) indexed {
	x := indexed{of: map[key]Setting{}}
	times := map[string]int{}
	for _, s := range all {
		k := key{s.Name, times[s.Name]}
		times[s.Name]++
		x.keys = append(x.keys, k)
		x.of[k] = s
	}
	return x
}

func (x indexed) find(k key) Setting {
	if s, ok := x.of[k]; ok {
		return s
	}
	return Setting{Value: absent}
}

// merge returns all keys of both: was's, with the others behind what they follow.
func merge(was, now []key) []key {
	all := slices.Clone(was)
	at := 0
	for _, k := range now {
		i := slices.Index(all, k)
		if i < 0 {
			i = at
			all = slices.Insert(all, i, k)
		}
		at = i + 1
	}
	return all
}

// ChangedError says that something was made with other settings.
type ChangedError struct {
	Path        string // of what was made; empty in a message that has it before
	Kind        string // of the path, and of another one that may be named: "file" or "folder"
	Differences []Difference
}

// Error says "study.jsonl was made with seed=1 window=2, now seed=3 window=4: continue it as it was, or name another file".
func (e *ChangedError) Error() string {
	var was, now []string
	for _, d := range e.Differences {
		was = append(was, d.Setting+"="+d.Was)
		now = append(now, d.Setting+"="+d.Now)
	}
	return fmt.Sprintf("%s was made with %s, now %s: continue it as it was, or name another %s",
		cmp.Or(e.Path, "it"), strings.Join(was, " "), strings.Join(now, " "), e.Kind)
}
