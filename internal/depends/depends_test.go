package depends_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/internal/depends"
)

// write writes files below the present folder.
func write(t *testing.T, files map[string]string) {
	t.Helper()
	for path, text := range files {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDigestsAreOfTheFilesThatAreNamed(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, map[string]string{"my.py": "a", "lib/x.py": "b"})
	const ofA = "sha256:ca978112ca1bbdca" // of "a", as sha256sum has it
	for name, c := range map[string]struct {
		command []string
		named   string
		want    map[string]string
	}{
		"the command's":   {[]string{"python", "my.py", "lib", "no.py"}, "", map[string]string{"my.py": ofA}},
		"none of its own": {[]string{"python", "-c", "1"}, "", nil},
		"none":            {[]string{"my.py"}, depends.None, nil},
		"one":             {[]string{"python"}, "my.py", map[string]string{"my.py": ofA}},
	} {
		got, err := depends.Digests(c.command, c.named)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
	got, err := depends.Digests(nil, "my.py,lib")
	if names := slices.Sorted(maps.Keys(got)); err != nil || !slices.Equal(names, []string{"lib", "my.py"}) {
		t.Errorf("digests %v, %v", got, err)
	}
	if _, err := depends.Digests(nil, "my.py,no.py"); err == nil || !strings.Contains(err.Error(), "no.py") {
		t.Errorf("error %v, want one that names no.py", err)
	}
}

func TestAFolderHoldsWhatIsWrittenBelowIt(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, map[string]string{"lib/x.py": "b", "my.py": "a"})
	for _, c := range []struct{ named, path, want string }{
		{".", "run.jsonl", "."}, {"my.py,lib", "lib/deep/run.jsonl", "lib"}, {"lib", "run.jsonl", ""}, {"lib", "library/run", ""},
		{"my.py", "my.py", ""}, {"", "run.jsonl", ""}, {".", "", ""}, {"lib", "../lib", ""}, {"..", "run.jsonl", ".."},
	} {
		if got, holds := depends.Holds(c.named, c.path); got != c.want || holds != (c.want != "") {
			t.Errorf("%q holds %q: %q, %v, want %q", c.named, c.path, got, holds, c.want)
		}
	}
}

func TestADigestOfAFolderIsThatOfItsFiles(t *testing.T) {
	of := func(files map[string]string) string {
		t.Chdir(t.TempDir())
		write(t, files)
		sums, err := depends.Digests(nil, "lib")
		if err != nil {
			t.Fatal(err)
		}
		return sums["lib"]
	}
	whole := of(map[string]string{"lib/a.py": "1", "lib/sub/b.py": "2"})
	same := map[string]string{"lib/a.py": "1", "lib/sub/b.py": "2", "lib/__pycache__/a.pyc": "3", "lib/.git/x": "4"}
	if of(same) != whole {
		t.Error("it depends on what is hidden, or made by Python")
	}
	for name, files := range map[string]map[string]string{
		"changed": {"lib/a.py": "1", "lib/sub/b.py": "3"}, "renamed": {"lib/a.py": "1", "lib/sub/c.py": "2"},
		"moved": {"lib/a.py": "1", "lib/b.py": "2"}, "more": {"lib/a.py": "1", "lib/sub/b.py": "2", "lib/c.py": ""},
		"fewer": {"lib/a.py": "1"},
	} {
		if of(files) == whole {
			t.Errorf("it is the same with a file %s", name)
		}
	}
}
