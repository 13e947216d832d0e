package reliability

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// work takes some time, keeps itself in files, and comes to a result.
type work struct {
	name   string
	args   []string
	result func(t *testing.T, dir, out string) string
}

var works = []work{
	{
		"study of a table",
		[]string{"--budget", "400", "--strategy", "evolution", "--window", "4", "--study", "s.jsonl"},
		func(t *testing.T, dir, out string) string { return out + settled(read(t, dir, "s.jsonl")) },
	},
	{
		"study with bo",
		[]string{"--budget", "60", "--strategy", "bo", "--window", "2", "--study", "s.jsonl"},
		func(t *testing.T, dir, out string) string { return out + settled(read(t, dir, "s.jsonl")) },
	},
	{
		"live study",
		[]string{
			"--backend", "live", "--epochs", "1", "--samples", "32", "--budget", "8", "--strategy", "evolution",
			"--option", "population=4", "--option", "tournament=2", "--objective", "fgsm_acc", "--study", "s.jsonl",
		},
		func(t *testing.T, dir, _ string) string { return settled(read(t, dir, "s.jsonl")) },
	},
	{
		"comparison",
		[]string{"compare", "--strategies", "random,evolution,local", "--runs", "12", "--budget", "120", "--out", "c"},
		func(t *testing.T, dir, _ string) string {
			return settled(read(t, dir, "c", "runs.csv")) + sorted(read(t, dir, "c", "runs.jsonl"))
		},
	},
	{
		"census",
		[]string{"table", "build", "--epochs", "1", "--limit", "4", "--seeds", "1", "--attacks", "fgsm", "--out", "b"},
		func(t *testing.T, dir, _ string) string {
			return sorted(read(t, dir, "b", "census.jsonl")) + must(t, dir, "table", "export", "--data", "DIR/b/table.zip").out
		},
	},
	{
		"measures",
		[]string{"measure", "--all", "--limit", "60", "--workers", "2", "--out", "m.csv"},
		func(t *testing.T, dir, _ string) string {
			return sorted(read(t, dir, "m.jsonl")) + read(t, dir, "m.csv")
		},
	},
	{
		"training",
		[]string{"train", "4711", "--epochs", "2", "--checkpoint", "r.ck", "--checkpoint-every", "20", "--save", "w.st"},
		func(t *testing.T, dir, _ string) string { return read(t, dir, "w.st") },
	},
}

// Work that is killed anywhere, however often, and continued, comes to what uncut work comes to.
func TestKilledWorkEndsAsUncutWork(t *testing.T) {
	for _, w := range works {
		if *only != "" && *only != w.name {
			continue
		}
		t.Run(w.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(*seed, uint64(len(w.name))))
			dir := t.TempDir()
			var out bytes.Buffer
			began := time.Now()
			if err := program(dir, &out, w.args).Run(); err != nil {
				t.Fatalf("%v: %s", err, out.String())
			}
			took := time.Since(began)
			want := w.result(t, dir, words(out.String()))
			killed, lives := 0, 0
			for killed < *kills {
				dir := t.TempDir()
				for done := false; !done; lives++ {
					out.Reset()
					c := program(dir, &out, w.args)
					if err := c.Start(); err != nil {
						t.Fatal(err)
					}
					after := time.Duration(r.Float64() * float64(took))
					if killed == *kills {
						after = time.Hour
					}
					timer := time.AfterFunc(after, func() { _ = c.Process.Kill() }) // it may have ended
					err := c.Wait()
					timer.Stop()
					exit, failed := errors.AsType[*exec.ExitError](err)
					switch {
					case failed && !exit.Exited():
						killed++
					case err != nil:
						t.Fatalf("after %d kills: %v: %s", killed, err, out.String())
					default:
						done = true
					}
				}
				if got := w.result(t, dir, words(out.String())); got != want {
					t.Fatalf("after %d kills the result in %s differs:\n%s\nwant\n%s", killed, filepath.Base(dir), got, want)
				}
			}
			t.Logf("%s: %d kills in %d lives, all ended as uncut", w.name, killed, lives)
		})
	}
}

// words are the results among what the program wrote, which says besides that it continues.
func words(out string) string {
	var kept []string
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "info ") && !strings.HasPrefix(line, "warn ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}
