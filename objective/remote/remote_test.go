package remote_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/remotetest"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/strategies"
)

// study runs a study into a journal, and returns it without times.
func study(t *testing.T, e objective.Evaluator, path string, budget int) string {
	t.Helper()
	c := search.Config{
		Space: remotetest.Space(), Evaluator: e, Registry: strategies.All(), Strategy: "evolution", Seed: 3,
		Budget: budget, Window: 8,
	}
	text, err := searchtest.Journaled(t.Context(), c, path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestARemoteStudyIsTheLocalOne(t *testing.T) {
	at := remotetest.NewMemory(time.Second)
	metrics := []string{"pgd_acc@6/255", "params"}
	local, err := (&remotetest.Synthetic{Kernel: "go"}).Measure(t.Context(), remote.Question{Objective: metrics})
	if err != nil {
		t.Fatal(err)
	}
	var counted counter
	serve(t, &remote.Worker{Transport: at, Name: "a", Slots: 2},
		&remotetest.Synthetic{Kernel: "go", Asked: counted.count})
	client := &remote.Client{Transport: at}
	offers, err := client.Offers(t.Context())
	for err == nil && len(offers) == 0 {
		time.Sleep(time.Millisecond)
		offers, err = client.Offers(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	e := ask(t, client, offers[0], metrics...)
	dir := t.TempDir()
	want := study(t, local, filepath.Join(dir, "local"), 40)
	if diff := cmp.Diff(want, study(t, e, filepath.Join(dir, "remote"), 40)); diff != "" {
		t.Error(diff)
	}
	for q, n := range counted.asked {
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
	at := remotetest.NewMemory(time.Second)
	client := &remote.Client{Transport: at}
	s := &remotetest.Synthetic{Kernel: "go"}
	queue := s.Offer().Queue()
	for _, key := range []string{"a", "b", "c"} {
		if err := at.File(t.Context(), queue, key, nil); err != nil {
			t.Fatal(err)
		}
	}
	status, err := client.Status(t.Context(), queue)
	if err != nil || status.Waiting != 3 || len(status.Workers) != 0 {
		t.Fatalf("%+v, %v", status, err)
	}
	if n, err := at.Purge(t.Context(), queue); n != 3 || err != nil {
		t.Errorf("%d taken off, %v", n, err)
	}
	serve(t, &remote.Worker{Transport: at, Name: "a.host", Slots: 2}, s)
	for len(status.Workers) == 0 && err == nil {
		status, err = client.Status(t.Context(), queue)
	}
	if slots, busy := status.Slots(); err != nil || slots != 2 || busy != 0 || status.Workers[0].Name != "a.host" {
		t.Errorf("%+v: %d of %d slots busy, %v", status.Workers, busy, slots, err)
	}
}

func TestWhatAnOfferLacksIsRefused(t *testing.T) {
	at := remotetest.NewMemory(time.Second)
	s := &remotetest.Synthetic{Kernel: "go"}
	serve(t, &remote.Worker{Transport: at, Name: "a"}, s)
	_, err := (&remote.Client{Transport: at}).Terms(t.Context(), s.Offer(), remote.Question{Objective: []string{"fog_acc"}})
	if _, ok := errors.AsType[*remote.RefusedError](err); !ok || err.Error() != "metric fog_acc: want pgd_acc or params" {
		t.Error(err)
	}
}

func TestFreshClientsHaveEverythingDoneAnew(t *testing.T) {
	at := remotetest.NewMemory(time.Second)
	var counted counter
	s := &remotetest.Synthetic{Kernel: "go", Asked: counted.count}
	serve(t, &remote.Worker{Transport: at, Name: "a"}, s)
	q := objective.Request{Arch: remotetest.Space().Class(7), Fidelity: 1, Seed: 1}
	for i, fresh := range []bool{false, false, true, true, false} {
		e := ask(t, &remote.Client{Transport: at, Fresh: fresh}, s.Offer(), "params")
		for range 2 {
			_, _ = e.Evaluate(t.Context(), q) // what comes of it is another test's
		}
		if want := []int{1, 1, 2, 3, 3}[i]; counted.of(q) != want {
			t.Errorf("client %d: measured %d times, want %d", i, counted.of(q), want)
		}
	}
}

// Costs are those of the workers' evaluator at every class and fidelity, and at others those of the nearest.
func TestCostsAreThoseOfTheWorkers(t *testing.T) {
	at := remotetest.NewMemory(time.Second)
	s := &remotetest.Synthetic{Kernel: "go"}
	serve(t, &remote.Worker{Transport: at, Name: "a"}, s)
	local, err := s.Measure(t.Context(), remote.Question{Objective: []string{"pgd_acc"}})
	if err != nil {
		t.Fatal(err)
	}
	e := ask(t, &remote.Client{Transport: at}, s.Offer(), "pgd_acc")
	in := remotetest.Space()
	for class := range in.Classes() {
		for asked, meant := range map[float64]float64{.25: .25, .5: .5, .75: .75, 1: 1, .01: .25, .375: .5, .37: .25, .9: 1} {
			want := local.Cost(objective.Request{Arch: in.Class(class), Fidelity: meant})
			if got := e.Cost(objective.Request{Arch: in.Class(class), Fidelity: asked}); got != want {
				t.Fatalf("class %d at %v: %v, want %v", class, asked, got, want)
			}
		}
	}
	for _, member := range in.Members(17) {
		q := objective.Request{Arch: member, Fidelity: 1}
		if want := local.Cost(objective.Request{Arch: in.Class(17), Fidelity: 1}); e.Cost(q) != want {
			t.Errorf("%s: %v, want %v", member, e.Cost(q), want)
		}
	}
}
