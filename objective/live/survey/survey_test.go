package survey_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/nassearch/nassearch/internal/jsonlog"
	"github.com/nassearch/nassearch/internal/settings"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/objective/live/survey"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// scores are measures of one's own: one always has a value, one of some cells, one panics.
func scores() measure.Catalogue {
	images := func(_ context.Context, c *measure.Case) (float64, error) { return float64(len(c.Labels)) / 3, nil }
	var calls atomic.Int64
	return measure.Catalogue{
		{Name: "images", Of: images},
		{Name: "fading", Minimize: true, Of: func(_ context.Context, c *measure.Case) (float64, error) {
			if calls.Add(1)%2 == 0 {
				return 0, errors.New("it has no paths")
			}
			return float64(c.Seed), nil
		}},
		{Name: "panics", Of: func(context.Context, *measure.Case) (float64, error) { panic("no way") }},
	}
}

func newPlan(t *testing.T, limit int) survey.Plan {
	t.Helper()
	p, err := live.Preset("micro")
	if err != nil {
		t.Fatal(err)
	}
	lab, err := live.NewLab(p, objective.Usual(), kernel.Available()[0])
	if err != nil {
		t.Fatal(err)
	}
	return survey.Plan{Lab: lab, Measures: scores(), Seed: 7, Cells: census.Choose(nil, census.Shard{}, limit)}
}

