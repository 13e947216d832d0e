// Package outside proves that a program of another module can use what the public packages offer. It has nothing but
// the test.
package outside

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	// The program is built from these: the test's result is not kept when they change.
	_ "github.com/nassearch/nassearch/cmd"
	_ "github.com/nassearch/nassearch/strategies"
)

// The program of testdata is built with a replace line, from modules that are on this machine.
func TestAProgramOutsideTheModuleUsesIt(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	program := build(t, "program")
	study := filepath.Join(t.TempDir(), "study.jsonl")
	for _, c := range []struct{ args, want string }{
		{"", "search: 90 queries, best 42 at [0], rank 1, 4 reports\n"},
		{"", "compare: 12 runs, complete true, with midrange, 6 reports\n"},
		{"", "table: 6466 classes, the best has 0.4663: |"},
		{"", "format: length 47\n"},
		{"", "attack: brighten 1 0.75\n"},
		{"", "live: [brighten_acc weight] true\n"},
		{"", "census: 1 of 6466 classes have brighten_acc at 8/255\n"},
		{"--strategy again --budget 20 -o csv", "trial,query,arch,class,index,id,duplicate_of,pgd_acc,failure\n"},
		{"strategies again", "mutate what was told last"},
		{"__complete --strategy a", "again"},
		{"attack 1462 --epochs 1 --samples 8 --attacks brighten", "brighten  1/255  "},
		{"attack 1462 --epochs 1 --samples 8 --corruptions negative", "negative    "},
		{"--backend live --objective weight --budget 2 --epochs 1", "best     weight "},
		{"measure 1462 --metrics width", "\nwidth    max   2304   "},
		{"--backend live --objective width --strategy random --budget 2", "best     width "},
		{"--backend count --objective distance --budget 100 --to 7", "count    distances from 7 · 100 classes\n"},
		{"--backend count --objective distance --budget 100 --to 7", "rank 1 of 100 · regret 0\n"},
		{"--backend count --objective distance --budget 5 --study " + study, "5 queries"},
		{"report " + study + " --out -", "evolution on distance"},
		{"export " + study, `{"space":"numbers"}`},
		{"objectives --backend count --to 9", "numbers to 9"},
		{"--data length: --objective length --budget 5", "best     length "},
		{"query 1462 -o go", "query.knowledge\n"},
		{"compare --strategies random --runs 2 --budget 5", "IQM     midrange  regret"},
		{"hello", "hello\n"},
	} {
		out, err := exec.Command(program, strings.Fields(c.args)...).Output()
		if err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("program %s: %v: %s, want %q", c.args, err, out, c.want)
		}
	}
}

// An example is what somebody copies into a module of their own.
func TestExamplesAreProgramsOfOtherModules(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	examples := filepath.Join("..", "..", "examples")
	dir := newModule(t, examples)
	sources, err := filepath.Glob(filepath.Join(examples, "*", "main.go"))
	if err != nil || len(sources) < 10 {
		t.Fatalf("examples %v, %v: there are more", sources, err)
	}
	bin := t.TempDir()
	compile(t, dir, "-o", bin+string(filepath.Separator), "./...")
	programs, err := os.ReadDir(bin)
	if err != nil || len(programs) != len(sources) {
		t.Errorf("%d programs of %d examples, %v", len(programs), len(sources), err)
	}
}

// build makes a module of a folder of testdata and returns its program.
func build(t *testing.T, name string) string {
	t.Helper()
	dir := newModule(t, filepath.Join("testdata", name))
	program := filepath.Join(dir, name)
	compile(t, dir, "-o", program, ".")
	return program
}

// newModule makes a module of a folder, without its tests, with all that this one requires.
func newModule(t *testing.T, from string) (dir string) {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	tests, err := filepath.Glob(filepath.Join(dir, "*", "*_test.go"))
	for _, test := range tests {
		err = errors.Join(err, os.Remove(test))
	}
	if err != nil {
		t.Fatal(err)
	}
	const module = "github.com/nassearch/nassearch"
	requirements := bytes.Replace(read(t, root, "go.mod"), []byte("module "+module), []byte("module example.com/outside"), 1)
	requirements = append(requirements, "\nrequire "+module+" v0.0.0\nreplace "+module+" => "+strconv.Quote(root)+"\n"...)
	write(t, dir, "go.mod", requirements)
	write(t, dir, "go.sum", read(t, root, "go.sum"))
	return dir
}

// compile builds what is in a module, from modules that are on this machine.
func compile(t *testing.T, dir string, args ...string) {
	t.Helper()
	// Linking is most of the work, and without what debuggers read it is half of that.
	command := exec.Command("go", append([]string{"build", "-ldflags=-s -w"}, args...)...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, dir, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
		t.Fatal(err)
	}
}
