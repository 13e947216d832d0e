package dialog_test

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
	"sync"
	"testing"
	"time"

	"github.com/nassearch/nassearch/internal/dialog"
)

// TestMain is the programs that are talked to, too: by the name that stands first behind that of the test's binary.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if program, ok := programs[os.Args[1]]; ok {
			program()
			os.Exit(0)
		}
	}
	os.Exit(m.Run())
}

var programs = map[string]func(){
	"echo": func() {
		in := bufio.NewScanner(os.Stdin)
		for in.Scan() {
			fmt.Println("heard", in.Text())
		}
		fmt.Fprint(os.Stderr, "no more")
	},
	"dies": func() {
		fmt.Fprintln(os.Stderr, "first\n\nI am lost")
		os.Exit(3)
	},
	"silent": func() { forever() },
	"deaf": func() { // to the end of its input
		fmt.Println("here")
		forever()
	},
	"mute": func() {
		os.Stdout.Close()
		forever()
	},
	"earless": func() {
		os.Stdin.Close()
		fmt.Println("here")
		forever()
	},
	"long": func() { fmt.Println(strings.Repeat("x", 100_000)) },
	"parent": func() { // with a child that outlives it
		child := exec.Command(os.Args[0], "silent")
		if err := child.Start(); err != nil {
			panic(err)
		}
		fmt.Println(child.Process.Pid)
		if len(os.Args) > 2 {
			return
		}
		forever()
	},
	"owner": func() { // of a program that is deaf: it tells its number and waits to be killed
		p, err := dialog.Start(dialog.Config{Command: []string{os.Args[0], "parent"}, Longest: 1000})
		if err != nil {
			panic(err)
		}
		line, err := p.Receive(context.Background())
		if err != nil {
			panic(err)
		}
		fmt.Println(string(line))
		forever()
	},
}

func forever() { time.Sleep(time.Hour) }

// start starts one of the programs. What it says is collected.
func start(t *testing.T, args ...string) (p *dialog.Program, said func() []string) {
	t.Helper()
	var mutex sync.Mutex
	var lines []string
	say := func(line string) {
		mutex.Lock()
		defer mutex.Unlock()
		lines = append(lines, line)
	}
	p, err := dialog.Start(dialog.Config{Command: append([]string{os.Args[0]}, args...), Longest: 10_000, Say: say})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p, func() []string {
		mutex.Lock()
		defer mutex.Unlock()
		return lines
	}
}

func TestLinesGoBothWays(t *testing.T) {
	p, said := start(t, "echo")
	for i := range 100 {
		if err := p.Send(t.Context(), fmt.Appendf(nil, "line %d\n", i)); err != nil {
			t.Fatal(err)
		}
		got, err := p.Receive(t.Context())
		if want := fmt.Sprintf("heard line %d", i); err != nil || string(got) != want {
			t.Fatalf("%q, %v, want %q", got, err, want)
		}
	}
	p.Close()
	p.Close()
	if got := said(); len(got) != 1 || got[0] != "no more" {
		t.Errorf("at its end it says %q", got)
	}
	if err := p.Send(t.Context(), []byte("more\n")); err == nil {
		t.Error("one can talk to a program that is closed")
	}
}

func TestErrorsSayWhatAProgramDid(t *testing.T) {
	for program, want := range map[string]string{
		"dies":   `it ended (exit status 3) after it had said "I am lost"`,
		"long":   "it writes a line of more than 10000 bytes",
		"silent": "enough",
		"mute":   "it closed its standard output and went on without a word on standard error",
	} {
		t.Run(program, func(t *testing.T) {
			p, _ := start(t, program)
			limit := time.Minute
			if program == "silent" {
				limit = 100 * time.Millisecond
			}
			ctx, cancel := context.WithTimeoutCause(t.Context(), limit, errors.New("enough"))
			defer cancel()
			if line, err := p.Receive(ctx); err == nil || err.Error() != want {
				t.Errorf("%q, %v, want the error %s", line, err, want)
			}
		})
	}
}

func TestAProgramThatHearsNoMoreIsTold(t *testing.T) {
	p, _ := start(t, "earless")
	if line, err := p.Receive(t.Context()); err != nil || string(line) != "here" {
		t.Fatalf("%q, %v", line, err)
	}
	const want = "it closed its standard input and went on without a word on standard error"
	if err := p.Send(t.Context(), []byte("line\n")); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestWhatIsNotReadDoesNotBlockForever(t *testing.T) {
	p, _ := start(t, "deaf")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 100*time.Millisecond, errors.New("enough"))
	defer cancel()
	if err := p.Send(ctx, make([]byte, 10<<20)); err == nil || err.Error() != "enough" {
		t.Errorf("error %v, want enough", err)
	}
}

func TestNothingIsThatCannotBeStarted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none")
	if _, err := dialog.Start(dialog.Config{Command: []string{path}}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v, want one that names %s", err, path)
	}
}

// alive waits a moment for a process to end, and says whether it did not.
func alive(t *testing.T, pid int) bool {
	t.Helper()
	for range 300 {
		if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err != nil || strings.Contains(string(stat), ") Z ") {
			return false
		}
		time.Sleep(10 * time.Millisecond)
	}
	return true
}

func needsProc(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("there is no /proc, by which processes are seen here")
	}
}

func TestNothingIsLeft(t *testing.T) {
	needsProc(t)
	for _, args := range [][]string{{"parent"}, {"parent", "which ends"}} {
		p, _ := start(t, args...)
		line, err := p.Receive(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		child, err := strconv.Atoi(string(line))
		if err != nil {
			t.Fatal(err)
		}
		p.Close()
		if alive(t, child) {
			t.Errorf("%v: its child %d is left", args, child)
		}
	}
}
