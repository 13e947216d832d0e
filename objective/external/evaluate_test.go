package external_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/external"
	"github.com/nassearch/nassearch/objective/objectivetest"
	"pgregory.net/rapid"
)

func TestProgramsKeepTheRulesOfEvaluators(t *testing.T) {
	for _, way := range []string{"measure good", "serve good"} {
		t.Run(way, func(t *testing.T) {
			c := config(t, way)
			c.Objective = []objective.Metric{size, pgd}
			c.Fidelities = []float64{.25, 1}
			q := []objective.Request{request(4711), request(0), request(15624)}
			objectivetest.Run(t, c.Space, evaluator(t, c), q[0].Arch, q[1].Arch, q[2].Arch)
		})
	}
}

// Whichever way a program is asked, it is told the same, and what it says comes back.
func TestValuesAreTheProgramsAndTheSpaces(t *testing.T) {
	ways := []*external.Evaluator{}
	c := config(t, "measure good")
	c.Metrics = []objective.Metric{clean, pgd, own}
	c.Objective = []objective.Metric{own, size, pgd}
	c.Fidelities = []float64{.25, 1}
	sp := cells(t)
	for _, way := range []string{"measure good", "serve good"} {
		c.Command, c.Stays = fmt.Sprintf("'%s' %s", os.Args[0], way), way[0] == 's'
		ways = append(ways, evaluator(t, c))
	}
	rapid.Check(t, func(t *rapid.T) {
		q := draw(sp, rapid.Uint64Range(0, 1<<63).Draw(t, "seed"))
		q.Fidelity = rapid.SampledFrom(c.Fidelities).Draw(t, "fidelity")
		length := float64(len(q.Arch))
		value := func(i float64) float64 { return (length+i)*q.Fidelity + float64(q.Seed%7)/8 }
		want := []float64{value(2), float64(sp.Params(q.Arch)), value(1)}
		tenth := rapid.IntRange(0, 9).Draw(t, "tenth") == 0 // processes take their time
		for _, e := range ways[map[bool]int{true: 0, false: 1}[tenth]:] {
			o, err := e.Evaluate(context.Background(), q)
			if err != nil || !slices.Equal(o.Values, want) {
				t.Fatalf("%s: %v, %v, want %v", e.Program(), o.Values, err, want)
			}
			var rec external.Record
			if err := json.Unmarshal(o.Record, &rec); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]float64{"clean_acc": value(0)}, rec.Also); diff != "" || rec.Attempts != 0 {
				t.Fatalf("record %s: %s", o.Record, diff)
			}
		}
	})
}