func run(t *testing.T, p survey.Plan, path string, workers int) (survey.Header, []survey.Record, survey.Progress) {
	t.Helper()
	log, err := survey.OpenLog(path, p.Header("micro", "1.0"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	var last survey.Progress
	if err := p.Run(t.Context(), log, workers, func(now survey.Progress) { last = now }); err != nil {
		t.Fatal(err)
	}
	return log.Header, log.Records(), last
}

func TestSurveyKeepsValuesAndReasons(t *testing.T) {
	_, records, last := run(t, newPlan(t, 4), filepath.Join(t.TempDir(), "m.jsonl"), 1)
	if want := (survey.Progress{Done: 4, All: 4, Failed: 4}); last != want || len(records) != 4 {
		t.Fatalf("%+v, %d records", last, len(records))
	}
	faded := 0
	for _, r := range records {
		if r.Values[0] == nil || *r.Values[0] != 64./3 || r.Values[2] != nil || r.Failed["panics"] != "measure panics: panic: no way" {
			t.Errorf("record %+v", r)
		}
		if r.Values[1] == nil {
			faded++
			if r.Failed["fading"] != "measure fading: it has no paths" {
				t.Errorf("record %+v", r)
			}
		} else if *r.Values[1] != 7 {
			t.Errorf("record %+v", r)
		}
	}
	if faded != 2 {
		t.Errorf("%d classes without a value", faded)
	}
}

// What is there is not measured again: the second measure would have other values.
func TestSurveyContinues(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.jsonl")
	_, before, _ := run(t, newPlan(t, 3), path, 1)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := newPlan(t, 5)
	_, after, last := run(t, p, path, 2)
	if want := (survey.Progress{Done: 5, All: 5, Before: 3, Failed: 5}); last != want || len(after) != 5 {
		t.Errorf("%+v, %d records", last, len(after))
	}
	grown, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(grown), string(text)) || len(before) != 3 {
		t.Errorf("what was there has changed: %v", err)
	}
}

func TestSurveyOfOtherSettingsIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.jsonl")
	run(t, newPlan(t, 1), path, 1)
	for name, change := range map[string]func(*survey.Plan){
		"seed":               func(p *survey.Plan) { p.Seed = 8 },
		"images.number":      func(p *survey.Plan) { p.Lab.MeasureImages = 32 },
		"images.sample_seed": func(p *survey.Plan) { p.Lab.SampleSeed = 3 },
		"kernel":             func(p *survey.Plan) { p.Lab.Kernel = &kernel.Kernel{Name: "other"} },
		"network.Channels":   func(p *survey.Plan) { p.Lab.Channels = 8 },
		"measures":           func(p *survey.Plan) { p.Measures = p.Measures[1:] },
	} {
		p := newPlan(t, 1)
		change(&p)
		_, err := survey.OpenLog(path, p.Header("micro", "1.0"))
		changed, ok := errors.AsType[*settings.ChangedError](err)
		if !ok || len(changed.Differences) != 1 || changed.Differences[0].Setting != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	h := newPlan(t, 1).Header("another name", "2.0")
	h.Dataset = "elsewhere"
	log, err := survey.OpenLog(path, h)
	if err != nil {
		t.Fatalf("another version, and another name of the same: %v", err)
	}
	log.Close()
}

func TestDamagedRecordIsRefused(t *testing.T) {
	form := jsonlog.Form[survey.Header, survey.Record]{
		Kind: "log of measures", Member: "nassearch_measures", Place: "file",
		Differences: func(survey.Header, survey.Header) ([]settings.Difference, error) { return nil, nil },
		Covered:     func(r survey.Record) survey.Record { r.Seconds = 0; return r },
	}
	h := newPlan(t, 1).Header("micro", "1.0")
	v := 1.
	all, none := []*float64{&v, &v, &v}, []*float64{nil, &v, &v}
	for name, r := range map[string]survey.Record{
		"no such cell":       {Cell: 99999, Values: all},
		"not of its class":   {Cell: 15624, Values: all[:2]},
		"too few values":     {Cell: 0, Values: all[:2]},
		"no reason":          {Cell: 0, Values: none},
		"a reason too many":  {Cell: 0, Values: all, Failed: map[string]string{"images": "why"}},
		"the reason another": {Cell: 0, Values: none, Failed: map[string]string{"fading": "why"}},
	} {
		path := filepath.Join(t.TempDir(), "m.jsonl")
		log, err := form.Open(path, &h, func(survey.Header, survey.Record) error { return nil })
		if err == nil {
			err = errors.Join(log.Append(r), log.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		_, err = survey.OpenLog(path, h)
		if damage, ok := errors.AsType[*jsonlog.DamageError](err); !ok || damage.Line != 2 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The table is read back with what was measured, its directions, and what it says of itself.
func TestTableOfASurveyIsRead(t *testing.T) {
	dir := t.TempDir()
	h, records, _ := run(t, newPlan(t, 6), filepath.Join(dir, "m.jsonl"), 2)
	sp, err := h.Space()
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.Table(space.Names{Space: sp}, scores(), records)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "m.csv")
	write(t, path, out)
	tab, err := table.Open(path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	view, err := tab.Select(t.Context(), []string{"fading", "images", "params"}, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if g := view.Metrics()[0].Goal; g != objective.Minimize {
		t.Errorf("fading is %simized", g)
	}
	read := 0
	for _, r := range records {
		class := classOf(t, r.Cell)
		got := view.Values(class)
		if got[1] != 64./3 || (got[0] == 7) != (r.Values[1] != nil) || got[2] < 1000 {
			t.Errorf("cell %d: %v", r.Cell, got)
		}
		read++
	}
	if i := tab.Info(); read != 6 || i.Dataset != "fashion-mnist-8x8" || i.Network == nil || i.Network.Channels != 4 ||
		!strings.Contains(i.Training, "seed 7") || !strings.Contains(i.Split, "the first 64 of 4,096") || len(i.Notes) != 3 ||
		!strings.HasPrefix(i.Notes[1], "no fading of 3 classes, first |") {
		t.Errorf("info %+v", i)
	}
}

func write(t *testing.T, path string, c table.CSV) {
	t.Helper()
	var b strings.Builder
	if err := errors.Join(c.Write(context.Background(), &b), os.WriteFile(path, []byte(b.String()), 0o644)); err != nil {
		t.Fatal(err)
	}
	if err := c.Write(context.Background(), full{}); err == nil {
		t.Error("a full disk is no error")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func classOf(t *testing.T, index int) int {
	t.Helper()
	c, err := nasbench201.FromIndex(index)
	if err != nil {
		t.Fatal(err)
	}
	return c.Class()
}

// A log that is cut anywhere is continued to the same records.
func TestCutSurveyEndsAsUncut(t *testing.T) {
	dir := t.TempDir()
	p := newPlan(t, 4)
	p.Measures = p.Measures[:1]
	path := filepath.Join(dir, "m.jsonl")
	_, want, _ := run(t, p, path, 1)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(text); at += 37 {
		cut := filepath.Join(dir, fmt.Sprint(at, ".jsonl"))
		if err := os.WriteFile(cut, text[:at], 0o644); err != nil {
			t.Fatal(err)
		}
		_, got, _ := run(t, p, cut, 2)
		if len(got) != len(want) {
			t.Fatalf("cut at %d: %d records, want %d", at, len(got), len(want))
		}
		for i := range got {
			if got[i].Cell != want[i].Cell || *got[i].Values[0] != *want[i].Values[0] {
				t.Errorf("cut at %d: %+v, want %+v", at, got[i], want[i])
			}
		}
	}
}

func TestEndOfTheContextIsNoFailure(t *testing.T) {
	p := newPlan(t, 3)
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("enough")
	p.Measures = measure.Catalogue{{Name: "slow", Of: func(ctx context.Context, _ *measure.Case) (float64, error) {
		cancel(stop)
		return 0, ctx.Err()
	}}}
	log, err := survey.OpenLog(filepath.Join(t.TempDir(), "m.jsonl"), p.Header("micro", "1.0"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if err := p.Run(ctx, log, 1, func(survey.Progress) {}); !errors.Is(err, stop) || len(log.Records()) != 0 {
		t.Errorf("error %v, %d records", err, len(log.Records()))
	}
}
