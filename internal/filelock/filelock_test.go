package filelock_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/internal/filelock"
)

func open(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// One handle has the lock until it is closed; whoever only reads does not need it.
func TestOneHandleHasTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	first, second := open(t, path), open(t, path)
	if got, err := filelock.Try(first); !got || err != nil {
		t.Fatalf("%v, %v", got, err)
	}
	if got, err := filelock.Try(second); got || err != nil {
		t.Errorf("locked twice: %v, %v", got, err)
	}
	if !filelock.Held(path) {
		t.Error("it is said to be free")
	}
	if _, err := first.WriteString("written by who has it"); err != nil {
		t.Error(err)
	}
	if text, err := io.ReadAll(second); err != nil || string(text) != "written by who has it" {
		t.Errorf("another reads %q, %v", text, err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if filelock.Held(path) || filelock.Held(path+" that is not there") {
		t.Error("it is said to be held")
	}
	if got, err := filelock.Try(second); !got || err != nil {
		t.Errorf("after it was closed: %v, %v", got, err)
	}
}

func TestOneProcessGuardsAPath(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run.checkpoint")
	for range 2 {
		first, err := filelock.Beside(path)
		if first == nil || err != nil {
			t.Fatalf("not guarded: %v", err)
		}
		if second, err := filelock.Beside(path); second != nil || err != nil {
			t.Errorf("guarded twice: %v", err)
		}
		if other, err := filelock.Beside(filepath.Join(dir, "another")); other == nil || other.Release() != nil {
			t.Errorf("another path is not guarded: %v", err)
		}
		if err := first.Release(); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if _, err := filelock.Beside(filepath.Join(dir, "none", "a")); err == nil {
		t.Error("guarded in a folder that is not there")
	}
}

// A folder that has been removed takes the guard with it.
func TestGuardOfAFolderThatIsGoneIsReleased(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	g, err := filelock.Beside(filepath.Join(dir, "run"))
	if err != nil || g == nil {
		t.Fatalf("%v, %v", g, err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Skipf("what is open cannot be removed: %v", err)
	}
	if err := g.Release(); err != nil {
		t.Error(err)
	}
}
