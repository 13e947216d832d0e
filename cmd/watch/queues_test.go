package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/nassearch/nassearch/objective/remote/remotetest"
	"github.com/nassearch/nassearch/objective/remote/server"
	"github.com/nassearch/nassearch/objective/remote/users"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/strategies"
	"github.com/spf13/pflag"
)

// served serves a queue until the test ends, or until the function is called.
func served(t *testing.T, o server.Options) (s *server.Server, end func()) {
	t.Helper()
	s, err := server.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	end = sync.OnceFunc(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(end)
	return s, end
}

// connected connects to a queue until the test ends.
func connected(t *testing.T, o jetstream.Options) *remote.Client {
	t.Helper()
	to, err := jetstream.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = to.Close() })
	return &remote.Client{Transport: to}
}

// works has a worker measure until the function is called.
func works(t *testing.T, c *remote.Client, s *remotetest.Synthetic) (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() {
		w := &remote.Worker{Transport: c.Transport, Name: "gpu.lab", Slots: 2}
		ended <- remote.Serve(ctx, w, s.Offer(), s.Measure)
	}()
	end = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(end)
	return end
}

// at are the queues of flags.
func at(t *testing.T, args ...string) *queues {
	t.Helper()
	var flags queue.Flags
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.Register(f)
	if err := f.Parse(args); err != nil {
		t.Fatal(err)
	}
	q, err := newQueues(&flags, f.Changed("queue"), f.Changed)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// toldOfQueue is what a page tells of the queue of the first study.
const toldOfQueue = `[...document.querySelectorAll("#queue-0 dd")].map(e => e.textContent)`

// tells fails unless the page has the numbers of a queue.
func tells(t *testing.T, ctx context.Context, c *remote.Client, address string, o remote.Offer) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		s, err := c.Status(t.Context(), o.Queue())
		if err != nil {
			t.Fatal(err)
		}
		slots, busy := s.Slots()
		var done, lost int
		for _, w := range s.Workers {
			done, lost = done+w.Done, lost+w.Lost
		}
		workers := fmt.Sprintf("%d workers, %d of %d busy, %d jobs done", len(s.Workers), busy, slots, done)
		workers = strings.Replace(strings.Replace(workers, "1 workers", "1 worker", 1), " 1 jobs", " 1 job", 1)
		if lost > 0 {
			workers += fmt.Sprintf(", 0 handed back, %d given up", lost)
		}
		jobs := fmt.Sprintf("%d jobs waiting, %d being done, %d answers", s.Waiting, s.Working, s.Answers)
		text, err := json.Marshal([]string{address, o.Queue() + " · synthetic · made of what is asked", jobs, workers})
		if err != nil {
			t.Fatal(err)
		}
		if got := asked(t, ctx, toldOfQueue); plain(got) == plain(string(text)) {
			return
		} else if time.Now().After(deadline) {
			t.Fatalf("the page tells %s, want %s", got, text)
		}
	}
}

