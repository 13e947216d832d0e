package cmd_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A study of live trials is killed by SIGKILL as soon as its journal has a number of lines, and started again, five times.
// It ends as one that was never cut.
func TestKilledLiveStudyEndsAsAnUncutOne(t *testing.T) {
	const trials = 24
	args := []string{
		"--backend", "live", "--strategy", "evolution", "--option", "population=6", "--option", "tournament=3", "--budget", "24",
		"--epochs", "1", "--samples", "64", "--study",
	}
	dir := t.TempDir()
	whole, cut := filepath.Join(dir, "whole.jsonl"), filepath.Join(dir, "cut.jsonl")
	finish(t, append(args, whole))
	random := rand.New(rand.NewPCG(1, 2))
	points := random.Perm(trials - 2)[:5] // lines; the header is the first
	slices.Sort(points)
	for _, n := range points {
		kill(t, append(args, cut), cut, n+2)
	}
	finish(t, append(args, cut))
	if diff := cmp.Diff(history(t, whole), history(t, cut)); diff != "" {
		t.Errorf("cut after lines %v: the history differs:\n%s", points, diff)
	}
}

// finish runs the program to its end.
func finish(t *testing.T, args []string) {
	t.Helper()
	if out, err := exec.Command("nassearch", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// kill runs the program until a file has so many lines.
func kill(t *testing.T, args []string, path string, lines int) {
	t.Helper()
	var out bytes.Buffer
	c := exec.Command("nassearch", args...)
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for countLines(path) < lines {
		select {
		case err := <-ended:
			t.Fatalf("it ended before %s had %d lines: %v: %s", path, lines, err, out.String())
		case <-time.After(time.Millisecond):
		}
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-ended
}

func countLines(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	return bytes.Count(text, []byte("\n"))
}

// history is a journal without what was measured by a clock.
func history(t *testing.T, path string) (lines []map[string]any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var fields map[string]any
		if err := json.Unmarshal(line, &fields); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		delete(fields, "wall")
		delete(fields, "record")
		lines = append(lines, fields)
	}
	return lines
}
