package cmd_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd"
	"pgregory.net/rapid"
)

// again is what a shell makes of the last line of a text: the arguments of the program.
func again(t rapid.TB, text string) []string {
	text = strings.TrimRight(text, "\n")
	line := text[strings.LastIndex(text, "\n")+1:]
	out, err := exec.Command("bash", "-c", `nassearch() { printf '%s\0' "$@"; }`+"\n"+line).Output()
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

// mustRun returns the output of a command line that ends well.
func mustRun(t rapid.TB, args ...string) string {
	var out, errs bytes.Buffer
	if code := cmd.Run(context.Background(), cmd.Extensions{}, args, &out, &errs); code != 0 {
		t.Fatalf("%q: exit code %d: %s", args, code, errs.String())
	}
	return out.String()
}

// kept is a study's file without what was measured by a clock, and the checksums, which cover it.
func kept(t rapid.TB, path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return wall.ReplaceAllString(string(text), "")
}

// layered writes settings to a configuration file or the command line, as they come.
type layered struct {
	t    *rapid.T
	file string
	args []string
}

func (l *layered) set(flag, value string) {
	if rapid.Bool().Draw(l.t, flag+" in the file") {
		l.file += fmt.Sprintf("%s: '%s'\n", flag, strings.ReplaceAll(value, "'", "''"))
		return
	}
	l.args = append(l.args, "--"+flag+"="+value)
}

func (l *layered) maybe(flag string, values ...string) {
	if rapid.Bool().Draw(l.t, flag) {
		l.set(flag, rapid.SampledFrom(values).Draw(l.t, flag))
	}
}

// repeats runs a search by settings, then by the line that it ends with, then again by its file.
func (l *layered) repeats(dir string) {
	first, second := filepath.Join(dir, "first.jsonl"), filepath.Join(dir, "second.jsonl")
	config := filepath.Join(dir, "settings.yaml")
	for _, path := range []string{first, second} {
		_ = os.Remove(path)
	}
	if err := os.WriteFile(config, []byte(l.file+"log-level: error\n"), 0o644); err != nil {
		l.t.Fatal(err)
	}
	out := mustRun(l.t, append(l.args, "--config", config, "--study", first)...)
	line := again(l.t, out)
	other := mustRun(l.t, append(line, "--log-level", "error", "--study", second)...)
	if got, want := kept(l.t, second), kept(l.t, first); got != want {
		l.t.Fatalf("%q\nmade\n%s\nand %q\n%s", l.args, want, line, got)
	}
	if twice := again(l.t, other); strings.Join(twice, " ") != strings.Join(line, " ") {
		l.t.Fatalf("the line of %q is %q", line, twice)
	}
	if text := mustRun(l.t, "reproduce", first, "--log-level", "error"); !strings.Contains(text, "every one is equal") {
		l.t.Fatal(text)
	}
}

// folder returns one with no configuration, where commands run, and the shell that they need.
func folder(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash")
	}
	dir := t.TempDir()
	t.Chdir(dir)
	return dir
}

// Whatever layer a setting is from, the line at a search's end makes the same history, and so does its file.
func TestPropertySearchesOfTablesRepeat(t *testing.T) {
	dir := folder(t)
	tables := []string{"table.csv", "a b$(x).csv", "it's \\ \"one\".csv", "-o.csv", "#1 é\t.csv"}
	for _, name := range tables {
		if err := os.WriteFile(name, madeUp(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		l := &layered{t: t}
		l.set("data", filepath.Join(dir, rapid.SampledFrom(tables).Draw(t, "table")))
		objective := rapid.SampledFrom([]string{"pgd_acc", "pgd_acc@8/255", "clean_acc", "pgd_acc,params", "params"}).Draw(t, "objective")
		l.set("objective", objective)
		l.maybe("eps", "1/255", "8/255", "0.0314")
		strategy := rapid.SampledFrom([]string{"random", "evolution", "local"}).Draw(t, "strategy")
		if strings.Contains(objective, ",") {
			strategy = "random"
		}
		l.set("strategy", strategy)
		if strategy == "evolution" {
			l.maybe("option", "population=3", "rate=0.2", "tournament=2")
		}
		l.maybe("seed", "0", "18446744073709551615", "010", "0x1f")
		l.maybe("budget", "1", "7", "0040")
		if strategy != "local" {
			l.maybe("time-budget", "1ns", "3s", "1m0.5s")
		}
		l.maybe("window", "1", "2", "5")
		l.maybe("count-duplicates", "true", "false")
		l.maybe("rows", "strict", "first")
		if !strings.Contains(objective, "params") {
			l.maybe("where", "params<=0.5M", "flops<100M,params>50000")
		}
		l.maybe("known", "true")
		l.maybe("workers", "1", "3")
		l.repeats(dir)
	})
}

// What networks are trained by follows from the settings that a journal keeps. Sizes are known without a training.
func TestPropertySearchesOfNetworksRepeat(t *testing.T) {
	dir := folder(t)
	mustRun(t, "dataset", "reduce", "fashion-mnist-8x8", "--train", "80", "--test", "20", "--side", "8", "--out", "my images",
		"--log-level", "error")
	rapid.Check(t, func(t *rapid.T) {
		l := &layered{t: t}
		l.set("backend", "live")
		l.set("objective", "params")
		l.set("budget", "2")
		l.maybe("dataset", "fashion-mnist-8x8", "idx:"+filepath.Join(dir, "my images"))
		l.maybe("val", "train:0.25", "train:0.5")
		l.maybe("channels", "1", "3")
		l.maybe("cells", "2")
		l.maybe("image", "8", "12")
		l.maybe("epochs", "1", "100")
		l.maybe("batch", "7")
		l.maybe("lr", "0.1", "1e-3")
		l.maybe("warmup", "0.5", "0")
		l.maybe("momentum", "0", "0.5")
		l.maybe("nesterov", "false")
		l.maybe("weight-decay", "0", "1e-05")
		l.maybe("label-smoothing", "0.1")
		l.maybe("crop", "0", "2")
		l.maybe("flip", "true", "false")
		l.maybe("noise", "0.25")
		l.maybe("adversarial", "fast", "pgd")
		l.maybe("memory", "4GB", "123456789")
		l.maybe("trial-timeout", "10m")
		l.maybe("threads", "2")
		l.maybe("kernel", "generic")
		l.repeats(dir)
	})
}

// A study says which command line would read it where something is missing.
func TestReproduceWritesNothing(t *testing.T) {
	folder(t)
	mustRun(t, "--budget", "3", "--study", "a.jsonl", "--log-level", "error")
	before, err := os.ReadFile("a.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	mustRun(t, "reproduce", "a.jsonl", "--log-level", "error")
	after, err := os.ReadFile("a.jsonl")
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was changed (%v)", err)
	}
	entries, err := os.ReadDir(".")
	if err != nil || len(entries) != 1 {
		t.Errorf("there is %v (%v)", entries, err)
	}
	if code := cmd.Run(t.Context(), cmd.Extensions{}, []string{"reproduce"}, io.Discard, io.Discard); code != 2 {
		t.Errorf("exit code %d without a study, want 2", code)
	}
}