// The queue and its workers are told while a study is measured by them; a server that goes away is told, the study is
// shown all the same, and when the server is there again, so is the queue. Nobody is named who comes there.
func TestPageFollowsQueues(t *testing.T) {
	sharedtest.Chromium(t) // before anything is served
	ann, err := users.WithPassword(users.Client, "ann", "a secret word")
	if err != nil {
		t.Fatal(err)
	}
	gpu, err := users.WithPassword(users.Worker, "gpu", "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	options := server.Options{Listen: "127.0.0.1:0", Store: t.TempDir(), Users: []users.User{ann, gpu}}
	s, end := served(t, options)
	address := s.URL()
	client := connected(t, jetstream.Options{URL: address, User: "ann", Password: "a secret word"})
	worker := connected(t, jetstream.Options{URL: address, User: "gpu", Password: "correct horse"})
	measures := &remotetest.Synthetic{Kernel: "go", Delay: 20 * time.Millisecond}
	offer := measures.Offer()
	if err := remote.Publish(t.Context(), worker.Transport, offer); err != nil {
		t.Fatal(err)
	}
	for i := range 3 { // which are no jobs, as a worker will find
		if err := client.Transport.File(t.Context(), offer.Queue(), fmt.Sprint(i), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "run.jsonl")
	queue.Keep(path, queue.Place{Address: "nats://127.0.0.1:1", Sources: []string{offer.Queue()}}) // as the search has it
	t.Setenv(queue.PasswordVariable, "a secret word")
	named := at(t, "--queue", strings.Replace(address, "://", "://ann@", 1))
	page := serveAt(t, named, path)
	ctx := browser(t, page.URL, 1180, 900)
	tells(t, ctx, client, address, offer)
	becomes(t, ctx, true, toldOfQueue+`.includes("3 jobs waiting, 0 being done, 0 answers")`)

	finish := works(t, worker, measures)
	study(t, ctx, client, offer, path)
	tells(t, ctx, client, address, offer)
	row := `[...document.querySelectorAll("#queue-0 tbody tr")].map(r => [...r.cells].slice(0, 2).map(c => c.textContent).join(" "))`
	becomes(t, ctx, []string{"gpu.lab idle"}, row)
	becomes(t, ctx, true, `document.querySelector("#queue-0").textContent.includes("3 given up")`)

	end()
	problem := `(document.querySelector("#queue-0 .warning")?.textContent ?? "")`
	becomes(t, ctx, true, problem+`.startsWith("not seen now, and asked again: queue `+address+`: ")`)
	j, err := search.OpenJournal(path, "test", described(t, path))
	if err != nil {
		t.Fatal(err)
	}
	next := trials(t, 1)[0]
	next.ID, next.Start, next.End = 12, time.Hour, 2*time.Hour
	if err := errors.Join(j.Append(next), j.Close()); err != nil {
		t.Fatal(err)
	}
	becomes(t, ctx, "13 queries", `document.querySelector("#head-0 .said").textContent`)

	options.Listen = strings.TrimPrefix(address, "nats://")
	served(t, options)
	becomes(t, ctx, "", problem)
	tells(t, ctx, client, address, offer)
	finish()
	becomes(t, ctx, []string{"gpu.lab gone"}, row)
	for _, secret := range []string{"ann", "secret", "horse"} {
		becomes(t, ctx, false, `document.documentElement.outerHTML.includes("`+secret+`")`)
	}
}

// described is the description that a journal has.
func described(t *testing.T, path string) search.Description {
	t.Helper()
	r, err := search.ReadJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	return r.Study
}

// study runs a study of a dozen queries that workers measure; after each the page has the journal's numbers.
func study(t *testing.T, ctx context.Context, c *remote.Client, o remote.Offer, path string) {
	t.Helper()
	terms, err := c.Terms(t.Context(), o, remote.Question{Objective: []string{"pgd_acc"}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := c.Evaluator(o, terms)
	if err != nil {
		t.Fatal(err)
	}
	study, err := search.New(search.Config{
		Space: remotetest.Space(), Evaluator: e, Registry: strategies.All(), Strategy: "random", Seed: 3, Budget: 12,
		Window: 4, Observe: func(search.Trial) { agreesWithJournal(t, ctx, path) },
	})
	if err != nil {
		t.Fatal(err)
	}
	j := journal(t, path, study.Description())
	study.Keep(j)
	if _, err := study.Run(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	agreesWithJournal(t, ctx, path)
}

// agreesWithJournal waits until the page has the numbers of a journal that grows.
func agreesWithJournal(t *testing.T, ctx context.Context, path string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		r, err := search.ReadJournal(path)
		if err != nil {
			t.Fatal(err)
		}
		best := ""
		if trial, query, ok := r.Best(); ok {
			best = fmt.Sprintf("%s / %d of %d", report.Format(r.Study.Objective[0], trial.Values[0]), query, r.Queries)
		}
		want, err := json.Marshal([]any{r.Queries, best})
		if err != nil {
			t.Fatal(err)
		}
		got := asked(t, ctx, `[document.querySelectorAll("#trials-0 tbody tr").length,
			[...document.querySelectorAll("#found-0 dd")].slice(0, 2).map(e => e.textContent).filter(t => !t.startsWith("no")).join(" / ")]`)
		if plain(got) == plain(string(want)) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the page has %s, want %s", got, want)
		}
	}
}

// Without --queue the queue is the one that the search left, as whoever comes may see it; a study that was measured at
// home has none, whatever is named.
func TestQueueIsTheOneThatIsKept(t *testing.T) {
	s, _ := served(t, server.Options{Listen: "127.0.0.1:0", Store: t.TempDir()})
	worker := connected(t, jetstream.Options{URL: s.URL()})
	offer := (&remotetest.Synthetic{Kernel: "go"}).Offer()
	if err := remote.Publish(t.Context(), worker.Transport, offer); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	far, home, said := filepath.Join(dir, "far.jsonl"), filepath.Join(dir, "home.jsonl"), filepath.Join(dir, "said.jsonl")
	queue.Keep(far, queue.Place{Address: s.URL(), Sources: []string{offer.Queue()}})
	journal(t, far, description())
	journal(t, home, description())
	d := description()
	d.Objective, d.Arguments = []objective.Metric{{Name: "pgd_acc"}}, []string{"--backend=remote"}
	journal(t, said, d)
	for name, c := range map[string]struct {
		q    *queues
		want [3]string // what the parts begin with
	}{
		"none is named": {at(t), [3]string{"¦Queue¦queue¦" + s.URL() + "¦source¦" + offer.Queue(), "", ""}},
		"one is named": {at(t, "--queue", s.URL()), [3]string{
			"¦Queue¦queue¦" + s.URL() + "¦source¦" + offer.Queue(), "", "¦Queue¦queue¦" + s.URL() + "¦source¦" + offer.Queue(),
		}},
		"one that is not there is named": {at(t, "--queue", "nats://127.0.0.1:1"), [3]string{
			"¦Queue¦not seen now, and asked again: queue nats://127.0.0.1:1: no server answers",
			"", "¦Queue¦not seen now, and asked again: ",
		}},
	} {
		h, err := newHub(t.Context(), []string{far, home, said}, c.q, "test")
		if err != nil {
			t.Fatal(err)
		}
		var got [3]string
		for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			if err := h.update(t.Context(), time.Now()); err != nil {
				t.Fatal(err)
			}
			now, _ := h.now()
			parts, fits := map[string]string{}, true
			others(now.parts, parts)
			for i, want := range c.want {
				got[i] = text(parts, fmt.Sprintf("queue-%d", i))
				fits = fits && strings.HasPrefix(got[i], want) && (want == "") == (got[i] == "")
			}
			if fits {
				got = c.want
				break
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
