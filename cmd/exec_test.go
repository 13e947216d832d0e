package cmd_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/rogpeppe/go-internal/testscript"
)

// proposes is a program that proposes, in a way that its argument names.
func proposes() {
	in := bufio.NewReader(os.Stdin)
	read := func() (m map[string]any) {
		line, err := in.ReadBytes('\n')
		if err != nil {
			os.Exit(0)
		}
		if err := json.Unmarshal(line, &m); err != nil {
			panic(err)
		}
		return m
	}
	read()
	way := os.Args[1]
	if way == "nonsense" {
		fmt.Println("Hello!")
		read()
	}
	objectives := map[bool]string{true: "one", false: "several"}[way == "one"]
	fmt.Printf(`{"type":"ready","protocol":1,"objectives":%q}`+"\n", objectives)
	fmt.Fprintln(os.Stderr, "I am here")
	for {
		number := int(read()["trial"].(float64))
		count := 1
		switch way {
		case "death":
			fmt.Fprintln(os.Stderr, "I am lost")
			os.Exit(3)
		case "silence":
			time.Sleep(time.Hour)
		case "slowly":
			if err := os.WriteFile("pid", []byte(strconv.Itoa(os.Getpid())), 0o644); err != nil {
				panic(err)
			}
			if number > 2 {
				time.Sleep(time.Hour)
			}
		case "steadily": // slow enough for each run to have a journal
			time.Sleep(600 * time.Millisecond)
			if number > 3 {
				time.Sleep(time.Hour)
			}
		case "forgetful": // of the contract: it goes by the clock
			count += time.Now().Nanosecond() % 1000
		}
		fmt.Printf(`{"type":"sample","count":%d}`+"\n", count)
		archs := read()["archs"].([]any)
		arch := archs[len(archs)-1]
		if way == "strange" {
			arch = "|none~0|"
		}
		answer, err := json.Marshal(map[string]any{"type": "propose", "trial": number, "arch": arch})
		if err != nil {
			panic(err)
		}
		fmt.Println(string(answer))
	}
}

// gone FILE waits for the end of the process whose number is in a file.
func gone(ts *testscript.TestScript, _ bool, args []string) {
	pid, err := strconv.Atoi(ts.ReadFile(args[0]))
	ts.Check(err)
	p, err := os.FindProcess(pid)
	ts.Check(err)
	for range 300 {
		if p.Signal(syscall.Signal(0)) != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("process %d is still there", pid)
}

// The examples in Python keep the contract. What they print goes to the log, whoever prints it.
func TestPythonKeepsTheContract(t *testing.T) {
	for script, module := range map[string]string{"random_search.py": "json", "optuna_sampler.py": "optuna"} {
		t.Run(script, func(t *testing.T) {
			python := sharedtest.Python(t, module)
			if testing.Short() && module == "optuna" {
				t.Skip("it takes half a minute of core time")
			}
			text, err := filepath.Abs(filepath.Join("..", "examples", "exec", script))
			if err != nil {
				t.Fatal(err)
			}
			var out, errs bytes.Buffer
			args := []string{"check-strategy", "--command", fmt.Sprintf("'%s' '%s'", python, text)}
			code := cmd.Run(t.Context(), cmd.Extensions{}, args, &out, &errs)
			if code != 0 || strings.Count(out.String(), "kept") != 29 {
				t.Errorf("exit code %d: %s%s", code, &out, &errs)
			}
		})
	}
}

func TestPythonPrintsToTheLog(t *testing.T) {
	python := sharedtest.Python(t)
	helper, err := filepath.Abs(filepath.Join("..", "examples", "exec"))
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(t.TempDir(), "prints.py")
	const text = `import os, sys
sys.path.insert(0, %q)
from nassearch import Exhausted, serve
print("before")
def ask(study, random):
    print("printed")
    os.system("echo from a child")
    sys.stdin.read()
    if len(study.trials) == 3:
        raise Exhausted
    if study.trials:
        return study.mutate(study.trials[-1].arch), 1.0
    return [p.choices[0] for p in study.parameters]
serve(ask)
`
	if err := os.WriteFile(script, fmt.Appendf(nil, text, helper), 0o644); err != nil {
		t.Fatal(err)
	}
	command := fmt.Sprintf("command='%s' '%s'", python, script)
	var out, errs bytes.Buffer
	args := []string{"--strategy", "exec", "--option", command, "--budget", "10", "-o", "json"}
	code := cmd.Run(t.Context(), cmd.Extensions{}, args, &out, &errs)
	if code != 0 || !strings.Contains(out.String(), `"queries": 3`) {
		t.Errorf("exit code %d: %s", code, &out)
	}
	for _, line := range []string{"before", "printed", "from a child"} {
		if !strings.Contains(errs.String(), "info  "+line) {
			t.Errorf("the log lacks %q:\n%s", line, &errs)
		}
	}
}
