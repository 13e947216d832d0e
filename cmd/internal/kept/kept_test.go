package kept_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/goal"
	"github.com/nassearch/nassearch/cmd/internal/kept"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/search"
)

const cell = "|avg_pool_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|"

var description = search.Description{
	Space: "nasbench201", Objective: []objective.Metric{{Name: "clean_acc"}}, Source: "f00d", Strategy: "random",
	Window: 1, MaxDuplicates: 10,
}

func trial(id int) search.Trial {
	return search.Trial{
		ID: id, Arch: cell, Fidelity: 1, Of: -1, Values: []float64{.5 + float64(id)/100},
		Start: time.Duration(id) * time.Second, End: time.Duration(id+1) * time.Second,
	}
}

// write writes a study of so many trials.
func write(t *testing.T, path string, trials int) {
	t.Helper()
	j, err := search.OpenJournal(path, "v1", description)
	if err != nil {
		t.Fatal(err)
	}
	for i := range trials {
		if err := j.Append(trial(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// A study has a state at every time of its life.
func TestStudyHasStates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	f := kept.Follow(path)
	began := time.Now()
	is := func(want kept.State, done int, progress string) kept.Kept {
		t.Helper()
		k, _ := f.Next(began.Add(10 * time.Second))
		if k.State != want || k.Done != done || k.Progress() != progress {
			t.Fatalf("%s, %d, %q, want %s, %d, %q (%v)", k.State, k.Done, k.Progress(), want, done, progress, k.Err)
		}
		if again, changed := f.Next(began.Add(10 * time.Second)); changed || again.State != want || again.Done != done {
			t.Fatalf("nothing has changed, and it is %s with %d", again.State, again.Done)
		}
		return k
	}
	is(kept.Missing, 0, "0 queries")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	is(kept.Empty, 0, "0 queries")
	j, err := search.OpenJournal(path, "v1", description)
	if err != nil {
		t.Fatal(err)
	}
	goal.Set(path, goal.Goal{Total: 4, Began: began})
	is(kept.Running, 0, "0 of 4 queries")
	if err := j.Append(trial(0)); err != nil {
		t.Fatal(err)
	}
	if k := is(kept.Running, 1, "1 of 4 queries"); k.Left != 30*time.Second || k.Best().String() != "clean_acc 0.5000" {
		t.Errorf("%v left, best %s", k.Left, k.Best())
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	is(kept.Stopped, 1, "1 of 4 queries")
	goal.Reached(path)
	is(kept.Ended, 1, "1 query")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]kept.State{
		string(whole) + `{"trial":`: kept.Stopped, string(whole) + "{}\n": kept.Damaged, "hello\n": kept.Damaged,
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if k, _ := f.Next(began); k.State != want {
			t.Errorf("%q is %s, want %s", text, k.State, want)
		}
	}
}

// What a path has is known by how it begins, whatever it is called.
func TestKindsAreKnownByTheirBeginnings(t *testing.T) {
	dir := t.TempDir()
	log, err := os.ReadFile(filepath.Join("..", "..", "..", "objective", "live", "census", "testdata", "census.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "table")
	for _, path := range []string{filepath.Join(folder, "census.jsonl"), filepath.Join(dir, "other.jsonl")} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, log, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "runs.jsonl"), 2) // which is no comparison
	for path, want := range map[string]kept.Kind{
		"table": kept.Census, "table/census.jsonl": kept.Census, "other.jsonl": kept.Census, "runs.jsonl": kept.Study,
		"none": kept.Study,
	} {
		k, _ := kept.Follow(filepath.Join(dir, path)).Next(time.Now())
		if k.Kind != want {
			t.Errorf("%s is a %s, want a %s", path, k.Kind, want)
		}
		if want == kept.Census && (k.Done != strings.Count(string(log), "\n")-1 || k.State != kept.Ended || k.Best().Front == 0) {
			t.Errorf("%s: %s, %d measured, %s", path, k.State, k.Done, k.Best())
		}
	}
	k, _ := kept.Follow(dir).Next(time.Now())
	if k.State != kept.Damaged || k.Kind != kept.Comparison { // its runs.jsonl is none
		t.Errorf("a folder with another runs.jsonl is a %s, %s: %v", k.Kind, k.State, k.Err)
	}
	k, _ = kept.Follow(t.TempDir()).Next(time.Now())
	if k.State != kept.Missing || !strings.Contains(k.Err.Error(), "name a folder that compare --out filled") {
		t.Errorf("an empty folder is %s: %v", k.State, k.Err)
	}
}

// Of what an older version runs the rest is told by what was done while it was watched.
func TestRestIsToldByWhatWasSeen(t *testing.T) {
	dir := t.TempDir()
	log, err := os.ReadFile(filepath.Join("..", "..", "..", "objective", "live", "census", "testdata", "census.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "census.jsonl")
	lines := strings.SplitAfter(string(log), "\n")
	if err := os.WriteFile(path, []byte(strings.Join(lines[:3], "")), 0o644); err != nil {
		t.Fatal(err)
	}
	running, err := census.OpenLog(path, nil) // which locks it
	if err != nil {
		t.Fatal(err)
	}
	defer running.Close()
	f, now := kept.Follow(path), time.Now()
	k, _ := f.Next(now)
	if k.State != kept.Running || k.Done != 2 || k.Total < 6466 || k.Left != 0 {
		t.Fatalf("%s, %s, %v left", k.State, k.Progress(), k.Left)
	}
	if err := os.WriteFile(path, []byte(strings.Join(lines[:5], "")), 0o644); err != nil {
		t.Fatal(err)
	}
	k, _ = f.Next(now.Add(time.Minute))
	if want := time.Duration(k.Total-4) * time.Minute / 2; k.Done != 4 || k.Left != want {
		t.Errorf("%d done, %v left, want %v", k.Done, k.Left, want)
	}
}
