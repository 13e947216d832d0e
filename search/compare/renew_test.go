package compare_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/searchtest"
)

// mortal draws until it has been asked so often; then it dies.
type mortal struct {
	search.Problem
	asks int
}

func (m *mortal) Ask(_ context.Context, r *rand.Rand, _ []search.Proposal) (search.Proposal, error) {
	if m.asks == 0 {
		return search.Proposal{}, errors.New("it is dead")
	}
	m.asks--
	return search.Proposal{Arch: m.Space.Sample(r)}, nil
}

func (*mortal) Tell(search.Trial) {}

// among is a comparison of a strategy that always works with mortal ones, each with the number of its proposals.
func among(mortals ...string) compare.Config {
	c := config()
	c.Registry = maps.Clone(registry)
	c.Registry["mortal"] = search.Entry{
		Options: []search.Option{search.IntOption("asks", 0, 0, 1000, "until it dies")},
		New: func(p search.Problem, o search.Options) (search.Strategy, error) {
			return &mortal{p, o.Int("asks")}, nil
		},
	}
	c.Strategies = c.Strategies[:1]
	for _, m := range mortals {
		name, asks, _ := strings.Cut(m, "=")
		c.Strategies = append(c.Strategies, compare.Strategy{Name: name, Algorithm: "mortal", Options: search.Options{"asks": asks}})
	}
	return c
}

// kept makes runs in a folder, each with a journal from the first trial on if that is wanted, and returns in what the
// folder was begun otherwise.
func kept(t *testing.T, c compare.Config, dir string, journals bool) []search.Difference {
	t.Helper()
	e := experiment(t, c)
	s := store(t, e, dir)
	if journals {
		s.Patience = 0
	}
	e.Keep(s)
	_, err := e.Run(t.Context())
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return s.Anew
}

// refused is the error of who opens a folder.
func refused(t *testing.T, c compare.Config, dir string) string {
	t.Helper()
	s, err := compare.OpenStore(dir, "test", experiment(t, c).Plan())
	if _, ok := errors.AsType[*search.ConfigError](err); !ok {
		t.Fatalf("%v, %v: want a *search.ConfigError", s, err)
	}
	return err.Error()
}

// Who mends strategies that died before they had a trial goes on with the folder: the others' runs stay, and what is
// made then is what it had been from the start.
func TestMendedStrategiesGoOnBesideOthers(t *testing.T) {
	dir := t.TempDir()
	kept(t, among("a=0", "b=0"), dir, true)
	before := there(t, dir)
	want := []search.Difference{{Setting: "a:asks", Was: "0", Now: "100"}}
	if diff := cmp.Diff(want, kept(t, among("a=100", "b=0"), dir, true)); diff != "" {
		t.Error(diff)
	}
	if after := there(t, dir); !strings.HasPrefix(after, before) {
		t.Error("what was there is not there any more")
	}
	recorded, _, err := compare.Follow(dir).Next()
	if err != nil || recorded.Strategies[1].Options["asks"] != "100" || recorded.Strategies[2].Options["asks"] != "0" {
		t.Errorf("it has %v, %v", recorded.Strategies, err)
	}
	if anew := kept(t, among("a=100", "b=0"), dir, true); anew != nil {
		t.Errorf("the same again is another: %v", anew)
	}
	if got := refused(t, among("a=99", "b=99"), dir); got != dir+
		": 6 runs of a were made with a:asks=100, now a:asks=99: continue it as it was, or name another folder" {
		t.Error(got)
	}
	c := among("a=100", "b=50")
	c.Runs, c.Budget = 7, 25 // and further at once
	kept(t, c, dir, false)
	if got, want := csv(t, c, runs(t, c, dir)), csv(t, c, runs(t, c, "")); got != want {
		t.Errorf("the runs are\n%s, want\n%s", got, want)
	}
	c.Strategies = among("a=100", "b=99").Strategies
	if got := refused(t, c, dir); !strings.Contains(got, ": 7 runs of b were made with b:asks=50") {
		t.Error(got)
	}
}

// Trials of a run that is not finished are not lost to a mended strategy: who wants it to go on removes them.
func TestTrialsOfMendedStrategiesAreKept(t *testing.T) {
	dir := t.TempDir()
	c := among("a=0", "b=3")
	c.Tasks = append(c.Tasks, task(1))
	c.Tasks[1].Name, c.Runs = "again", 1
	kept(t, c, dir, true)
	before := there(t, dir)
	mended := c
	mended.Strategies = among("a=100", "b=100").Strategies
	studies := filepath.Join(dir, compare.StudiesDir)
	folders := []string{filepath.Join(studies, "again", "b"), filepath.Join(studies, "heights", "b")}
	if got := refused(t, mended, dir); got != fmt.Sprintf("%s: 2 runs of b were begun with b:asks=3, now b:asks=100: "+
		"continue it as it was, remove %s and %s to make that anew, or name another folder", dir, folders[0], folders[1]) {
		t.Error(got)
	}
	mended.Strategies = among("a=100", "b=3").Strategies
	kept(t, mended, dir, true)
	if !strings.HasPrefix(there(t, dir), before) {
		t.Error("what was there is not there any more")
	}
	for _, f := range folders {
		if err := os.RemoveAll(f); err != nil {
			t.Fatal(err)
		}
	}
	mended.Strategies = among("a=100", "b=100").Strategies
	if got, want := csv(t, mended, runs(t, mended, dir)), csv(t, mended, runs(t, mended, "")); got != want {
		t.Errorf("the runs are\n%s, want\n%s", got, want)
	}
}

// What else is another than it was is refused, also where a strategy without runs was mended.
func TestMendedStrategiesAreNoOtherComparison(t *testing.T) {
	dir := t.TempDir()
	kept(t, among("a=0"), dir, false)
	before := there(t, dir)
	for want, change := range map[string]func(*compare.Config){
		"strategies=sample,a=mortal, now strategies=sample":                   func(c *compare.Config) { c.Strategies = c.Strategies[:1] },
		"strategies=sample,a=mortal, now strategies=sample,b=mortal":          func(c *compare.Config) { c.Strategies[1].Name = "b" },
		"strategies=sample,a=mortal, now strategies=a=mortal,sample":          func(c *compare.Config) { c.Strategies[0], c.Strategies[1] = c.Strategies[1], c.Strategies[0] },
		"strategies=sample,a=mortal, now strategies=sample,a=mortal,b=mortal": func(c *compare.Config) { c.Strategies = among("a=9", "b=9").Strategies },
		"a:asks=0 seed=3, now a:asks=9 seed=4":                                func(c *compare.Config) { c.Seed = 4 },
		"source=landscape a:asks=0, now source=other":                         func(c *compare.Config) { c.Tasks[0].Evaluator = searchtest.Landscape{Count: 1, From: "other"} },
	} {
		c := among("a=9")
		change(&c)
		if got := refused(t, c, dir); !strings.Contains(got, want) {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if there(t, dir) != before {
		t.Error("it was not left alone")
	}
}

// there is what a folder has of runs.
func there(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, compare.RunsFile))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
