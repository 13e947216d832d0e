package compare_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/searchtest"
)

func TestOtherComparisonIsRefusedWithTheDifference(t *testing.T) {
	dir := t.TempDir()
	runs(t, config(), dir)
	for _, c := range []struct {
		change func(*compare.Config)
		want   string
	}{
		{func(c *compare.Config) { c.Seed = 4 }, "was made with seed=3, now seed=4"},
		{func(c *compare.Config) { c.Window = 2 }, "window=1, now window=2"},
		{func(c *compare.Config) { c.CountDuplicates = true }, "count-duplicates=false, now count-duplicates=true"},
		{func(c *compare.Config) { c.MaxDuplicates = 7 }, "max-duplicates=100000, now max-duplicates=7"},
		{func(c *compare.Config) { c.Budget = 10 }, "budget=20, now budget=10"},
		{func(c *compare.Config) { c.TimeBudget = time.Second }, "time-budget=(none), now time-budget=0.0002777777777777778h"},
		{func(c *compare.Config) { c.Strategies = c.Strategies[:1] }, "strategies=sample,climb, now strategies=sample"},
		{func(c *compare.Config) { c.Strategies[1].Name = "up" }, "strategies=sample,climb, now strategies=sample,up=climb"},
		{func(c *compare.Config) { c.Strategies[1].Options = search.Options{"luck": "2"} }, "climb:luck=4, now climb:luck=2"},
		{func(c *compare.Config) { c.Tasks[0].Evaluator = searchtest.Landscape{Count: 1, From: "other"} }, "source=landscape, now source=other"},
		{func(c *compare.Config) { c.Tasks[0].Name = "depths" }, "objective=heights, now objective=depths"},
		{func(c *compare.Config) { c.Space = searchtest.NewGrid(5, 5) }, "space=grid 5x4, now space=grid 5x5"},
	} {
		other := config()
		c.change(&other)
		_, err := compare.OpenStore(dir, "test", experiment(t, other).Plan())
		var refused *search.ConfigError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
	runs(t, config(), dir) // and it was left alone
}

// Who mended a strategy before there was a run goes on with the same folder; another comparison does not.
func TestFolderWithoutRunsBeginsAnew(t *testing.T) {
	for _, c := range []struct {
		change func(*compare.Config)
		anew   []search.Difference
	}{
		{func(*compare.Config) {}, nil},
		{func(c *compare.Config) { c.Strategies[1].Options = search.Options{"luck": "2"} }, []search.Difference{{Setting: "climb:luck", Was: "4", Now: "2"}}},
		{func(c *compare.Config) {
			c.Tasks[0].Evaluator = searchtest.Landscape{Count: 1, From: "new", Of: map[string]string{"file a.py": "2"}}
		}, []search.Difference{{Setting: "source", Was: "old", Now: "new"}}},
	} {
		first, dir := config(), t.TempDir()
		first.Tasks[0].Evaluator = searchtest.Landscape{Count: 1, From: "old", Of: map[string]string{"file a.py": "1"}}
		if err := store(t, experiment(t, first), dir).Close(); err != nil {
			t.Fatal(err)
		}
		other := first
		other.Tasks, other.Strategies = slices.Clone(first.Tasks), slices.Clone(first.Strategies)
		other.Seed = 4
		if _, err := compare.OpenStore(dir, "test", experiment(t, other).Plan()); err == nil {
			t.Error("a folder is begun anew with another seed")
		}
		other.Seed = first.Seed
		c.change(&other)
		s := store(t, experiment(t, other), dir)
		if diff := cmp.Diff(c.anew, s.Anew); diff != "" {
			t.Error(diff)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if got, want := csv(t, other, runs(t, other, dir)), csv(t, other, runs(t, other, "")); got != want {
			t.Errorf("the runs are\n%s, want\n%s", got, want)
		}
	}
}

func TestDamagedRunIsNamedAndMadeAgain(t *testing.T) {
	c, dir := config(), t.TempDir()
	whole := csv(t, c, runs(t, c, dir))
	file := filepath.Join(dir, "runs.jsonl")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	damaged := strings.Replace(lines[3], `"seed":`, `"seed":1`, 1)
	write := func(lines ...string) {
		if err := os.WriteFile(file, []byte(strings.Join(lines, "")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(slices.Concat(lines[:3], []string{damaged}, lines[4:])...)
	_, err = compare.OpenStore(dir, "test", experiment(t, c).Plan())
	if err == nil || !strings.Contains(err.Error(), "line 4: checksum does not match") || !strings.Contains(err.Error(), "remove that line and all below") {
		t.Errorf("error %v", err)
	}
	write(lines[:3]...)
	if got := csv(t, c, runs(t, c, dir)); got != whole {
		t.Error("without the lines the comparison comes to something else")
	}
}

func TestStoreFailureEndsTheComparison(t *testing.T) {
	c := config()
	e := experiment(t, c)
	s := store(t, e, t.TempDir())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	e.Keep(s)
	if _, err := e.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "runs.jsonl") {
		t.Errorf("error %v", err)
	}
}

func TestStoreOfAnEarlierVersionIsContinued(t *testing.T) {
	kept, err := os.ReadFile("testdata/runs.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "runs.jsonl"), kept, 0o644); err != nil {
		t.Fatal(err)
	}
	c := config()
	c.Runs, c.Budget = 2, 8
	c.Tasks[0].Evaluator = searchtest.Landscape{Count: 1, Fails: searchtest.FailSome}
	c.Observe = func(r compare.Run) { t.Errorf("%s %d was made again", r.Strategy, r.Seed) }
	if all := runs(t, c, dir); len(all) != 4 || len(all[0].Steps) == 0 {
		t.Errorf("%d runs", len(all))
	}
}
