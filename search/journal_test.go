package search_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
)

// climb is a strategy for tests: it mutates the best it knows, and starts at random.
type climb struct {
	p    search.Problem
	best *search.Trial
}

// config is a study of 60 queries in which some fail.
func config(window int) search.Config {
	l := searchtest.Landscape{Count: 1, Fails: searchtest.FailSome}
	return search.Config{
		Space: searchtest.NewGrid(6, 6), Evaluator: l,
		Registry: registry, Strategy: "climb", Seed: 3, Budget: 60, Window: window,
	}
}

// alter changes a configuration's landscape.
func alter(c *search.Config, change func(*searchtest.Landscape)) {
	l := c.Evaluator.(searchtest.Landscape)
	change(&l)
	c.Evaluator = l
}

// run runs a study in a journal and returns the result.
func run(t *testing.T, path string, c search.Config) search.Result {
	t.Helper()
	study, err := search.New(c)
	if err != nil {
		t.Fatal(err)
	}
	j, err := search.OpenJournal(path, "test", study.Description())
	if err != nil {
		t.Fatal(err)
	}
	study.Keep(j)
	r, err := study.Run(t.Context(), 2)
	if err := errors.Join(err, j.Close()); err != nil {
		t.Fatal(err)
	}
	return r
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var wall = regexp.MustCompile(`"wall":[^,]*,`)

// timeless drops what was measured with a clock.
func timeless(b []byte) string { return string(wall.ReplaceAll(b, nil)) }

var (
	sum    = regexp.MustCompile(`,"sum":"[0-9a-f]+"}`)
	format = regexp.MustCompile(`(?m)^{"nassearch":\d+`)
)

// unchained drops what depends on the lines before, and the format, besides.
func unchained(b []byte) string {
	return sum.ReplaceAllString(format.ReplaceAllString(timeless(b), "{"), "}")
}

// Cut anywhere, even in the middle of a line, and continued, a journal becomes the same file.
func TestJournalContinuesFromAnyByte(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, window := range []int{1, 4} {
		whole := filepath.Join(t.TempDir(), "whole")
		run(t, whole, config(window))
		want := read(t, whole)
		for range 30 {
			at := r.IntN(len(want) + 1)
			path := filepath.Join(t.TempDir(), "cut")
			if err := os.WriteFile(path, want[:at], 0o644); err != nil {
				t.Fatal(err)
			}
			run(t, path, config(window))
			if diff := cmp.Diff(timeless(want), timeless(read(t, path))); diff != "" {
				t.Fatalf("window %d, cut at byte %d of %d:\n%s", window, at, len(want), diff)
			}
		}
	}
}

func TestJournalIsExtendedByALargerBudget(t *testing.T) {
	for _, window := range []int{1, 4} {
		path := filepath.Join(t.TempDir(), "study")
		c := config(window)
		c.Budget = 20
		run(t, path, c)
		first := read(t, path)
		c.Budget = 50
		if r := run(t, path, c); r.Queries != 50 {
			t.Errorf("window %d: %d queries, want 50", window, r.Queries)
		}
		longer := read(t, path)
		if !bytes.HasPrefix(longer, first) {
			t.Errorf("window %d: the first 20 queries were changed", window)
		}
		c.Budget = 10 // what was asked stays asked
		if r := run(t, path, c); r.Queries != 50 || !bytes.Equal(read(t, path), longer) {
			t.Errorf("window %d: with a smaller budget it has %d queries", window, r.Queries)
		}
	}
}

// A free duplicate has no line, but one that ends a run.
func TestJournalGrowsWithQueriesAlone(t *testing.T) {
	for _, window := range []int{1, 4} {
		c := config(window)
		c.Space, c.Budget, c.MaxDuplicates = searchtest.NewGrid(6, 4), 1000, 500 // in a row, before the space is exhausted
		path := filepath.Join(t.TempDir(), "study")
		want := run(t, path, c)
		lines := bytes.Count(read(t, path), []byte("\n"))
		if want.Stop != search.Stalled || want.Duplicates < 500 || lines != 1+want.Queries+1 {
			t.Errorf("window %d: %s: %d lines for %d queries and %d duplicates", window, want.Stop, lines, want.Queries, want.Duplicates)
		}
		again := run(t, path, c)
		stored, err := search.ReadJournal(path)
		if err != nil || again.Duplicates != want.Duplicates || stored.Duplicates != want.Duplicates {
			t.Errorf("window %d: %d duplicates, replayed %d, read %d: %v",
				window, want.Duplicates, again.Duplicates, stored.Duplicates, err)
		}
		if n := bytes.Count(read(t, path), []byte("\n")); n != lines {
			t.Errorf("window %d: %d lines become %d", window, lines, n)
		}
	}
}

// foreign is an evaluator whose failures are not UTF-8, as names of files may be.
type foreign struct{ searchtest.Landscape }

func (foreign) Evaluate(context.Context, objective.Request) (objective.Outcome, error) {
	return objective.Outcome{}, errors.New("caf\xe9.csv lacks it")
}

func TestJournalKeepsFailuresInAnyEncoding(t *testing.T) {
	c := config(1)
	c.Evaluator, c.Budget = foreign{searchtest.Landscape{Count: 1}}, 3
	path := filepath.Join(t.TempDir(), "study")
	run(t, path, c)
	if r, err := search.ReadJournal(path); err != nil || r.Failed != 3 || r.Trials[0].Failure != "caf\ufffd.csv lacks it" {
		t.Errorf("%+v, %v", r.Result, err)
	}
}

func TestJournalNamesDamagedLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "study")
	run(t, path, config(1))
	whole := string(read(t, path))
	lines := strings.SplitAfter(whole, "\n")
	flip := func(line int, old, new string) string {
		changed := append([]string(nil), lines...)
		changed[line-1] = strings.Replace(changed[line-1], old, new, 1)
		if changed[line-1] == lines[line-1] {
			t.Fatalf("line %d has no %q: %s", line, old, lines[line-1])
		}
		return strings.Join(changed, "")
	}
	for _, c := range []struct {
		name, text string
		line       int
	}{
		{"a digit of an end time", flip(5, `"end":`, `"end":1`), 5},
		{"a letter of a key", flip(9, `"arch"`, `"arcH"`), 9},
		{"half a line in the middle", strings.Join(lines[:6], "") + lines[6][:20] + "\n" + strings.Join(lines[7:], ""), 7},
		{"a line twice", strings.Join(lines[:4], "") + lines[3] + strings.Join(lines[4:], ""), 5},
		{"a line less", strings.Join(lines[:4], "") + strings.Join(lines[5:], ""), 5},
		{"lines exchanged", strings.Join(lines[:4], "") + lines[5] + lines[4] + strings.Join(lines[6:], ""), 5},
		{"an empty line", strings.Join(lines[:4], "") + "\n" + strings.Join(lines[4:], ""), 5},
		{"the header's seed", flip(1, `"seed":3`, `"seed":4`), 1},
		{"no header", strings.Join(lines[1:], ""), 1},
		{"another kind of file", "arch,pgd_acc\n1,2\n", 1},
		{"another kind of file, without end of line", "hello", 1},
		{"a future format", flip(1, `{"nassearch":2`, `{"nassearch":9`), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "study")
			if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := open(t, path, config(1))
			var damage *search.DamageError
			if !errors.As(err, &damage) || damage.Line != c.line {
				t.Errorf("error %v, want damage in line %d", err, c.line)
			}
			if string(read(t, path)) != c.text {
				t.Error("the file was changed")
			}
		})
	}
}

