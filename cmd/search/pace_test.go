package search

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/internal/exposition"
	"github.com/nassearch/nassearch/search"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// A search that others measure for tells now and then how it stands with them, where there is no terminal.
func TestSearchElsewhereTellsHowItStands(t *testing.T) {
	core, log := observer.New(zap.InfoLevel)
	p := &pace{
		Bar: progress.New(new(bytes.Buffer)), config: search.Config{Budget: 5},
		telling: zap.New(core), status: func() string { return "2 workers, 1 of 2 busy" },
	}
	p.start(zap.NewNop(), "", nil)
	p.observe(search.Trial{Of: -1, Values: []float64{1}})
	if log.Len() != 0 {
		t.Errorf("told at once: %v", log.All())
	}
	p.last = p.last.Add(-2 * tellEvery)
	p.observe(search.Trial{Of: -1, Failure: "no"})
	p.observe(search.Trial{Of: -1, Values: []float64{1}})
	if log.Len() != 1 {
		t.Fatalf("told %d times, want once", log.Len())
	}
	got := log.All()[0].ContextMap()
	delete(got, "per_second")
	want := map[string]any{"queries": int64(2), "failed": int64(1), "queue": "2 workers, 1 of 2 busy"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	p.began = time.Now().Add(-time.Second * 10)
	if text := p.note(); !strings.HasPrefix(text, "0.") || !strings.HasSuffix(text, "/s · 1 failed") {
		t.Errorf("beside the bar: %q", text)
	}
}

func TestSearchAtHomeSaysNothing(t *testing.T) {
	p := &pace{Bar: progress.New(new(bytes.Buffer)), config: search.Config{Budget: 5}}
	p.start(zap.NewNop(), "", nil)
	p.observe(search.Trial{Of: -1, Failure: "no"})
	if text := p.note(); text != "" {
		t.Errorf("%q", text)
	}
}

func TestPrometheusIsToldHowFarASearchIs(t *testing.T) {
	p := &pace{Bar: progress.New(new(bytes.Buffer)), config: search.Config{Budget: 5}}
	p.start(zap.NewNop(), "", nil)
	p.observe(search.Trial{Of: -1, Failure: "no"})
	p.observe(search.Trial{Of: -1, Values: []float64{1}})
	var b strings.Builder
	if err := exposition.Write(&b, p.families()); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"nassearch_study_queries_total 2", "nassearch_study_failed_total 1", "nassearch_study_budget 5",
	} {
		if !strings.Contains(b.String(), "\n"+line+"\n") {
			t.Errorf("no %s in\n%s", line, b.String())
		}
	}
}
