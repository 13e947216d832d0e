package kernel

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestGeneratedFilesAreCurrent runs the generator and compares; the first line, which names the output, may differ.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the generator")
	}
	dir := t.TempDir()
	files := map[string]string{"-out": "kernel_amd64.s", "-stubs": "asm_amd64.go"}
	args := []string{"run", "./gen", "-pkg", "kernel"}
	for flag, name := range files {
		args = append(args, flag, filepath.Join(dir, name))
	}
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go %v: %v\n%s", args, err, out)
	}
	body := func(path string) []byte {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := bytes.Cut(b, []byte("\n"))
		return rest
	}
	for _, name := range files {
		if !bytes.Equal(body(name), body(filepath.Join(dir, name))) {
			t.Errorf("%s is not what ./gen writes: run go generate", name)
		}
	}
}
