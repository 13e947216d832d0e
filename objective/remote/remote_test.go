package remote_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/strategies"
)

// times are what two journals of one study may differ in.
var times = regexp.MustCompile(`"wall":[^,}]*|"sum":"[^"]*"`)

// study runs a study into a journal, and returns it without times.
func study(t *testing.T, e objective.Evaluator, path string, budget int) string {
	t.Helper()
	s, err := search.New(search.Config{
		Space: inThisSpace, Evaluator: e, Registry: strategies.All(), Strategy: "evolution", Seed: 3, Budget: budget, Window: 8,
	})
	if err != nil {
		t.Fatal(err)
	}
	j, err := search.OpenJournal(path, "test", s.Description())
	if err != nil {
		t.Fatal(err)
	}
	s.Keep(j)
	if _, err := s.Run(t.Context(), 8); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return times.ReplaceAllString(string(text), "")
}

func TestARemoteStudyIsTheLocalOne(t *testing.T) {
	at := remote.NewMemory(time.Second)
	here := &synthetic{kernel: "go"}
	question := remote.Question{Objective: []string{"pgd_acc@6/255", "params"}}
	local, err := (&synthetic{kernel: "go"}).measure(t.Context(), question)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, at, "a", here)
	client := &remote.Client{Transport: at}
	offers, err := client.Offers(t.Context())
	for err == nil && len(offers) == 0 {
		time.Sleep(time.Millisecond)
		offers, err = client.Offers(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	terms, err := client.Terms(t.Context(), offers[0], question)
	if err != nil {
		t.Fatal(err)
	}
	e, err := client.Evaluator(offers[0], terms)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	want := study(t, local, filepath.Join(dir, "local"), 40)
	if diff := cmp.Diff(want, study(t, e, filepath.Join(dir, "remote"), 40)); diff != "" {
		t.Error(diff)
	}
	for q, n := range here.asked {
		if n > 1 {
			t.Errorf("%v was measured %d times", q, n)
		}
	}
	// Each continues the other.
	want = study(t, local, filepath.Join(dir, "remote"), 60)
	if diff := cmp.Diff(want, study(t, e, filepath.Join(dir, "local"), 60)); diff != "" {
		t.Error(diff)
	}
}

func TestStatusTellsWorkersAndJobs(t *testing.T) {
	at := remote.NewMemory(time.Second)
	client := &remote.Client{Transport: at}
	s := &synthetic{kernel: "go", delay: time.Hour}
	o := s.offer(t)
	for i := range 3 {
		if err := at.File(t.Context(), o.Queue(), string(class(i)), nil); err != nil {
			t.Fatal(err)
		}
	}
	status, err := client.Status(t.Context(), o.Queue())
	if err != nil || status.Waiting != 3 || len(status.Workers) != 0 {
		t.Fatalf("%+v, %v", status, err)
	}
	if n, err := at.Purge(t.Context(), o.Queue()); n != 3 || err != nil {
		t.Errorf("%d taken off, %v", n, err)
	}
	serve(t, at, "a", s)
	for len(status.Workers) == 0 && err == nil {
		status, err = client.Status(t.Context(), o.Queue())
	}
	if slots, busy := status.Slots(); err != nil || slots != 2 || busy != 0 {
		t.Errorf("%d of %d slots busy, %v", busy, slots, err)
	}
}

func TestWhatAnOfferLacksIsRefused(t *testing.T) {
	at := remote.NewMemory(time.Second)
	s := &synthetic{kernel: "go"}
	serve(t, at, "a", s)
	_, err := (&remote.Client{Transport: at}).Terms(t.Context(), s.offer(t), remote.Question{Objective: []string{"fog_acc"}})
	if _, ok := errors.AsType[*remote.RefusedError](err); !ok || err.Error() != "metric fog_acc: want pgd_acc or params" {
		t.Error(err)
	}
}

func TestFreshClientsHaveEverythingDoneAnew(t *testing.T) {
	at := remote.NewMemory(time.Second)
	s := &synthetic{kernel: "go"}
	serve(t, at, "a", s)
	q := objective.Request{Arch: class(7), Fidelity: 1, Seed: 1}
	for i, fresh := range []bool{false, false, true, true, false} {
		c := &remote.Client{Transport: at, Fresh: fresh}
		terms, err := c.Terms(t.Context(), s.offer(t), remote.Question{Objective: []string{"params"}})
		if err != nil {
			t.Fatal(err)
		}
		e, err := c.Evaluator(s.offer(t), terms)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			_, _ = e.Evaluate(t.Context(), q) // what comes of it is another test's
		}
		if want := []int{1, 1, 2, 3, 3}[i]; s.asked[q] != want {
			t.Errorf("client %d: measured %d times, want %d", i, s.asked[q], want)
		}
	}
}
