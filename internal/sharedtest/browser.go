package sharedtest

import (
	"os/exec"
	"testing"
)

// Chromium returns the browser of the PATH that starts. The test is skipped where there is none, and in short runs.
func Chromium(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome", "headless-shell"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if out, err := exec.CommandContext(t.Context(), path, "--version").CombinedOutput(); err != nil {
			t.Skipf("%s does not start: %v: %s", path, err, out)
		}
		return path
	}
	t.Skip("there is no chromium in the PATH")
	return ""
}
