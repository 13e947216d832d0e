package search_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/search"
	"pgregory.net/rapid"
)

// same fails unless a follower has what reading the whole file returns.
func same(t rapid.TB, f *search.Follower, path string) {
	t.Helper()
	got, _, gotErr := f.Next()
	want, wantErr := search.ReadJournal(path)
	if fmt.Sprint(gotErr) != fmt.Sprint(wantErr) {
		t.Fatalf("error %v, want %v", gotErr, wantErr)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	if again, changed, err := f.Next(); changed || fmt.Sprint(err) != fmt.Sprint(wantErr) || len(again.Trials) != len(want.Trials) {
		t.Fatalf("nothing was written, and it says %v, %v", changed, err)
	}
}

// written is a file to which things happen, each at a time of its own.
type written struct {
	t    *rapid.T
	path string
	now  time.Time
}

func (w *written) done(err error) {
	w.now = w.now.Add(time.Second)
	if err == nil {
		err = os.Chtimes(w.path, w.now, w.now)
	}
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
}

// size is that of the file, 0 if it is not there.
func (w *written) size() int {
	info, err := os.Stat(w.path)
	if err != nil {
		return 0
	}
	return int(info.Size())
}

// at draws a place in a file, more often near its end.
func (w *written) at(size int, name string) int {
	if size > 600 && rapid.Bool().Draw(w.t, name+" near the end") {
		return size - rapid.IntRange(0, 600).Draw(w.t, name)
	}
	return rapid.IntRange(0, size).Draw(w.t, name)
}

// put writes bytes at a place.
func (w *written) put(text []byte, at int64) {
	file, err := os.OpenFile(w.path, os.O_WRONLY|os.O_CREATE, 0o644)
	if err == nil {
		_, err = file.WriteAt(text, at)
		file.Close()
	}
	w.done(err)
}

// Whatever becomes of a file, who follows it has what reading it anew returns.
func TestPropertyFollowingIsReading(t *testing.T) {
	dir := t.TempDir()
	var texts [][]byte
	for i, window := range []int{1, 4} {
		path := filepath.Join(dir, fmt.Sprint("study", i))
		run(t, path, config(window))
		texts = append(texts, read(t, path))
	}
	for _, name := range []string{"window1.jsonl", "window4.jsonl", "extended-by-an-earlier-version.jsonl"} {
		texts = append(texts, read(t, filepath.Join("testdata", name)))
	}
	path := filepath.Join(dir, "followed.jsonl")
	rapid.Check(t, func(t *rapid.T) {
		_ = os.Remove(path)
		w := &written{t: t, path: path, now: time.Unix(1e9, 0)}
		f := search.Follow(path)
		text := texts[rapid.IntRange(0, len(texts)-1).Draw(t, "text")]
		for range rapid.IntRange(1, 12).Draw(t, "happenings") {
			size := w.size()
			switch rapid.SampledFrom([]string{"grow", "grow", "grow", "cut", "replace", "write over", "remove", "flip", "rubbish", "touch"}).Draw(t, "what") {
			case "grow":
				if size < len(text) {
					w.put(text[size:size+rapid.IntRange(1, min(4000, len(text)-size)).Draw(t, "more")], int64(size))
				}
			case "cut":
				w.done(os.Truncate(path, int64(w.at(size, "to"))))
			case "replace":
				text = texts[rapid.IntRange(0, len(texts)-1).Draw(t, "text")]
				other := path + ".other"
				if err := os.WriteFile(other, text[:w.at(len(text), "until")], 0o644); err != nil {
					t.Fatal(err)
				}
				w.done(os.Rename(other, path))
			case "write over":
				text = texts[rapid.IntRange(0, len(texts)-1).Draw(t, "text")]
				w.done(os.WriteFile(path, text[:w.at(len(text), "until")], 0o644))
			case "remove":
				w.done(os.Remove(path))
			case "flip": // which nobody sees in what was read already while the file grows
				same(t, f, path)
				if size > 0 {
					at := w.at(size-1, "at")
					w.put([]byte{byte(rapid.IntRange(0, 255).Draw(t, "byte"))}, int64(at))
				}
				same(t, f, path)
			case "rubbish":
				w.put([]byte(rapid.SampledFrom([]string{"\n", "{}\n", "x", `{"trial":`}).Draw(t, "rubbish")), int64(size))
			case "touch":
				w.done(nil)
			}
			if rapid.Bool().Draw(t, "looks") {
				same(t, f, path)
			}
		}
		same(t, f, path)
	})
}

// A large file is not read again for a line that is added.
func TestFollowerReadsWhatIsNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "study.jsonl")
	run(t, path, config(1))
	whole := read(t, path)
	half := len(whole) / 2
	if err := os.WriteFile(path, whole[:half], 0o644); err != nil {
		t.Fatal(err)
	}
	f := search.Follow(path)
	if _, _, err := f.Next(); err != nil {
		t.Fatal(err)
	}
	// What stands before is not looked at while the file grows, so that rubbish there is not noticed.
	spoilt := bytes.Clone(whole)
	copy(spoilt[200:], "rubbish")
	if err := os.WriteFile(path, spoilt, 0o644); err != nil {
		t.Fatal(err)
	}
	r, changed, err := f.Next()
	if err != nil || !changed || len(r.Trials) == 0 {
		t.Errorf("%d trials, %v, %v", len(r.Trials), changed, err)
	}
	if _, err := search.ReadJournal(path); err == nil {
		t.Error("the rubbish is not noticed by who reads the whole")
	}
}