// What a program is told lets it repeat the measurement.
func TestTrialTellsAll(t *testing.T) {
	c := config(t, "measure good")
	c.Metrics = append(c.Metrics, objective.Metric{Name: "fog_acc", Setting: objective.AtSeverity(3)})
	l2, err := objective.ParseMetric("apgd_acc@l2:0.5")
	if err != nil {
		t.Fatal(err)
	}
	c.Metrics = append(c.Metrics, l2)
	c.Folder, c.Slots = filepath.Join(t.TempDir(), "a", "trials"), external.NewSlots("cuda:1+2")
	q := request(4711)
	q.Seed = 1<<64 - 1
	if _, err := evaluator(t, c).Evaluate(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(c.Folder, "07706-s18446744073709551615")
	text, err := os.ReadFile(filepath.Join(folder, "trial.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf(`{"protocol":1,"arch":"%[1]s","class":"%[1]s","index":7706,"edges":[["nor_conv_1x1",0,1],`+
		`["nor_conv_1x1",0,2],["skip_connect",1,2],["nor_conv_3x3",0,3],["skip_connect",1,3],["skip_connect",2,3]],`+
		`"fidelity":1,"seed":18446744073709551615,"metrics":[{"name":"clean_acc","base":"clean_acc","goal":"max"},`+
		`{"name":"pgd_acc@8/255","base":"pgd_acc","goal":"max","norm":"Linf","eps":"8/255","eps_value":0.03137254901960784,`+
		`"setting":"8/255"},{"name":"fog_acc@severity3","base":"fog_acc","goal":"max","severity":3,"setting":"severity3"},`+
		`{"name":"apgd_acc@l2:0.5","base":"apgd_acc","goal":"max","norm":"L2","eps":"0.5","eps_value":0.5,`+
		`"setting":"l2:0.5"}],"attempt":1,"worker":0,"slot":"cuda:1+2","folder":"%[2]s"}`, q.Arch, folder)
	if diff := cmp.Diff(want, strings.TrimSpace(string(text))); diff != "" {
		t.Error(diff)
	}
	log, err := os.ReadFile(filepath.Join(folder, "log.txt"))
	if err != nil || string(log) != "measuring "+string(q.Arch)+"\n" {
		t.Errorf("its log is %q, %v", log, err)
	}
}

func TestBadResultsAreOneClearErrorEach(t *testing.T) {
	both := func(rest string) string { return `{"values":{"clean_acc":0.5,` + rest + `}}` }
	for result, want := range map[string]struct {
		text  string
		cause objective.Cause
	}{
		"no JSON":                               {`its result "no JSON" is no JSON of a result`, objective.OtherCause},
		"":                                      {`its result "" is no JSON of a result`, objective.OtherCause},
		"[1,2]":                                 {`is no JSON of a result`, objective.OtherCause},
		`{"value":{}}`:                          {`unknown object member name at /value`, objective.OtherCause},
		`{}`:                                    {`no value of clean_acc: want one of each of clean_acc, pgd_acc@8/255`, objective.OtherCause},
		both(`"pgd_acc":1`):                     {`its result has no value of pgd_acc@8/255`, objective.OtherCause},
		both(`"pgd_acc@8/255":1,"x":1`):         {`a value of "x", which nobody asked for`, objective.OtherCause},
		both(`"pgd_acc@8/255":"good"`):          {`its result: pgd_acc@8/255: "\"good\"" is no number`, objective.OtherCause},
		both(`"pgd_acc@8/255":true`):            {`is no number`, objective.OtherCause},
		both(`"pgd_acc@8/255":NaN`):             {`its result: pgd_acc@8/255: NaN is no finite number`, objective.NotFinite},
		both(`"pgd_acc@8/255":-Infinity`):       {`-Infinity is no finite number`, objective.NotFinite},
		both(`"pgd_acc@8/255":null`):            {`null is no finite number`, objective.NotFinite},
		both(`"pgd_acc@8/255":1e999`):           {`1e999 is no finite number`, objective.NotFinite},
		both(`"clean_acc":1`):                   {`duplicate object member name "clean_acc"`, objective.OtherCause},
		`{"failed":"no room","cause":"memory"}`: {`no room`, objective.OutOfMemory},
		`{"failed":"it is late","cause":"timeout"}`: {`it is late`, objective.OutOfTime},
		`{"cause":"no gradient"}`:                   {`no gradient to attack by`, objective.NoGradient},
		`{"failed":"whatever"}`:                     {`whatever`, objective.OtherCause},
		`{"failed":"x","cause":"missing"}`:          {`names the cause "missing"`, objective.OtherCause},
	} {
		line := fmt.Sprintf("{\"type\":\"result\",%s", strings.TrimPrefix(result, "{"))
		if result == `{}` {
			line = `{"type":"result"}`
		}
		ways := map[string]string{"measure": "measure", "serve": "serve"}
		if !strings.HasPrefix(result, "{") {
			delete(ways, "serve") // it is another error: see TestServantsThatBreakTheProtocol
		}
		for way := range ways {
			c := config(t, "measure 'result="+result+"'")
			if way == "serve" {
				c = config(t, "serve 'says="+line+"'")
			}
			_, err := evaluator(t, c).Evaluate(t.Context(), request(4711))
			if err == nil || !strings.Contains(err.Error(), want.text) && way == "measure" || objective.CauseOf(err) != want.cause {
				t.Errorf("%s %s: %v (%s), want %s (%s)", way, result, err, objective.CauseOf(err), want.text, want.cause)
			}
		}
	}
}

// A result that is no file, or is too large, is told; nobody waits for it.
func TestResultsThatAreNoFilesAreRefused(t *testing.T) {
	for command, want := range map[string]string{
		`mkfifo "$NASSEARCH_RESULT"`:                           "is a pipe: name a file",
		`mkdir "$NASSEARCH_RESULT"`:                            "is a folder: name a file",
		`head -c 5000000 /dev/zero >"$NASSEARCH_RESULT"`:       "it is of more than 4 MB",
		`ln -s /dev/zero "$NASSEARCH_RESULT"`:                  "is a device: name a file",
		`printf '{"values":' >"$NASSEARCH_RESULT"`:             "is no JSON of a result",
		`printf '{"failed":"%05000d"}' 1 >"$NASSEARCH_RESULT"`: "0...",
		`printf 'a\nb\n\nc\nd \377\n'; exec false`:             `after it had said "b / c / d �"`,
		`head -c 100000 /dev/zero | tr '\0' x; exit 3`:         `after it had said "...xxxx`,
		`kill -KILL $$`: "it was ended (signal: killed), perhaps for want of memory",
		`mkfifo "$NASSEARCH_REPORT"; sleep 1; kill -s TERM $$; wait`: "it was ended (signal: terminated)",
	} {
		c := config(t, "")
		c.Command = "sh -c '" + strings.ReplaceAll(command, "'", `'"'"'`) + "'"
		e := evaluator(t, c)
		shown := make(chan string)
		go func() {
			time.Sleep(20 * time.Millisecond)
			shown <- e.Status()
		}()
		_, err := e.Evaluate(t.Context(), request(4711))
		<-shown
		if err == nil || !strings.Contains(err.Error(), want) || len(err.Error()) > 2000 {
			t.Errorf("%s: %v, want an error with %q", command, err, want)
		}
	}
}

func TestExitCodesSayWhatCameOfATrial(t *testing.T) {
	for way, want := range map[string]string{
		"exit=1": `it ended (exit status 1) after it had said "measuring |`, "exit=3": `I am lost"`,
		"exit=75": "it was preempted 3 times", "nothing": "wrote no result to NASSEARCH_RESULT",
	} {
		_, err := evaluator(t, config(t, "measure "+way)).Evaluate(t.Context(), request(4711))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", way, err, want)
		}
	}
}

func TestPreemptedTrialsAreAskedAgainInTheirFolder(t *testing.T) {
	for _, way := range []string{"measure preempted=2", "serve preempted"} {
		o, err := evaluator(t, config(t, way)).Evaluate(t.Context(), request(4711))
		if err != nil || !strings.Contains(string(o.Record), `"attempts":3`) {
			t.Errorf("%s: %s, %v", way, o.Record, err)
		}
	}
}

func TestTrialsOfOneArchitectureHaveFoldersOfTheirOwn(t *testing.T) {
	c := config(t, "measure good")
	c.Folder = t.TempDir()
	c.Fidelities = []float64{1. / 8, 1}
	e := evaluator(t, c)
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if _, err := e.Evaluate(t.Context(), request(4711)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	short := request(4711)
	short.Fidelity = .125
	if _, err := e.Evaluate(t.Context(), short); err != nil {
		t.Fatal(err)
	}
	var names []string
	entries, err := os.ReadDir(c.Folder)
	for _, d := range entries {
		names = append(names, d.Name())
	}
	want := []string{"07706-f1_8-s1", "07706-s1", "07706-s1.2", "07706-s1.3", "07706-s1.4", "07706-s1.5"}
	if !slices.Equal(names, want) || err != nil {
		t.Errorf("folders %v, %v, want %v", names, err, want)
	}
}

func TestTemporaryFoldersAreRemoved(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for _, way := range []string{"measure good", "measure exit=1", "serve good", "serve says={}"} {
		_, _ = evaluator(t, config(t, way)).Evaluate(t.Context(), request(4711)) // whatever comes of it
	}
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
		t.Errorf("left are %v, %v", left, err)
	}
}

// One trial a slot, and each sees its own.
func TestSlotsHoldOneTrialEach(t *testing.T) {
	c := config(t, "measure slots")
	c.Folder = t.TempDir()
	c.Slots = external.NewSlots("cuda:0", "cuda:1+3", "here")
	e := evaluator(t, c)
	seen := make([][]string, 12)
	var all sync.WaitGroup
	for i := range seen {
		all.Go(func() {
			o, err := e.Evaluate(t.Context(), draw(c.Space, uint64(i)))
			if err != nil {
				t.Error(err)
				return
			}
			var rec struct{ Program []string }
			if err := json.Unmarshal(o.Record, &rec); err != nil {
				t.Error(err)
			}
			seen[i] = rec.Program
		})
	}
	all.Wait()
	known := [][]string{
		{"cuda:0", "0", "cuda:0", "0"}, {"cuda:1+3", "1,3", "cuda:1+3", "1"}, {"here", os.Getenv("CUDA_VISIBLE_DEVICES"), "here", "2"},
	}
	for _, s := range seen {
		if !slices.ContainsFunc(known, func(k []string) bool { return slices.Equal(k, s) }) {
			t.Errorf("a trial saw %q", s)
		}
	}
}

func TestSlotsAreRead(t *testing.T) {
	for list, want := range map[string][]string{"": nil, "a": {"a"}, "cuda:0, cuda:0": {"cuda:0", "cuda:0"}} {
		if got, err := external.ParseSlots(list); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v", list, got, err)
		}
	}
	for _, list := range []string{",", "a,", "cuda:", "a,,b", "a\nb"} {
		if got, err := external.ParseSlots(list); err == nil {
			t.Errorf("%q is read as %q", list, got)
		}
	}
}

