package queue

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
)

func TestPlaceIsKeptBesideAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	at := func(source string) *backend.Problem {
		return &backend.Problem{Queue: backend.Queue{Address: "nats://host:1", Source: source}}
	}
	want := Place{Address: "nats://host:1", Sources: []string{"a", "b"}}
	Keep(path, Asked(at("a"), new(backend.Problem), at("b"), at("a")))
	if diff := cmp.Diff(want, Kept(path)); diff != "" {
		t.Error(diff)
	}
	Keep(path, Asked(new(backend.Problem)))
	if got := Kept(path); got.Address != "" {
		t.Errorf("%+v is kept", got)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), ".run.jsonl.queue"), []byte("hello"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := Kept(path); got.Address != "" {
		t.Errorf("%+v is kept", got)
	}
}

func TestOffersSuitStudies(t *testing.T) {
	_, all := offered(t, "avx2")
	d := search.Description{
		Space: "nasbench201", Objective: []objective.Metric{{Name: "clean_acc"}},
		Settings: map[string]string{"kernel": "avx2", "pgd.steps": "7"},
	}
	for name, c := range map[string]struct {
		change func(*search.Description)
		want   bool
	}{
		"the same":      {func(*search.Description) {}, true},
		"other metrics": {func(d *search.Description) { d.Objective = []objective.Metric{{Name: "pgd_acc"}} }, false},
		"other setting": {func(d *search.Description) { d.Settings = map[string]string{"kernel": "avx512"} }, false},
		"no settings":   {func(d *search.Description) { d.Settings = nil }, true},
		"other space":   {func(d *search.Description) { d.Space = "nasbench201/each" }, false},
	} {
		changed := d
		c.change(&changed)
		if got := Suits(all[0], changed); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
