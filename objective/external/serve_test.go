package external_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective/external"
)

// A program that stays answers for many trials, and is started anew after it has died.
func TestServantsAreRestartedWhenTheyDie(t *testing.T) {
	e := evaluator(t, config(t, "serve dies"))
	for i := range 6 {
		o, err := e.Evaluate(t.Context(), draw(cells(t), uint64(i)))
		switch {
		case i%2 == 0 && (err != nil || !strings.Contains(string(o.Record), `"program":1`)):
			t.Errorf("trial %d: %s, %v", i, o.Record, err)
		case i%2 == 1 && (err == nil || !strings.Contains(err.Error(), `it ended (exit status 3) after it had said "I am lost"`)):
			t.Errorf("trial %d: %v", i, err)
		}
	}
}

// What a program says behind its answer is of that trial until another begins, also if it is the last one.
func TestServantsLogsHaveWhatTheySayLate(t *testing.T) {
	c := config(t, "serve adds")
	c.Folder = t.TempDir()
	e := evaluator(t, c)
	var want []string
	for i := range 2 {
		q := draw(cells(t), uint64(i))
		if _, err := e.Evaluate(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond * time.Duration(1-i)) // before the next one begins
		want = append(want, fmt.Sprintf("measuring %[1]s\nthat was %[1]s\n", q.Arch))
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	logs, err := filepath.Glob(filepath.Join(c.Folder, "*", "log.txt"))
	if err != nil || len(logs) != 2 {
		t.Fatalf("logs %q, %v", logs, err)
	}
	var got []string
	for _, path := range logs {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(text))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the logs say %q, want %q", got, want)
	}
}

func TestServantsStay(t *testing.T) {
	e := evaluator(t, config(t, "serve good"))
	for i := range 5 {
		o, err := e.Evaluate(t.Context(), draw(cells(t), uint64(i)))
		if want := `"program":` + string(rune('1'+i)); err != nil || !strings.Contains(string(o.Record), want) {
			t.Errorf("trial %d: %s, %v, want %s", i, o.Record, err, want)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Evaluate(t.Context(), request(4711)); err == nil {
		t.Error("one that is closed answers")
	}
}

func TestServantsThatBreakTheProtocolSaySo(t *testing.T) {
	for way, want := range map[string]string{
		"says=hello":                           `it writes "hello", which is no message (what is printed belongs to standard error)`,
		`says={"type":"result","x":1}`:         "which is no message",
		`says={"type":"welcome"}`:              `it answers with "welcome": want result, report or preempted`,
		`says={"type":"result"}`:               "no value of clean_acc",
		`greets={"type":"hi"}`:                 `it begins with "hi": want ready`,
		`greets={"type":"ready","protocol":2}`: "it speaks version 2 of the protocol: want 1",
		`greets=`:                              "not done after",
	} {
		c := config(t, "serve '"+way+"'")
		c.Timeout = time.Second
		if _, err := evaluator(t, c).Evaluate(t.Context(), request(4711)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %s", way, err, want)
		}
	}
}

// What is reported of trials under way is shown, of few in words and of more by their number.
func TestStatusTellsTrialsUnderWay(t *testing.T) {
	c := config(t, "measure 'report'")
	c.Slots = external.NewSlots("a", "b", "c")
	e := evaluator(t, c)
	if s := e.Status(); s != "" {
		t.Errorf("of nothing it says %q", s)
	}
	var all sync.WaitGroup
	for i := range 3 {
		all.Go(func() { _, _ = e.Evaluate(t.Context(), draw(c.Space, uint64(i))) })
	}
	seen := ""
	for range 500 {
		if seen = e.Status(); strings.Contains(seen, "half") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if !strings.Contains(seen, " 50 % half clean_acc 0.25") || !strings.HasSuffix(seen, " · 1 more trial") {
		t.Errorf("it says %q", seen)
	}
	all.Wait()
}
