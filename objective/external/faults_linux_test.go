package external_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
)

// numbers reads the processes that a trial's folder names, as soon as there are so many.
func numbers(t *testing.T, pattern string, n int) (pids []int) {
	t.Helper()
	for range 1000 {
		pids = nil
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, _ := os.ReadFile(path) // it may not be written yet
			if pid, err := strconv.Atoi(string(text)); err == nil {
				pids = append(pids, pid)
			}
		}
		if len(pids) >= n {
			return pids
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%d of %d processes at %s", len(pids), n, pattern)
	return nil
}

// ended waits a moment for a process to end.
func ended(t *testing.T, pids ...int) {
	t.Helper()
	for _, pid := range pids {
		alive := true
		for range 500 {
			stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
			if alive = err == nil && !strings.Contains(string(stat), ") Z "); !alive {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if alive {
			t.Errorf("process %d is left of %v", pid, pids)
		}
	}
}

func TestTrialsEndAtTheirLimit(t *testing.T) {
	for _, way := range []string{"measure forever", "serve forever"} {
		c := config(t, way)
		c.Folder, c.Timeout = t.TempDir(), 300*time.Millisecond
		_, err := evaluator(t, c).Evaluate(t.Context(), request(4711))
		if objective.CauseOf(err) != objective.OutOfTime || !strings.Contains(err.Error(), "not done after 300ms") {
			t.Errorf("%s: %v", way, err)
		}
		ended(t, numbers(t, filepath.Join(c.Folder, "*", "pid"), 1)...)
	}
}

func TestTrialsEndWithTheirContext(t *testing.T) {
	for way, behind := range map[string]string{"measure forever": "& wait", "serve forever": "", "measure children": "; sleep 1000"} {
		c := config(t, way)
		c.Folder, c.Command = t.TempDir(), "/bin/sh -c '"+strings.ReplaceAll(c.Command, "'", "")+behind+"'"
		ctx, cancel := context.WithCancelCause(t.Context())
		pattern, n := filepath.Join(c.Folder, "*", "pid"), 1
		if strings.HasSuffix(way, "children") {
			pattern, n = filepath.Join(c.Folder, "*", "child*"), 2
		}
		e := evaluator(t, c)
		enough := errors.New("enough")
		var pids []int
		go func() {
			pids = numbers(t, pattern, n)
			cancel(enough)
		}()
		if _, err := e.Evaluate(ctx, request(4711)); !errors.Is(err, enough) {
			t.Errorf("%s: %v", way, err)
		}
		ended(t, pids...)
	}
}

// What a program leaves running is ended: of a good trial what is in its group, of a failed one everything.
func TestNothingIsLeftOfATrial(t *testing.T) {
	for way, left := range map[string]int{"measure children": 0, "measure children=good": 1} {
		c := config(t, way)
		c.Folder = t.TempDir()
		var said []string
		c.Say = func(text string) { said = append(said, text) }
		e := evaluator(t, c)
		_, err := e.Evaluate(t.Context(), request(4711))
		if (err == nil) != (way == "measure children=good") {
			t.Errorf("%s: %v", way, err)
		}
		pids := numbers(t, filepath.Join(c.Folder, "*", "child*"), 2)
		running := func() (n int) {
			for _, pid := range pids {
				cmdline, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
				if err == nil && strings.HasPrefix(string(cmdline), "sleep") {
					n++
				}
			}
			return n
		}
		for n := 0; n < 300 && running() > left; n++ { // what is killed takes a moment to end
			time.Sleep(10 * time.Millisecond)
		}
		if running() != left || e.Left() != 1 || !strings.Contains(strings.Join(said, "\n"), "leaves processes running") {
			t.Errorf("%s: %d run of %v, want %d; left %d times, said %q", way, running(), pids, left, e.Left(), said)
		}
		for _, pid := range pids {
			if p, err := os.FindProcess(pid); err == nil {
				_ = p.Kill() // it may have ended
			}
		}
	}
}

// A process that is killed leaves no trial behind, whatever that has started.
func TestNothingIsLeftOfAKilledSearch(t *testing.T) {
	for _, way := range []string{"measure forever", "serve forever"} {
		dir := t.TempDir()
		owner := exec.Command(os.Args[0], "-test.run=TestOwner")
		owner.Env = append(os.Environ(), "OWN_FOLDER="+dir, "OWN_WAY="+way)
		out, err := owner.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := owner.Start(); err != nil {
			t.Fatal(err)
		}
		go func() {
			for in := bufio.NewScanner(out); in.Scan(); {
				t.Log(in.Text())
			}
		}()
		pids := numbers(t, filepath.Join(dir, "*", "pid"), 2)
		if err := owner.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = owner.Wait() // it was killed
		ended(t, pids...)
	}
}

// TestOwner is the search that is killed: it measures two trials side by side.
func TestOwner(t *testing.T) {
	dir := os.Getenv("OWN_FOLDER")
	if dir == "" {
		t.Skip("it is run by another test")
	}
	c := config(t, os.Getenv("OWN_WAY"))
	c.Folder = dir
	e := evaluator(t, c)
	go func() { _, _ = e.Evaluate(t.Context(), request(1)) }()
	_, _ = e.Evaluate(t.Context(), request(4711)) // until the process is killed
}
