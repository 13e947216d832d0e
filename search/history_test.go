package search_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
	"pgregory.net/rapid"
)

// sameTrials ignores what decides nothing.
var sameTrials = cmp.Options{cmpopts.IgnoreFields(search.Trial{}, "Wall", "Record"), cmpopts.EquateEmpty()}

// trail is a strategy whose every proposal depends on all that it was told, in that order, and on what is under way.
type trail struct {
	p    search.Problem
	told uint64
}

var trailEntry = search.Entry{
	About: "remembers the order",
	New:   func(p search.Problem, _ search.Options) (search.Strategy, error) { return &trail{p: p}, nil },
}

func (s *trail) Ask(_ context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	h := fnv.New64a()
	fmt.Fprint(h, pending)
	return search.Proposal{Arch: s.p.Space.Sample(rand.New(rand.NewPCG(s.told^r.Uint64(), h.Sum64())))}, nil
}

func (s *trail) Tell(t search.Trial) {
	h := fnv.New64a()
	fmt.Fprint(h, s.told, t.ID, t.Arch, t.Values, t.Failure, t.Of)
	s.told = h.Sum64()
}

func TestTrailKeepsTheContract(t *testing.T) { searchtest.Run(t, "trail", trailEntry, nil) }

// priced is a landscape with costs of its own.
type priced struct {
	searchtest.Landscape
	costs []time.Duration
}

func (p priced) Cost(q objective.Request) time.Duration {
	h := fnv.New32a()
	fmt.Fprint(h, q.Arch)
	return p.costs[int(h.Sum32()%uint32(len(p.costs)))]
}

// session is a process that continues a study, until it is killed or done, and what happens to its file afterwards.
type session struct {
	Budget, Workers int
	Hours           time.Duration // the time budget; 0: none
	Kill            int           // it is interrupted when so many trials have been told; 0: it is not
	Harm            string        // to the file
	At              float64       // where, as a share of the file
}

// run continues the study in a file.
func (s session) run(t *rapid.T, path string, c search.Config) search.Result {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c.Budget, c.TimeBudget = s.Budget, s.Hours*time.Hour
	told := 0
	c.Observe = func(search.Trial) {
		if told++; told == s.Kill {
			cancel()
		}
	}
	study, err := search.New(c)
	if err != nil {
		t.Fatal(err)
	}
	j, err := search.OpenJournal(path, "test", study.Description())
	if err != nil {
		t.Fatal(err)
	}
	study.Keep(j)
	r, err := study.Run(ctx, s.Workers)
	if err := errors.Join(err, j.Close()); err != nil {
		t.Fatal(err)
	}
	return r
}

// harm does to the file what a study should survive.
func (s session) harm(t *rapid.T, path string, c search.Config) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(uint64(s.At*1e6), 0))
	switch s.Harm {
	case "cut":
		if err := os.WriteFile(path, text[:int(s.At*float64(len(text)))], 0o644); err != nil {
			t.Fatal(err)
		}
	case "trials lost":
		rewrite(t, path, c, func(trials []search.Trial) []search.Trial {
			return slices.DeleteFunc(trials, func(search.Trial) bool { return r.Float64() < s.At })
		})
	case "trials shuffled":
		rewrite(t, path, c, func(trials []search.Trial) []search.Trial {
			r.Shuffle(len(trials), func(a, b int) { trials[a], trials[b] = trials[b], trials[a] })
			return trials
		})
	}
}