// open opens a journal, which is closed with the test.
func open(t *testing.T, path string, c search.Config) (*search.Journal, error) {
	t.Helper()
	j, err := journal(t, path, c)
	if err == nil {
		t.Cleanup(func() {
			if err := j.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return j, err
}

func journal(t *testing.T, path string, c search.Config) (*search.Journal, error) {
	t.Helper()
	study, err := search.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return search.OpenJournal(path, "test", study.Description())
}

func TestJournalRefusesAnotherConfiguration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "study")
	first := config(1)
	alter(&first, func(l *searchtest.Landscape) { l.Of = map[string]string{"epochs": "24", "kernel": "plain"} })
	run(t, path, first)
	for _, c := range []struct {
		change func(*search.Config)
		want   string
	}{
		{func(c *search.Config) { c.Seed = 9 }, "seed=3, now seed=9"},
		{func(c *search.Config) { c.Window = 2 }, "window=1, now window=2"},
		{func(c *search.Config) { c.Options = map[string]string{"luck": "2"} }, "luck=1, now luck=2"},
		{func(c *search.Config) { c.Strategy = "other" }, "strategy=climb, now strategy=other"},
		{func(c *search.Config) { alter(c, func(l *searchtest.Landscape) { l.From = "sea" }) }, "source=landscape, now source=sea"},
		{func(c *search.Config) { alter(c, func(l *searchtest.Landscape) { l.From, l.Of = "sea", nil }) }, "source=landscape, now source=sea"},
		{func(c *search.Config) {
			alter(c, func(l *searchtest.Landscape) {
				l.From, l.Of = "sea", map[string]string{"epochs": "12", "kernel": "plain", "flip": "true"}
			})
		}, "was made with epochs=24 flip=(absent), now epochs=12 flip=true:"},
		{func(c *search.Config) { c.CountDuplicates = true }, "count-duplicates=false, now count-duplicates=true"},
		{func(c *search.Config) {
			alter(c, func(l *searchtest.Landscape) { l.As = []objective.Metric{{Name: "height0", Setting: objective.At(8)}} })
		}, "objective=height0:max, now objective=height0@8/255:max"},
		{func(c *search.Config) { c.Space = searchtest.NewGrid(6, 5) }, "space=grid 6x6, now space=grid 6x5"},
	} {
		other := first
		c.change(&other)
		_, err := open(t, path, other)
		var refused *search.ConfigError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
	again := first
	again.Budget = 70
	if _, err := open(t, path, again); err != nil {
		t.Errorf("another budget: %v", err)
	}
}

// Who mended a strategy's program, or its options, or the program that measures, before there was a trial, goes on with
// the same file; another search does not.
func TestJournalWithoutTrialsBeginsAnew(t *testing.T) {
	first := config(1)
	alter(&first, func(l *searchtest.Landscape) {
		l.From, l.Of = "exec:1", map[string]string{"command": "python a.py", "file a.py": "1"}
	})
	empty := func() string {
		path := filepath.Join(t.TempDir(), "study")
		j, err := journal(t, path, first)
		if err := errors.Join(err, j.Close()); err != nil {
			t.Fatal(err)
		}
		return path
	}
	of := func(source, command, file string) func(*search.Config) {
		return func(c *search.Config) {
			alter(c, func(l *searchtest.Landscape) {
				l.From, l.Of = source, map[string]string{"command": command, "file a.py": file}
			})
		}
	}
	for name, c := range map[string]struct {
		change func(*search.Config)
		anew   []search.Difference
		refuse string
	}{
		"the same":         {func(*search.Config) {}, nil, ""},
		"options":          {func(c *search.Config) { c.Options = map[string]string{"luck": "2"} }, []search.Difference{{Setting: "luck", Was: "1", Now: "2"}}, ""},
		"a file":           {of("exec:2", "python a.py", "2"), []search.Difference{{Setting: "file a.py", Was: "1", Now: "2"}}, ""},
		"another command":  {of("exec:3", "python b.py", "1"), nil, "now command=python b.py"},
		"another source":   {of("exec:4", "python a.py", "1"), nil, "now source=exec:4"},
		"another seed":     {func(c *search.Config) { c.Seed = 9 }, nil, "now seed=9"},
		"another strategy": {func(c *search.Config) { c.Strategy = "other" }, nil, "now strategy=other"},
		"a seed and options": {func(c *search.Config) {
			c.Seed, c.Options = 9, map[string]string{"luck": "2"}
		}, nil, "was made with luck=1 seed=3, now luck=2 seed=9"},
	} {
		path, other := empty(), first
		before := read(t, path)
		c.change(&other)
		j, err := journal(t, path, other)
		if c.refuse != "" {
			if err == nil || !strings.Contains(err.Error(), c.refuse) || !bytes.Equal(read(t, path), before) {
				t.Errorf("%s: error %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.anew, j.Anew); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		fresh := filepath.Join(t.TempDir(), "fresh")
		run(t, fresh, other)
		run(t, path, other)
		if diff := cmp.Diff(timeless(read(t, fresh)), timeless(read(t, path))); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestJournalIsLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "study")
	first, err := open(t, path, config(1))
	if err != nil {
		t.Fatal(err)
	}
	_, err = open(t, path, config(1))
	var locked *search.LockedError
	if !errors.As(err, &locked) {
		t.Errorf("second process: error %v", err)
	}
	if trials, err := first.Load(); err != nil || len(trials) != 0 {
		t.Errorf("%d trials, %v", len(trials), err)
	}
}

func TestJournalInAFolderThatIsNotThere(t *testing.T) {
	if _, err := open(t, filepath.Join(t.TempDir(), "none", "study"), config(1)); err == nil {
		t.Error("no error")
	}
	if _, err := open(t, t.TempDir(), config(1)); err == nil {
		t.Error("a folder was taken for a journal")
	}
}

func FuzzJournal(f *testing.F) {
	dir := f.TempDir()
	path := filepath.Join(dir, "seed")
	study, err := search.New(config(1))
	if err != nil {
		f.Fatal(err)
	}
	j, err := search.OpenJournal(path, "test", study.Description())
	if err != nil {
		f.Fatal(err)
	}
	for i := range 3 {
		if err := j.Append(search.Trial{ID: i, Arch: "0,0,0,0,0,1", Fidelity: 1, Values: []float64{float64(i)}, Of: -1}); err != nil {
			f.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-5])
	f.Add([]byte(`{"nassearch":1}` + "\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "study")
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		j, err := search.OpenJournal(path, "test", study.Description())
		if err != nil {
			if after, _ := os.ReadFile(path); !bytes.Equal(after, b) {
				t.Errorf("refused with %v, and changed", err)
			}
			return
		}
		trials, err := j.Load()
		if err := errors.Join(err, j.Close()); err != nil {
			t.Fatal(err)
		}
		if after, _ := os.ReadFile(path); bytes.Count(after, []byte("\n")) != 1+len(trials) {
			t.Errorf("%d trials in %d lines", len(trials), bytes.Count(after, []byte("\n")))
		}
	})
}
