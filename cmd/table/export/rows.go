package export

import (
	"context"
	"encoding/json"

	"github.com/nassearch/nassearch/internal/frame"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space"
)

// rows are those of a table, one a class that has values.
func rows(ctx context.Context, t table.CSV) *frame.Frame {
	f := &frame.Frame{About: about(t.Info)}
	for i, name := range space.NameColumns() {
		f.Add(name, []frame.Kind{frame.Text, frame.Text, frame.Whole, frame.Whole}[i])
	}
	for _, m := range t.Metrics {
		f.Add(m.String(), frame.Real)
	}
	f.Rows = func(yield func([]any, error) bool) {
		for class := range t.Space.Classes() {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			values := t.Values(class)
			if values == nil {
				continue
			}
			if !yield(append(named(t.Names, t.Space.Class(class)), cells(values)...), nil) {
				return
			}
		}
	}
	return f
}

// about is what a table says of itself.
func about(i table.Info) map[string]string {
	all := map[string]string{}
	for key, text := range map[string]string{
		"dataset": i.Dataset, "description": i.Description, "split": i.Split, "training": i.Training,
		"attacks": i.Attacks, "corruptions": i.Corruptions, "seeds": i.Seeds.String(), "network": i.NetworkText(),
	} {
		if text != "" {
			all["nassearch."+key] = text
		}
	}
	if len(i.Notes) > 0 {
		notes, err := json.Marshal(i.Notes)
		if err == nil { // texts can always be written
			all["nassearch.notes"] = string(notes)
		}
	}
	return all
}

func named(names space.Names, a space.Arch) []any {
	of := names.Of(a)
	row := []any{string(a), string(of.Class), nil, nil}
	for i, n := range []*int{of.Index, of.ID} {
		if n != nil {
			row[2+i] = int64(*n)
		}
	}
	return row
}

// cells are values; a frame has none where they are NaN.
func cells(values []float64) []any {
	row := make([]any, len(values))
	for i, v := range values {
		row[i] = v
	}
	return row
}
