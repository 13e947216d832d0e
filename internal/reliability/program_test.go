package reliability

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/cmd"
)

var (
	kills   = flag.Int("kills", 2, "how often each kind of work is killed")
	damages = flag.Int("damages", 12, "how often each kind of file is damaged")
	seed    = flag.Uint64("seed", 1, "of what is random")
	only    = flag.String("only", "", "the one kind to try")
)

// asProgram makes this test's binary the program.
const asProgram = "RELIABILITY_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(cmd.Main(cmd.Extensions{}))
	}
	os.Exit(m.Run())
}

// program starts the program in a folder.
func program(dir string, out *bytes.Buffer, args []string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env, c.Dir = append(os.Environ(), asProgram+"=1"), dir
	c.Stdout, c.Stderr = out, out
	return c
}

// ran is what came of a command line.
type ran struct {
	code        int
	out, errors string
	panicked    string
	late        bool
}

// run runs a command line in this process, with DIR in its arguments replaced.
func run(dir string, args []string) (r ran) {
	const patience = 2 * time.Minute
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out, errors bytes.Buffer
	defer func() {
		if p := recover(); p != nil {
			r.panicked = fmt.Sprintf("%v\n%s", p, debug.Stack())
		}
	}()
	words := slices.Clone(args)
	for i, word := range words {
		words[i] = strings.ReplaceAll(word, "DIR", dir)
	}
	r.code = cmd.Run(ctx, cmd.Extensions{}, words, &out, &errors)
	r.out, r.errors, r.late = out.String(), errors.String(), ctx.Err() != nil
	return r
}

// must runs a command line that has to succeed.
func must(t *testing.T, dir string, args ...string) ran {
	t.Helper()
	r := run(dir, args)
	if r.code != 0 || r.panicked != "" {
		t.Fatalf("%v: code %d: %s%s", args, r.code, r.errors, r.panicked)
	}
	return r
}

func read(t *testing.T, elem ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// measured matches what is measured of the machine, and checksums.
var measured = regexp.MustCompile(`"(wall|wall_seconds|seconds|strategy_seconds|core_seconds|train_seconds|attack_seconds|` +
	`peak_memory|datetime_start|datetime_complete|sum|digest)": ?(-?[0-9.e+-]+|"[^"]*"|\{[^}]*\}|null),?`)

// settled drops what two equal runs differ in.
func settled(text string) string { return measured.ReplaceAllString(text, "") }

// sorted are the lines of a log, whose order is that in which its work was done.
func sorted(text string) string {
	return strings.Join(slices.Sorted(strings.Lines(settled(text))), "")
}
