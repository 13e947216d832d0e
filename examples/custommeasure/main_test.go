package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/robustness/measure"
)

// run runs the program and returns what it prints.
func run(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	extensions := cmd.Extensions{Measures: measure.Catalogue{Share()}}
	if code := cmd.Run(t.Context(), extensions, args, &out, &errs); code != 0 {
		t.Fatalf("%s: exit code %d: %s", args, code, errs.String())
	}
	return out.String()
}

// Some ReLUs are active and some are not, and others' measures are taken beside it.
func TestShareIsMeasured(t *testing.T) {
	text := run(t, "measure", "1462", "--metrics", "relu_share,nwot,l2_norm", "-o", "json")
	var got struct {
		Measures []struct {
			Name  string   `json:"name"`
			Value *float64 `json:"value"`
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	for _, m := range got.Measures {
		if m.Name == "relu_share" && m.Value != nil && *m.Value > 0 && *m.Value < 1 {
			return
		}
	}
	t.Errorf("no share in %s", text)
}
