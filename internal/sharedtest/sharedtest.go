// Package sharedtest finds the material that tests compare with: measured tables, images and reference numbers
// computed by other programs. It is not part of the repository.
package sharedtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Dir returns the folder with the test material: NASSEARCH_SHARED, or ../shared from the repository's root.
// The test is skipped where there is none.
func Dir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("NASSEARCH_SHARED")
	if dir == "" {
		_, file, _, _ := runtime.Caller(0)
		dir = filepath.Join(filepath.Dir(file), "..", "..", "..", "shared")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no test material (NASSEARCH_SHARED): %v", err)
	}
	return dir
}

// Robustness returns the folder of the released robustness dataset.
func Robustness(t testing.TB) string { return filepath.Join(Dir(t), "data", "robustness-data") }

// Cases returns the fixture files of a topic whose names match the pattern: from NASSEARCH_FIXTURES, or the
// folder fixtures of the test material. The test fails if there is none.
func Cases(t testing.TB, topic, pattern string) []string {
	t.Helper()
	root := os.Getenv("NASSEARCH_FIXTURES")
	if root == "" {
		root = filepath.Join(Dir(t), "fixtures")
	}
	files, err := filepath.Glob(filepath.Join(root, topic, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixture %s in %s: %v", pattern, filepath.Join(root, topic), err)
	}
	return files
}

// ReadJSON reads a fixture; the test fails if it cannot be read.
func ReadJSON(t testing.TB, file string, into any) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}
