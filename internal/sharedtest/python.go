package sharedtest

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Python returns the Python that NASSEARCH_PYTHON names, or else python3 of the PATH. The test is skipped where there
// is none, or where it cannot import one of the modules.
func Python(t testing.TB, modules ...string) string {
	t.Helper()
	python := os.Getenv("NASSEARCH_PYTHON")
	if python == "" {
		python = "python3"
	}
	path, err := exec.LookPath(python)
	if err != nil {
		t.Skipf("no Python (NASSEARCH_PYTHON): %v", err)
	}
	if len(modules) == 0 {
		return path
	}
	imports := "import " + strings.Join(modules, ", ")
	if out, err := exec.CommandContext(t.Context(), path, "-c", imports).CombinedOutput(); err != nil {
		said := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
		t.Skipf("%s (NASSEARCH_PYTHON) cannot %s: %s", path, imports, said[len(said)-1])
	}
	return path
}
