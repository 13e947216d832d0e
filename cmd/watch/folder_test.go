package watch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/kept"
)

// finished writes a study of so many trials.
func finished(t *testing.T, path string, n int) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	j := journal(t, path, description())
	for _, trial := range trials(t, n) {
		if err := j.Append(trial); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// watched are the paths that a hub shows, each with its number.
func watched(t *testing.T, h *hub) (all []string) {
	t.Helper()
	h.search = time.Time{}
	if err := h.update(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	now, _ := h.now()
	for _, w := range now.all {
		all = append(all, fmt.Sprintf("%d %s", w.At, w.Path))
	}
	return all
}

// A folder is watched as all that is listed of it, what is new among them; what is named twice is there once.
func TestFolderIsAllThatIsInIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs")
	h, err := newHub(t.Context(), []string{dir, filepath.Join(dir, "b.jsonl"), dir + "/"}, nowhere(), "test")
	if err != nil {
		t.Fatal(err)
	}
	is := func(want ...string) {
		t.Helper()
		for i, name := range want {
			var at int
			if _, err := fmt.Sscanf(name, "%d", &at); err != nil {
				t.Fatal(err)
			}
			want[i] = fmt.Sprintf("%d %s", at, filepath.Join(dir, name[2:]))
		}
		if got := watched(t, h); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	is("0 .", "1 b.jsonl")
	same := h.same()
	finished(t, filepath.Join(dir, "b.jsonl"), 2)
	is("1 b.jsonl")
	if h.same() == same {
		t.Error("a page of other things is not another one")
	}
	finished(t, filepath.Join(dir, "sub", "a.jsonl"), 2)
	finished(t, filepath.Join(dir, "a.jsonl"), 1)
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("hello"), 0o644); err != nil {
		t.Fatal(err)
	}
	is("2 a.jsonl", "1 b.jsonl", "3 sub/a.jsonl")
	var listed []string
	for _, p := range kept.Within(t.Context(), dir) {
		listed = append(listed, p.Path)
	}
	if got := kept.Behind(t.Context(), dir); !slices.Equal(got, listed) {
		t.Errorf("%q, want %q", got, listed)
	}
	err = errors.Join(os.Remove(filepath.Join(dir, "a.jsonl")), os.WriteFile(filepath.Join(dir, "runs.jsonl"), nil, 0o644))
	if err != nil {
		t.Fatal(err)
	}
	is("4 .", "1 b.jsonl") // which is a folder of a comparison from now on
}

// Of very many things those are shown whole that run, and then what was written last; all are told how far they are.
func TestOfVeryManySomeAreShownWhole(t *testing.T) {
	dir := t.TempDir()
	for i := range mostWhole + 5 {
		path := filepath.Join(dir, fmt.Sprintf("%02d.jsonl", i))
		finished(t, path, 1)
		if err := os.Chtimes(path, time.Time{}, time.Unix(int64(1e9-i), 0)); err != nil {
			t.Fatal(err)
		}
	}
	runs := journal(t, filepath.Join(dir, "99.jsonl"), description())
	h, err := newHub(t.Context(), []string{dir}, nowhere(), "test")
	if err != nil {
		t.Fatal(err)
	}
	brief := func() (names []string) {
		now, _ := h.now()
		parts := map[string]string{}
		others(now.parts, parts)
		for _, w := range now.all {
			if w.Brief != (parts[fmt.Sprintf("found-%d", w.At)] == "") {
				t.Errorf("%s: brief %v", w.Path, w.Brief)
			}
			if w.Brief {
				names = append(names, filepath.Base(w.Path))
			}
		}
		return names
	}
	want := []string{"29.jsonl", "30.jsonl", "31.jsonl", "32.jsonl", "33.jsonl", "34.jsonl"}
	if got := brief(); !slices.Equal(got, want) {
		t.Errorf("%q are brief, want %q", got, want)
	}
	if err := runs.Close(); err != nil {
		t.Fatal(err)
	}
}

// A study that appears in a folder appears on the page.
func TestPageShowsWhatAppearsInFolders(t *testing.T) {
	dir := t.TempDir()
	ctx := browser(t, serve(t, dir).URL, 1180, 900)
	becomes(t, ctx, "folder "+dir+": nothing is kept there yet", `document.querySelector("#head-0 .warning").textContent`)
	finished(t, filepath.Join(dir, "b.jsonl"), 3)
	becomes(t, ctx, "3 queries", `document.querySelector("#head-1 .said")?.textContent ?? ""`)
	shows(t, ctx, filepath.Join(dir, "b.jsonl"), 1)
	finished(t, filepath.Join(dir, "a.jsonl"), 2)
	becomes(t, ctx, []string{"a.jsonl", "b.jsonl"},
		`[...document.querySelectorAll("#overview .name")].map(e => e.textContent.split("/").pop())`)
	shows(t, ctx, filepath.Join(dir, "a.jsonl"), 2)
}
