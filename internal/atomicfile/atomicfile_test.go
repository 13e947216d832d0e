package atomicfile_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/nassearch/nassearch/internal/atomicfile"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// names lists a folder.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

func TestWriteReplacesAndKeepsPermissions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a*b")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(path, text("new")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, path); got != "new" || info.Mode().Perm() != 0o600 || names(t, filepath.Dir(path)) != "a*b" {
		t.Errorf("%q with mode %v beside %s", got, info.Mode(), names(t, filepath.Dir(path)))
	}
}

func TestFailedContentLeavesTheOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	made := errors.New("made to fail")
	err := atomicfile.Write(path, func(w io.Writer) error {
		return errors.Join(text(strings.Repeat("new", 1<<20))(w), made)
	})
	if !errors.Is(err, made) || !strings.HasPrefix(err.Error(), "write "+path+": ") {
		t.Errorf("error %v", err)
	}
	if read(t, path) != "old" || names(t, filepath.Dir(path)) != "a" {
		t.Errorf("%.10q beside %s", read(t, path), names(t, filepath.Dir(path)))
	}
}

func TestErrorsNameTheFileAlone(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		dir:                             "it is a folder",
		filepath.Join(dir, "none", "a"): "there is no folder " + filepath.Join(dir, "none"),
		filepath.Join(dir, "a\x00b"):    "invalid argument",
	} {
		if err := atomicfile.Write(path, text("new")); err == nil || err.Error() != fmt.Sprintf("write %s: %s", path, want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// What the content's own reading fails with is kept.
func TestErrorsOfTheContentAreKept(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "a"), filepath.Join(dir, "other")
	for _, c := range []struct {
		failed, want string
	}{
		{filepath.Join(dir, ".a.123.tmp"), "no room"},
		{other, "content: read " + other + ": no room"},
	} {
		err := atomicfile.Write(path, func(io.Writer) error {
			return fmt.Errorf("content: %w", &fs.PathError{Op: "read", Path: c.failed, Err: errors.New("no room")})
		})
		if err == nil || err.Error() != fmt.Sprintf("write %s: %s", path, c.want) {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

func TestWritableTellsBeforehand(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "old"), []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "new"):       "",
		filepath.Join(dir, "old"):       "",
		os.DevNull:                      "",
		dir:                             "it is a folder",
		filepath.Join(dir, "none", "a"): "there is no folder " + filepath.Join(dir, "none"),
	} {
		if want != "" {
			want = fmt.Sprintf("cannot write %s: %s", path, want)
		}
		if err := atomicfile.Writable(path); want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if names(t, dir) != "old" || read(t, filepath.Join(dir, "old")) != "old" {
		t.Errorf("left %s", names(t, dir))
	}
}

func TestLinksAreFollowed(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(target, []byte("old"), 0o644), os.Symlink(target, link)); err != nil {
		t.Skip(err)
	}
	if err := atomicfile.Write(link, text("new")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 || read(t, target) != "new" {
		t.Errorf("link %v, %v; target %q", info, err, read(t, target))
	}
}

func TestDevicesAreWrittenToDirectly(t *testing.T) {
	if _, err := os.Stat(os.DevNull); err != nil {
		t.Skip(err)
	}
	if err := atomicfile.Write(os.DevNull, text("new")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s is now %v, %v", os.DevNull, info, err)
	}
}

// A writer is killed in the middle: this test's own binary, which says when it is there and then waits.
func TestKilledWriterLeavesTheOldFileAndIsCleanedUp(t *testing.T) {
	const variable = "ATOMICFILE_TEST_PATH"
	if path := os.Getenv(variable); path != "" {
		err := atomicfile.Write(path, func(w io.Writer) error {
			if err := text(strings.Repeat("half", 1<<16))(w); err != nil {
				return err
			}
			fmt.Println("written")
			_, err := io.Copy(io.Discard, os.Stdin) // until killed
			return err
		})
		t.Fatalf("it went on: %v", err)
	}
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run", "^TestKilledWriter")
	child.Env = append(os.Environ(), variable+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := child.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len("written"))); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(path, text("other")); err != nil { // of a living writer nothing is removed
		t.Fatal(err)
	}
	if n := len(strings.Fields(names(t, filepath.Dir(path)))); n != 2 {
		t.Errorf("%d files while the writer lives: %s", n, names(t, filepath.Dir(path)))
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
	if got := read(t, path); got != "other" {
		t.Errorf("%.10q after the kill", got)
	}
	if err := atomicfile.Write(path, text("new")); err != nil {
		t.Fatal(err)
	}
	if read(t, path) != "new" || names(t, filepath.Dir(path)) != "a" {
		t.Errorf("%.10q beside %s", read(t, path), names(t, filepath.Dir(path)))
	}
}

func TestConcurrentWritersDoNotMix(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			for range 20 {
				if err := atomicfile.Write(path, text(strings.Repeat(fmt.Sprint(i), 1<<17))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	got := read(t, path)
	if len(got) != 1<<17 || strings.Trim(got, got[:1]) != "" || names(t, filepath.Dir(path)) != "a" {
		t.Errorf("%d bytes beginning with %.10q beside %s", len(got), got, names(t, filepath.Dir(path)))
	}
}