// rewrite writes a journal again with other trials.
func rewrite(t *rapid.T, path string, c search.Config, change func([]search.Trial) []search.Trial) {
	c.Budget = 1 // which is not in the header
	study, err := search.New(c)
	if err != nil {
		t.Fatal(err)
	}
	var trials []search.Trial
	for _, write := range []bool{false, true} {
		j, err := search.OpenJournal(path, "test", study.Description())
		if err != nil {
			t.Fatal(err)
		}
		if write {
			for _, trial := range trials {
				err = errors.Join(err, j.Append(trial))
			}
		} else if trials, err = j.Load(); err == nil {
			trials, err = change(trials), os.Truncate(path, 0)
		}
		if err := errors.Join(err, j.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// prices are those of a class: nothing, equal ones, and some that do not divide each other.
var prices = []time.Duration{0, 1, time.Hour, 2 * time.Hour, 7*time.Hour + 1}

// drawStudy returns a study, and its life up to some budget.
func drawStudy(t *rapid.T) (search.Config, []session) {
	l := priced{
		searchtest.Landscape{Count: rapid.IntRange(1, 2).Draw(t, "metrics"), Delay: 50 * time.Microsecond},
		rapid.SliceOfN(rapid.SampledFrom(prices), 1, 5).Draw(t, "costs"),
	}
	if rapid.Bool().Draw(t, "fails") {
		l.Fails = searchtest.FailSome
	}
	c := search.Config{
		Space: searchtest.NewGrid(rapid.IntRange(2, 5).Draw(t, "length"), 3), Evaluator: l,
		Registry: search.Registry{
			"climb": {New: climbEntry.New, Options: climbEntry.Options, Multi: true}, "trail": {New: trailEntry.New, Multi: true},
		},
		Strategy: rapid.SampledFrom([]string{"climb", "trail"}).Draw(t, "strategy"),
		Seed:     rapid.Uint64().Draw(t, "seed"), Window: rapid.IntRange(1, 8).Draw(t, "window"),
		CountDuplicates: rapid.Bool().Draw(t, "count duplicates"),
		MaxDuplicates:   rapid.SampledFrom([]int{3, 50}).Draw(t, "max duplicates"),
	}
	life := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) session {
		return session{
			Budget:  rapid.IntRange(1, 40).Draw(t, "budget"),
			Hours:   time.Duration(rapid.IntRange(0, 60).Draw(t, "hours")),
			Workers: rapid.IntRange(1, 4).Draw(t, "workers"),
			Kill:    rapid.IntRange(0, 40).Draw(t, "kill"),
			Harm:    rapid.SampledFrom([]string{"", "cut", "trials lost", "trials shuffled"}).Draw(t, "harm"),
			At:      rapid.Float64Range(0, 1).Draw(t, "at"),
		}
	}), 1, 4).Draw(t, "sessions")
	last := session{Workers: 2}
	for _, s := range life {
		last.Budget, last.Hours = max(last.Budget, s.Budget), max(last.Hours, s.Hours)
	}
	if slices.ContainsFunc(life, func(s session) bool { return s.Hours == 0 }) {
		last.Hours = 0
	}
	return c, append(life, last)
}

// However a study got where it is, it is the study that was never stopped.
func TestHistoryIsAFunctionOfTheConfigurationAlone(t *testing.T) {
	dir, n := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		c, life := drawStudy(t)
		n++
		whole, path := filepath.Join(dir, fmt.Sprint(n, "whole")), filepath.Join(dir, fmt.Sprint(n))
		last := life[len(life)-1]
		want := last.run(t, whole, c)
		for _, s := range life[:len(life)-1] {
			s.run(t, path, c)
			s.harm(t, path, c)
		}
		got := last.run(t, path, c)
		if diff := cmp.Diff(want, got, sameTrials); diff != "" {
			t.Fatalf("the history differs:\n%s", diff)
		}
		stored, err := search.ReadJournal(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.Trials, stored.Trials, sameTrials); diff != "" {
			t.Fatalf("the journal is read in another order:\n%s", diff)
		}
		if diff := cmp.Diff(keptLines(t, whole), keptLines(t, path)); diff != "" {
			t.Fatalf("the lines differ:\n%s", diff)
		}
	})
}

// keptLines returns a file's lines in alphabetical order, without measured times and what depends on their order, and
// without the free duplicates with which runs ended.
func keptLines(t *rapid.T, path string) []string {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Sorted(strings.Lines(unchained(b)))
	return slices.DeleteFunc(lines, func(line string) bool {
		return strings.Contains(line, `"of":`) && !strings.Contains(lines[0], `"count_duplicates":true`)
	})
}

// The journal is of a version that told trials of the first part of a study, which ended at budgets of 10, 20, 21, 30
// and 50, before those that left later and ended sooner. One of its duplicates ends before it begins.
func TestStudyThatAnEarlierVersionExtendedGoesOn(t *testing.T) {
	old := read(t, "testdata/extended-by-an-earlier-version.jsonl")
	c := config(4)
	c.Seed = 14
	var want search.Result
	for name, budgets := range map[string][]int{"at once": {80}, "in steps": {55, 60, 80}} {
		path := filepath.Join(t.TempDir(), "study")
		if err := os.WriteFile(path, old, 0o644); err != nil {
			t.Fatal(err)
		}
		var got search.Result
		for _, c.Budget = range budgets {
			got = run(t, path, c)
		}
		if got.Queries != 80 || !strings.HasPrefix(string(read(t, path)), string(old)) {
			t.Errorf("%s: %d queries", name, got.Queries)
		}
		stored, err := search.ReadJournal(path)
		if diff := cmp.Diff(got.Trials, stored.Trials, sameTrials); err != nil || diff != "" {
			t.Errorf("%s: read with %v:\n%s", name, err, diff)
		}
		if want.Trials == nil {
			want = got
		}
		if diff := cmp.Diff(want.Trials, got.Trials, sameTrials); diff != "" {
			t.Errorf("%s: it differs:\n%s", name, diff)
		}
	}
	lines := strings.SplitAfter(string(old), "\n")
	for n := range len(lines) {
		path := filepath.Join(t.TempDir(), "study")
		if err := os.WriteFile(path, []byte(strings.Join(lines[:n], "")), 0o644); err != nil {
			t.Fatal(err)
		}
		c.Budget = 50
		if r := run(t, path, c); r.Queries != 50 {
			t.Errorf("cut after line %d: %d queries", n, r.Queries)
		}
	}
}

