// Package generatedtest checks that assembly is what its generator writes.
package generatedtest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Current runs the generator ./gen of the package under test, of this name, and compares what it writes with the files
// that are there. Their first lines, which name the output, may differ. A short test skips it.
func Current(t *testing.T, pkg string) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs the generator")
	}
	const code, stubs = "kernel_amd64.s", "asm_amd64.go"
	dir := t.TempDir()
	run := exec.Command("go", "run", "./gen", "-pkg", pkg,
		"-out", filepath.Join(dir, code), "-stubs", filepath.Join(dir, stubs))
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", run, err, out)
	}
	for _, name := range []string{code, stubs} {
		if !bytes.Equal(body(t, name), body(t, filepath.Join(dir, name))) {
			t.Errorf("%s is not what ./gen writes: run go generate", name)
		}
	}
}

// body is a file without its first line.
func body(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(b, []byte("\n"))
	return rest
}
