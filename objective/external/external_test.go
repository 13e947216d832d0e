package external_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/external"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// TestMain is the programs that measure, too: by the word that stands behind the name of the test's binary.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "measure" {
		measures(os.Args[2])
		return
	}
	if len(os.Args) > 2 && os.Args[1] == "serve" {
		serves(os.Args[2])
		return
	}
	os.Exit(m.Run())
}

// told is what a program reads of a trial.
type told struct {
	Type        string
	Protocol    int
	Arch, Class string
	Index       *int
	Edges       [][]any
	Choices     []struct{ Parameter, Choice string }
	Fidelity    float64
	Seed        uint64
	Metrics     []struct {
		Name, Base, Goal, Norm, Eps string
		Eps_value                   float64
		Severity                    int
	}
	Attempt, Worker int
	Slot, Folder    string
}

// values are what a good program measures: of the architecture, seed, fidelity and metric alone.
func (t told) values() map[string]float64 {
	all := map[string]float64{}
	for i, m := range t.Metrics {
		all[m.Name] = float64(len(t.Arch)+i)*t.Fidelity + float64(t.Seed%7)/8
	}
	return all
}

// must ends a program that cannot go on.
func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(9)
	}
}

// measures is a program for one trial.
func measures(way string) {
	var t told
	must(json.Unmarshal([]byte(os.Getenv("NASSEARCH_TRIAL")), &t))
	fmt.Println("measuring", t.Arch)
	result := func(text string) {
		path := os.Getenv("NASSEARCH_RESULT")
		must(os.WriteFile(path+".part", []byte(text), 0o644))
		must(os.Rename(path+".part", path))
	}
	good := func() {
		text, err := json.Marshal(map[string]any{"values": t.values(), "record": map[string]any{"way": way}})
		must(err)
		result(string(text))
	}
	way, rest, _ := strings.Cut(way, "=")
	switch way {
	case "good":
		good()
	case "result":
		result(rest)
	case "exit":
		code, err := strconv.Atoi(rest)
		must(err)
		good()
		fmt.Fprintln(os.Stderr, "I am lost")
		os.Exit(code)
	case "preempted": // in the first attempts, of which its folder knows
		times, err := strconv.Atoi(rest)
		must(err)
		marks, err := filepath.Glob(filepath.Join(t.Folder, "mark*"))
		must(err)
		if len(marks) != t.Attempt-1 {
			must(fmt.Errorf("%d marks in attempt %d", len(marks), t.Attempt))
		}
		must(os.WriteFile(filepath.Join(t.Folder, fmt.Sprint("mark", t.Attempt)), nil, 0o644))
		if t.Attempt <= times {
			result("{}")
			os.Exit(75)
		}
		good()
	case "report": // and is slow, until somebody has seen it
		path := os.Getenv("NASSEARCH_REPORT")
		lines := `{"progress":0.1}` + "\nno JSON\n" + `{"progress":0.5,"note":"half","values":{"clean_acc":0.25}}` + "\n"
		must(os.WriteFile(path, []byte(lines+`{"progress":0.9`), 0o644))
		time.Sleep(2 * time.Second)
		good()
	case "forever":
		fmt.Println("pid", os.Getpid())
		must(os.WriteFile(filepath.Join(t.Folder, "pid"), []byte(strconv.Itoa(os.Getpid())), 0o644))
		time.Sleep(time.Hour)
	case "children": // that outlive it, in its group and not
		for _, command := range []string{"exec sleep 1000", "exec setsid sleep 1000"} {
			child := exec.Command("/bin/sh", "-c", command)
			must(child.Start())
			path := filepath.Join(t.Folder, fmt.Sprint("child", child.Process.Pid))
			must(os.WriteFile(path, []byte(strconv.Itoa(child.Process.Pid)), 0o644))
		}
		if rest == "good" {
			good()
		}
	case "slots": // tells what it sees of its slot
		text, err := json.Marshal(map[string]any{"values": t.values(), "record": []string{
			os.Getenv("NASSEARCH_SLOT"), os.Getenv("CUDA_VISIBLE_DEVICES"), t.Slot, strconv.Itoa(t.Worker),
		}})
		must(err)
		path := filepath.Join(filepath.Dir(t.Folder), "busy-"+strconv.Itoa(t.Worker))
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o644) // two in one slot would meet
		must(err)
		time.Sleep(10 * time.Millisecond)
		must(f.Close())
		must(os.Remove(path))
		result(string(text))
	}
}

// serves is a program that stays.
func serves(way string) {
	in := bufio.NewReader(os.Stdin)
	say := func(text string) { fmt.Println(text) }
	way, rest, _ := strings.Cut(way, "=")
	if way == "greets" {
		say(rest)
		_, _ = io.Copy(io.Discard, in)
		return
	}
	for n := 0; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var t told
		must(json.Unmarshal(line, &t))
		if n == 0 {
			say(`{"type":"ready","protocol":1}`)
			continue
		}
		fmt.Fprintln(os.Stderr, "measuring", t.Arch)
		text, err := json.Marshal(map[string]any{"type": "result", "values": t.values(), "record": n})
		must(err)
		switch way {
		case "good":
			say(`{"type":"report","progress":0.5,"note":"half","values":{"clean_acc":0.1}}`)
			say(string(text))
		case "adds":
			say(string(text))
			time.Sleep(10 * time.Millisecond)
			fmt.Fprintln(os.Stderr, "that was", t.Arch)
		case "says":
			say(rest)
		case "dies": // with every second trial
			if n%2 == 0 {
				fmt.Fprintln(os.Stderr, "I am lost")
				os.Exit(3)
			}
			say(string(text))
		case "preempted":
			if t.Attempt < 3 {
				say(`{"type":"preempted"}`)
				continue
			}
			say(string(text))
		case "forever":
			must(os.WriteFile(filepath.Join(t.Folder, "pid"), []byte(strconv.Itoa(os.Getpid())), 0o644))
			time.Sleep(time.Hour)
		}
	}
}

var (
	clean = objective.Metric{Name: "clean_acc"}
	pgd   = objective.Metric{Name: "pgd_acc", Setting: objective.At(8)}
	own   = objective.Metric{Name: "latency", Goal: objective.Minimize}
	size  = objective.Metric{Name: "params", Goal: objective.Minimize}
)

func cells(t testing.TB) nasbench201.Space {
	t.Helper()
	s, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// config asks the program of a way, such as "measure good".
func config(t testing.TB, way string) external.Config {
	t.Helper()
	return external.Config{
		Space: cells(t), Command: fmt.Sprintf("'%s' %s", os.Args[0], way), Stays: strings.HasPrefix(way, "serve"),
		Metrics: []objective.Metric{clean, pgd}, Objective: []objective.Metric{pgd}, Cost: time.Hour,
		Grace: 200 * time.Millisecond, Attempts: 3, Pause: time.Millisecond, Slots: external.NewSlots(),
	}
}

func evaluator(t testing.TB, c external.Config) *external.Evaluator {
	t.Helper()
	e, err := external.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// request asks for the cell of an index.
func request(index int) objective.Request {
	c, err := nasbench201.FromIndex(index)
	if err != nil {
		panic(err)
	}
	return objective.Request{Arch: c.Canonical().Arch(), Fidelity: 1, Seed: 1}
}

func draw(s space.Space, seed uint64) objective.Request {
	a := space.Canonical(s, s.Sample(rand.New(rand.NewPCG(seed, 0))))
	return objective.Request{Arch: a, Fidelity: 1, Seed: seed}
}
