// Package outside proves that a program of another module can use what the public packages offer. It has nothing but
// the test.
package outside

import (
	"bytes"
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
	for _, c := range []struct{ args, want string }{
		{"", "number: 90 queries, true, 42 [0]\n"},
		{"", "brighten 1 0.75\n"},
		{"--strategy again --budget 20 -o csv", "trial,query,arch,duplicate_of,pgd_acc,failure\n"},
		{"strategies again", "mutate what was told last"},
		{"__complete --strategy a", "again"},
		{"__complete attack --attacks b", "brighten"},
		{"objectives --backend live", "accuracy on images that are brighter by eps"},
		{"--backend live --objective pools --strategy random --budget 30", "best     pools 0"},
		{"--backend live --objective brighten_acc@2/255 --budget 2 --epochs 1 --samples 16", "best     brighten_acc 0."},
	} {
		out, err := exec.Command(program, strings.Fields(c.args)...).Output()
		if err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("program %s: %v: %s, want %q", c.args, err, out, c.want)
		}
	}
}

// build makes a module of a folder of testdata, with all that this one requires, and returns its program.
func build(t *testing.T, name string) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", name))); err != nil {
		t.Fatal(err)
	}
	const module = "github.com/nassearch/nassearch"
	requirements := bytes.Replace(read(t, root, "go.mod"), []byte("module "+module), []byte("module example.com/outside"), 1)
	requirements = append(requirements, "\nrequire "+module+" v0.0.0\nreplace "+module+" => "+strconv.Quote(root)+"\n"...)
	write(t, dir, "go.mod", requirements)
	write(t, dir, "go.sum", read(t, root, "go.sum"))

	program := filepath.Join(dir, name)
	command := exec.Command("go", "build", "-o", program, ".")
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
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
