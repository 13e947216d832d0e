package files_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
)

// check returns what is said of a command line of a command that reads, writes, continues and fills.
func check(t *testing.T, args ...string) error {
	t.Helper()
	cmd := &cobra.Command{Use: "test"}
	f := cmd.Flags()
	for _, flag := range []string{"data", "out", "save", "study", "dir", "idle", "images"} {
		f.String(flag, "", "")
	}
	f.StringArray("scores", nil, "")
	files.Reads(f, "data", "csv")
	files.ReadsColumns(f, "scores", "csv")
	files.Reads(f, "idle")
	files.ReadsKind(f, "images")
	files.Writes(f, "out", "svg")
	files.Writes(f, "save")
	files.Continues(f, "study", "jsonl")
	files.Fills(f, "dir", "runs.csv")
	usage.Without(cmd, "it is not read", "idle")
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	return files.Check(cmd, f.Args())
}

// folder makes a folder with files and links, and stays in it.
func folder(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, dir := range []string{"table/cifar10", "empty"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"a": "a", "b": "b", "c:d": "c", "runs.csv": "r", "table/cifar10/clean.json": "{}", "table/old.svg": "", "old": `{"nassearch":1,"space":1}`,
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink("a", "link"), os.Link("a", "hard"), os.Symlink("table", "way")); err != nil {
		t.Skipf("no links: %v", err)
	}
}

func TestWhatIsReadIsNotOverwritten(t *testing.T) {
	folder(t)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{
		"a --out a", "a --out ./a", "a --out empty/../a", "a --out " + filepath.Join(here, "a"), "a --out link", "a --out hard",
		"link --out a", "hard --out link", "--data a --out a", "--data a --save a", "x a --out a",
		"cifar10:b,a --out a", "--data cifar10:a --out hard", "--images cifar10:b,a --out a", "--images idx:table --dir table", "--data idx:table --out table/cifar10/clean.json",
		"table --out table/cifar10/clean.json", "way --out table/cifar10/clean.json", "table --out way/cifar10/clean.json",
		"table --dir way", "runs.csv --dir .", "--data runs.csv --dir empty/..",
		"--scores a --out a", "--scores a:x,y --out hard", "--scores b --scores a:x --save a", "--scores c:d:x --out c:d",
		"--scores runs.csv:x --dir .", "--scores table/cifar10:x --out table/cifar10/clean.json",
		"--out new --save new", "--out new --save ./new", "--out new --save empty/../new", "--out new --study new",
		"--save new --out way/../new", "--dir . --out runs.csv",
		"--out old", "b --save old",
	} {
		if _, ok := errors.AsType[*usage.Error](check(t, strings.Fields(args)...)); !ok {
			t.Errorf("%s: no mistake", args)
		}
	}
}

func TestOtherFilesAreWritten(t *testing.T) {
	folder(t)
	for _, args := range []string{
		"", "a", "a --out b", "a --out new", "a --out -", "a --out empty/a", "--data a --out b --save new --study newer",
		"missing --out missing", "table --out table/new.json", "table --out table/old.svg", "a --study old", "a --study a", "--study old --dir empty",
		"--scores a --out b", "--scores b:a --out a", "--scores missing:x --out missing", "--idle a --out a", "--images a --out a", "--images table --dir table", "runs.csv --dir empty", "table --dir table/sub", "--out /dev/null --save /dev/null",
	} {
		if err := check(t, strings.Fields(args)...); err != nil {
			t.Errorf("%s: %v", args, err)
		}
	}
	for _, name := range []string{"new", "newer", "empty/a", "table/new.json"} {
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s was made: %v", name, err)
		}
	}
}

// What cannot be written is told before anything is computed, and is no mistake in the command line.
func TestWhatCannotBeWritten(t *testing.T) {
	folder(t)
	for args, want := range map[string]string{
		"--out nowhere/x": "--out: cannot write nowhere/x: there is no folder nowhere",
		"--dir a":         "--dir a is a file: name a folder",
		"a --dir a":       "--dir a is a file: name a folder",
		"--save table":    "--save: cannot write table: it is a folder",
	} {
		err := check(t, strings.Fields(args)...)
		if _, mistake := errors.AsType[*usage.Error](err); mistake || err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", args, err, want)
		}
	}
}