// What a study cannot have come to is refused, by file and number, before anything new is measured.
func TestStudyRefusesAJournalThatDoesNotFollow(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*search.Trial)
		want   string
	}{
		{"start", func(t *search.Trial) { t.Start++; t.End++ }, "it ran from"},
		{"end", func(t *search.Trial) { t.End++ }, "it ran from"},
		{"repeats", func(t *search.Trial) { t.Of = 1 }, "it repeats trial 1, now -1"},
		{"count", func(t *search.Trial) { t.Repeats = 5 }, "5 duplicates were proposed before it, now 0"},
		{"architecture", func(t *search.Trial) { t.Arch = "7,7" }, `"7,7"`},
		{"fidelity", func(t *search.Trial) { t.Fidelity = 2 }, "fidelity 2"},
	} {
		for _, window := range []int{1, 4} {
			t.Run(fmt.Sprintf("%s in a window of %d", c.name, window), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "study")
				trials := run(t, filepath.Join(t.TempDir(), "whole"), config(window)).Trials[:20]
				at := slices.IndexFunc(trials, func(t search.Trial) bool { return t.ID == 7 })
				c.change(&trials[at])
				err := proceed(t, path, trials, config(window))
				complains(t, err, path+": trial 7 (line", ") does not follow", c.want)
			})
		}
	}
}

// A journal finds that itself when it is opened; other stores need not know of metrics.
func TestStudyRefusesStoredValuesOfOtherMetrics(t *testing.T) {
	for _, window := range []int{1, 4} {
		c := config(window)
		trials := run(t, filepath.Join(t.TempDir(), "whole"), c).Trials[:20]
		at := slices.IndexFunc(trials, func(t search.Trial) bool { return t.ID == 7 })
		trials[at].Values, trials[at].Failure = []float64{1, 2}, ""
		store := new(search.Memory)
		for _, trial := range trials {
			if err := store.Append(trial); err != nil {
				t.Fatal(err)
			}
		}
		c.Store = store
		_, err := start(t, c)
		complains(t, err, "the journal: trial 7 does not follow", "it has 2 values for 1 metrics")
	}
}

func complains(t *testing.T, err error, of ...string) {
	t.Helper()
	for _, want := range of {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one of %q", err, want)
		}
	}
}

// proceed writes a journal and continues it.
func proceed(t *testing.T, path string, trials []search.Trial, c search.Config) error {
	t.Helper()
	study, err := search.New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, last := range []bool{false, true} {
		j, err := search.OpenJournal(path, "test", study.Description())
		if err != nil {
			t.Fatal(err)
		}
		if last {
			study.Keep(j)
			_, err = study.Run(t.Context(), 1)
			return errors.Join(err, j.Close())
		}
		for _, trial := range trials {
			err = errors.Join(err, j.Append(trial))
		}
		if err := errors.Join(err, j.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return nil
}

func TestStudyRefusesTrialsThatItDoesNotPropose(t *testing.T) {
	for name, classes := range map[string]int{"exhausted": 5, "stalled": 1} {
		next := 0
		c := with(asks(func(context.Context, *rand.Rand, []search.Proposal) (search.Proposal, error) {
			if next++; next > 5 && name == "exhausted" {
				return search.Proposal{}, search.ErrExhausted
			}
			return search.Proposal{Arch: space.Arch(fmt.Sprintf("0,0,0,0,0,%d", next%classes))}, nil
		}), 2)
		c.MaxDuplicates = 10
		path := filepath.Join(t.TempDir(), "study")
		err := proceed(t, path, []search.Trial{{ID: 1e9, Arch: "0,0,0,0,0,0", Fidelity: 1, Values: []float64{1}, Of: -1}}, c)
		complains(t, err, path+": trial 1000000000", "has not proposed it")
	}
}

func TestNegativeCostsEndTheStudy(t *testing.T) {
	for _, window := range []int{1, 3} {
		c := config(window)
		c.Evaluator = priced{searchtest.Landscape{Count: 1}, []time.Duration{-time.Second}}
		if _, err := start(t, c); err == nil || !strings.Contains(err.Error(), "takes -1s: want no negative time") {
			t.Errorf("error %v", err)
		}
	}
}
