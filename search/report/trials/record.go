package trials

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/nassearch/nassearch/internal/frame"
	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/search"
)

// Extras returns what a trial's record has, by name: numbers as float64, truth values as bool, texts as string; members
// of members under their names with dots between them ("passes.forward"), and lists as JSON. A record that is no object
// is called record.
func Extras(t search.Trial) (map[string]any, error) {
	all := map[string]any{}
	if len(t.Record) == 0 {
		return all, nil
	}
	var v any
	if err := json.Unmarshal(t.Record, &v); err != nil {
		return nil, fmt.Errorf("record of trial %d: %w", t.ID, err)
	}
	flatten(all, "", v)
	return all, nil
}

// flatten adds a value under a name, or its members.
func flatten(to map[string]any, name string, v any) {
	switch v := v.(type) {
	case nil:
		return
	case map[string]any:
		for key, member := range v {
			path := plain.Text(key)
			if name != "" {
				path = name + "." + path
			}
			flatten(to, path, member)
		}
		return
	case []any:
		to[orRecord(name)] = encoded(v)
	case string:
		to[orRecord(name)] = plain.Text(v)
	default: // a number or a truth value
		to[orRecord(name)] = v
	}
}

func orRecord(name string) string {
	if name == "" {
		return "record"
	}
	return name
}

// encoded writes what was read from JSON.
func encoded(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// collect returns the extras of trials, and all their names in order.
func collect(list []search.Trial) (all []map[string]any, names []string, err error) {
	seen := map[string]bool{}
	all = make([]map[string]any, len(list))
	for i, t := range list {
		if all[i], err = Extras(t); err != nil {
			return nil, nil, err
		}
		for name := range all[i] {
			seen[name] = true
		}
	}
	return all, slices.Sorted(maps.Keys(seen)), nil
}

// kindOf is the kind of the values of a name: text where they are of several kinds.
func kindOf(all []map[string]any, name string) frame.Kind {
	kinds := map[frame.Kind]bool{}
	kind := frame.Text
	for _, extras := range all {
		switch extras[name].(type) {
		case nil:
			continue
		case float64:
			kind = frame.Real
		case bool:
			kind = frame.Truth
		default:
			kind = frame.Text
		}
		kinds[kind] = true
	}
	if len(kinds) > 1 {
		return frame.Text
	}
	return kind
}

// as returns a value as one of a kind: itself, or text.
func as(kind frame.Kind, v any) any {
	if _, already := v.(string); v == nil || already || kind != frame.Text {
		return v
	}
	return encoded(v)
}
