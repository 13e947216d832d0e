package search_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/search"
)

func TestReadJournalReturnsWhatTheStudyKnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "study.jsonl")
	want := run(t, path, config(4))
	got, err := search.ReadJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.Version != "test" {
		t.Errorf("version %q", got.Version)
	}
	same := cmp.Options{
		cmpopts.IgnoreFields(search.Result{}, "Stop"), cmpopts.IgnoreFields(search.Trial{}, "Wall", "Record"), cmpopts.EquateEmpty(),
	}
	if diff := cmp.Diff(want, got.Result, same); diff != "" {
		t.Error(diff)
	}
}

// A journal can be looked at while it is written; what is there is left as it is.
func TestReadJournalNeedsNoLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "study.jsonl")
	want := len(run(t, path, config(1)).Trials)
	if _, err := open(t, path, config(1)); err != nil { // and stays open
		t.Fatal(err)
	}
	whole := read(t, path)
	if err := os.WriteFile(path, append(bytes.Clone(whole), `{"trial":`...), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := search.ReadJournal(path)
	if err != nil || len(r.Trials) != want {
		t.Errorf("%d trials, want %d: %v", len(r.Trials), want, err)
	}
	if now := read(t, path); len(now) != len(whole)+len(`{"trial":`) {
		t.Error("the file was changed")
	}
}

func TestReadJournalRefusesWhatIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "study.jsonl")
	run(t, path, config(1))
	whole := string(read(t, path))
	head, rest, _ := strings.Cut(whole, "\n")
	first, rest, _ := strings.Cut(rest, "\n")
	for name, c := range map[string]struct{ text, want string }{
		"empty":       {"", "it is empty"},
		"another":     {"arch,value\n", "line 1: this is no study"},
		"no line":     {"some text", "line 1: this is no study"},
		"changed":     {head + "\n" + strings.Replace(first, `"arch":"`, `"arch":"1`, 1) + "\n", "line 2: checksum does not match"},
		"header":      {strings.Replace(head, `"seed":3`, `"seed":4`, 1) + "\n", "line 1: checksum does not match"},
		"twice":       {head + "\n" + first + "\n" + first + "\n" + rest, "line 3: the line stands twice"},
		"other form":  {strings.Replace(head, `{"nassearch":2`, `{"nassearch":9`, 1) + "\n", "this program reads formats up to 2"},
		"no such one": {"-", "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "study.jsonl")
			if c.text != "-" {
				if err := os.WriteFile(file, []byte(c.text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			_, err := search.ReadJournal(file)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), file) {
				t.Errorf("error %v, want one about %q in %s", err, c.want, file)
			}
			var damage *search.DamageError
			if errors.As(err, &damage) != strings.Contains(c.want, "line ") && name != "other form" {
				t.Errorf("%T", err)
			}
		})
	}
}

// In a journal without a chain a line can be taken away unseen. What cannot have been under way is refused, what can is
// counted.
func TestReadJournalMissesTrials(t *testing.T) {
	lines := strings.SplitAfter(string(read(t, "testdata/window4.jsonl")), "\n")
	for taken := range 6 {
		path := filepath.Join(t.TempDir(), "study.jsonl")
		text := lines[0] + strings.Join(lines[1+taken:], "")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := search.ReadJournal(path)
		if r.Missing != taken || r.Unchained != len(lines)-1-taken {
			t.Errorf("%d trials of %d taken away: %d missing, %d unchained", taken, len(lines)-2, r.Missing, r.Unchained)
		}
		if refused := taken > 3; (err != nil) != refused || refused && !strings.Contains(err.Error(), path) {
			t.Errorf("%d trials taken away: error %v", taken, err)
		}
	}
}