func TestWaitingForASlotEnds(t *testing.T) {
	c := config(t, "measure forever")
	c.Slots = external.NewSlots("only")
	e := evaluator(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if _, err := e.Evaluate(ctx, request(4711)); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	cancel()
	all.Wait()
}

func TestSourceFollowsFromWhatValuesFollowFrom(t *testing.T) {
	base := config(t, "measure good")
	sources := map[string]string{evaluator(t, base).Source(): "itself"}
	for name, change := range map[string]func(*external.Config){
		"command":    func(c *external.Config) { c.Command += " more" },
		"staying":    func(c *external.Config) { c.Stays = true },
		"metrics":    func(c *external.Config) { c.Metrics = []objective.Metric{pgd, clean} },
		"files":      func(c *external.Config) { c.Depends = map[string]string{"my.py": "sha256:1"} },
		"cost":       func(c *external.Config) { c.Cost = time.Minute },
		"fidelities": func(c *external.Config) { c.Fidelities = []float64{.5, 1} },
	} {
		c := base
		change(&c)
		source := evaluator(t, c).Source()
		if other, there := sources[source]; there {
			t.Errorf("%s: the source is that of %s", name, other)
		}
		sources[source] = name
	}
	for name, change := range map[string]func(*external.Config){
		"slots":   func(c *external.Config) { c.Slots = external.NewSlots("a") },
		"folder":  func(c *external.Config) { c.Folder = t.TempDir() },
		"timeout": func(c *external.Config) { c.Timeout = time.Hour },
	} {
		c := base
		change(&c)
		if source := evaluator(t, c).Source(); sources[source] != "itself" {
			t.Errorf("%s changes the source", name)
		}
	}
}

func TestWhatCannotBeAskedIsRefused(t *testing.T) {
	for want, change := range map[string]func(*external.Config){
		`cannot run "no-such-program"`: func(c *external.Config) { c.Command = "no-such-program x" },
		"it is empty":                  func(c *external.Config) { c.Command = " " },
		"means nothing":                func(c *external.Config) { c.Command = "a | b" },
		"no metric":                    func(c *external.Config) { c.Metrics = nil },
		"latency is not among":         func(c *external.Config) { c.Objective = []objective.Metric{own} },
		"want the full training":       func(c *external.Config) { c.Fidelities = []float64{.5} },
	} {
		c := config(t, "measure good")
		change(&c)
		if _, err := external.New(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	q := request(4711)
	q.Fidelity = .5
	var refused *objective.FidelityError
	if _, err := evaluator(t, config(t, "measure good")).Evaluate(t.Context(), q); !errors.As(err, &refused) {
		t.Errorf("error %v of a fidelity that there is not", err)
	}
}

// A program that has gone, and a folder that cannot be made, are no failed trials.
func TestOutagesAreNoFailedTrials(t *testing.T) {
	gone := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(gone, []byte("#!/bin/sh\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, stays := range []bool{false, true} {
		c := config(t, "measure good")
		c.Command, c.Stays = gone, stays
		e := evaluator(t, c)
		if err := os.Rename(gone, gone+".off"); err != nil {
			t.Fatal(err)
		}
		_, err := e.Evaluate(t.Context(), request(4711))
		if _, out := errors.AsType[*objective.OutageError](err); !out || !strings.Contains(err.Error(), gone+": it cannot be started") {
			t.Errorf("stays %v: %v", stays, err)
		}
		if err := os.Rename(gone+".off", gone); err != nil {
			t.Fatal(err)
		}
	}
	c := config(t, "measure good")
	c.Folder = filepath.Join(gone, "below a file")
	_, err := evaluator(t, c).Evaluate(t.Context(), request(4711))
	if _, out := errors.AsType[*objective.OutageError](err); !out {
		t.Errorf("error %v", err)
	}
}
