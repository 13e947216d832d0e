package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// browser opens an address in a headless Chromium.
func browser(t *testing.T, address string, width, height int64) context.Context {
	t.Helper()
	path := sharedtest.Chromium(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithAllocatorOptions(chromedp.ExecPath(path), chromedp.NoSandbox))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height), chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// asked returns what a script in the page returns.
func asked(t *testing.T, ctx context.Context, script string) string {
	t.Helper()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](script))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return string(got)
}

// becomes waits until a script in the page returns what is wanted.
func becomes(t *testing.T, ctx context.Context, want any, script string) {
	t.Helper()
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	for range 600 {
		// A page that is loading itself again has no answer.
		got, err = chromedp.Run(ctx, chromedp.Evaluate[[]byte](script))
		if err == nil && plain(string(got)) == plain(string(text)) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s is %s, want %s (%v)", script, got, text, err)
}

// plain is a value of JSON in one of the ways in which it can be written.
func plain(text string) string {
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return text
	}
	return fmt.Sprintf("%#v", v)
}

// nowhere are the queues of who names none.
func nowhere() *queues { return &queues{flags: new(queue.Flags), all: map[string]*queue.Lookout{}} }

// serve serves a hub of paths, which looks at them often.
func serve(t *testing.T, paths ...string) *httptest.Server {
	t.Helper()
	return serveAt(t, nowhere(), paths...)
}

// serveAt serves a hub of paths and queues.
func serveAt(t *testing.T, q *queues, paths ...string) *httptest.Server {
	t.Helper()
	h, err := newHub(t.Context(), paths, q, "test")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	server := httptest.NewUnstartedServer((&guard{}).over(h.handler()))
	server.Start()
	go h.look(ctx, 20*time.Millisecond, func(err error) { t.Error(err) })
	t.Cleanup(func() {
		stop()
		server.CloseClientConnections()
		server.Close()
	})
	return server
}

var clean = objective.Metric{Name: "clean_acc"}

// trials are made up: some fail, one is a duplicate that used budget.
func trials(t *testing.T, n int) (all []search.Trial) {
	t.Helper()
	for i := range n {
		c, err := nasbench201.FromIndex(i * 37)
		if err != nil {
			t.Fatal(err)
		}
		trial := search.Trial{
			ID: i, Arch: c.Arch(), Fidelity: 1, Of: -1, Values: []float64{.3 + float64(i*7%10)/50},
			Start: time.Duration(i) * time.Second, End: time.Duration(i+1) * time.Second,
		}
		switch i % 5 {
		case 3:
			trial.Values, trial.Failure, trial.Cause = nil, "the loss is <not> finite", objective.OtherCause
		case 4:
			trial.Arch, trial.Of, trial.Values = all[i-2].Arch, i-2, all[i-2].Values
		}
		all = append(all, trial)
	}
	return all
}

func description() search.Description {
	return search.Description{
		Space: "nasbench201", Objective: []objective.Metric{clean}, Source: "f00d", Strategy: "random",
		Options: search.Options{"over": "texts"}, Seed: 7, Window: 1, CountDuplicates: true, MaxDuplicates: 1000,
	}
}

// journal opens a new one.
func journal(t *testing.T, path string, d search.Description) *search.Journal {
	t.Helper()
	j, err := search.OpenJournal(path, "test", d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

// shows fails unless the page has the numbers of a journal.
func shows(t *testing.T, ctx context.Context, path string, at int) {
	t.Helper()
	r, err := search.ReadJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprintf("%d queries", r.Queries)
	if r.Queries == 1 {
		said = "1 query"
	}
	becomes(t, ctx, said, fmt.Sprintf(`document.querySelector("#head-%d .said").textContent`, at))
	best, failed := "nothing", ""
	if trial, query, ok := r.Best(); ok {
		best = fmt.Sprintf("%s / %d of %d", report.Format(clean, trial.Values[0]), query, r.Queries)
	}
	if r.Failed > 0 {
		failed = fmt.Sprintf("%d failed", r.Failed)
	}
	if best != "nothing" {
		becomes(t, ctx, best, fmt.Sprintf(`[...document.querySelectorAll("#found-%d dd")].map(e => e.textContent).join(" / ")`, at))
	}
	becomes(t, ctx, failed, fmt.Sprintf(`document.querySelector("#head-%d .bad")?.textContent ?? ""`, at))
	rows := []string{}
	cards := []string{}
	for i := len(r.Trials) - 1; i >= 0; i-- {
		trial := r.Trials[i]
		value, note := "", ""
		if !trial.Failed() {
			value = report.Format(clean, trial.Values[0])
		} else {
			note = " failed: " + trial.Failure
		}
		rows = append(rows, fmt.Sprintf("%d %d %s %s", trial.ID, i+1, trial.Arch, value))
		if len(cards) < 6 {
			cards = append(cards, fmt.Sprintf("trial %d%s", trial.ID, note))
		}
	}
	becomes(t, ctx, rows, fmt.Sprintf(`[...document.querySelectorAll("#trials-%d tbody tr")].map(r =>
		[...r.cells].slice(0, 4).map(c => c.textContent).join(" "))`, at))
	becomes(t, ctx, cards, fmt.Sprintf(`[...document.querySelectorAll("#latest-%d .card")].map(c =>
		c.querySelector("h4").textContent.split(" · ")[0] + [...c.querySelectorAll("p")].map(p => p.textContent)
		.filter(p => p.startsWith("failed")).map(p => " " + p).join(""))`, at))
	becomes(t, ctx, len(cards), fmt.Sprintf(`document.querySelectorAll("#latest-%d .card svg").length`, at))
}

// What the page shows are the journal's numbers, after every line that is written, and what is not there yet is waited
// for.
func TestPageFollowsJournals(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "run.jsonl"), filepath.Join(dir, "other.jsonl")
	second := journal(t, other, description())
	for _, trial := range trials(t, 3) {
		if err := second.Append(trial); err != nil {
			t.Fatal(err)
		}
	}
	ctx := browser(t, serve(t, path, other).URL, 1180, 900)
	becomes(t, ctx, "live: this page changes by itself", `document.getElementById("link").textContent`)
	becomes(t, ctx, []string{"missing", "running"}, `[...document.querySelectorAll("#overview .state")].map(e => e.textContent)`)
	shows(t, ctx, other, 1)
	first := journal(t, path, description())
	for _, trial := range trials(t, 9) {
		if err := first.Append(trial); err != nil {
			t.Fatal(err)
		}
		shows(t, ctx, path, 0)
	}
	shows(t, ctx, other, 1)
	becomes(t, ctx, []string{"2 × the loss is <not> finite"}, `[...document.querySelectorAll("#failures-0 li")].map(e => e.textContent)`)
	becomes(t, ctx, []string{"run", "other"}, `[...document.querySelectorAll("#together .wide .label text")].map(e => e.lastChild.textContent).sort((a, b) => b.localeCompare(a))`)
	if err := errors.Join(first.Close(), second.Close()); err != nil {
		t.Fatal(err)
	}
	becomes(t, ctx, []string{"ended", "ended"}, `[...document.querySelectorAll("#overview .state")].map(e => e.textContent)`)

	// A file that is damaged is told, with what stands before; one that is taken away, too.
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(whole[:len(whole)-3:len(whole)-3], "x}\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	becomes(t, ctx, "damaged", `document.querySelector("#head-0 .state").textContent`)
	becomes(t, ctx, "8 queries", `document.querySelector("#head-0 .said").textContent`)
	becomes(t, ctx, true, `document.querySelector("#head-0 .warning").textContent.includes("line 10")`)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	becomes(t, ctx, "missing", `document.querySelector("#head-0 .state").textContent`)
}

// The page says that its connection is lost, and makes it again with whoever serves there then.
func TestPageConnectsAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	j := journal(t, path, description())
	all := trials(t, 2)
	if err := j.Append(all[0]); err != nil {
		t.Fatal(err)
	}
	server := serve(t, path)
	ctx := browser(t, server.URL, 1180, 900)
	becomes(t, ctx, "note live", `document.getElementById("link").className`)
	address := server.Listener.Addr().String()
	server.CloseClientConnections()
	server.Listener.Close()
	becomes(t, ctx, "note lost", `document.getElementById("link").className`)
	if err := j.Append(all[1]); err != nil {
		t.Fatal(err)
	}
	h, err := newHub(t.Context(), []string{path}, nowhere(), "test")
	if err != nil {
		t.Fatal(err)
	}
	again := &http.Server{Addr: address, Handler: h.handler(), ReadHeaderTimeout: time.Second}
	go again.ListenAndServe()
	t.Cleanup(func() { again.Close() })
	becomes(t, ctx, "note live", `document.getElementById("link").className`)
	shows(t, ctx, path, 0)
}

// The page fits a desk and a phone, is light and dark, and takes nothing from elsewhere.
func TestPageFitsScreens(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a-study-with-"+strings.Repeat("a-very-long-name-", 8)+".jsonl")
	j := journal(t, path, description())
	for _, trial := range trials(t, 40) {
		if err := j.Append(trial); err != nil {
			t.Fatal(err)
		}
	}
	server := serve(t, path, filepath.Join(dir, "none.jsonl"))
	for _, width := range []int64{360, 1180} {
		ctx := browser(t, server.URL, width, 800)
		becomes(t, ctx, "note live", `document.getElementById("link").className`)
		becomes(t, ctx, true, `document.documentElement.scrollWidth <= innerWidth`)
		becomes(t, ctx, width < 700, `getComputedStyle(document.querySelector("#curve-0 .wide")).display === "none"`)
		becomes(t, ctx, []string{server.URL + "/watch.js"}, `performance.getEntriesByType("resource").map(e => e.name).filter(n => !n.endsWith("/events") && !n.startsWith("data:"))`)
		for scheme, want := range map[string]string{"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 27)"} {
			prefer := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
				feature := &emulation.MediaFeature{Name: "prefers-color-scheme", Value: scheme}
				_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{feature}})
				return err
			})
			if err := chromedp.Do(ctx, prefer); err != nil {
				t.Fatal(err)
			}
			becomes(t, ctx, want, `getComputedStyle(document.body).backgroundColor`)
		}
	}
}

// Text of a journal is text on the page.
func TestPageHasNoMarkupOfJournals(t *testing.T) {
	path := filepath.Join(t.TempDir(), "<img src=x>.jsonl")
	d := description()
	d.Strategy, d.Options = "</script><script>alert(1)", search.Options{"a": "<b>"}
	d.Space = "elsewhere"
	j := journal(t, path, d)
	bad := search.Trial{ID: 0, Arch: space.Arch("<img src=y onerror=alert(1)>"), Fidelity: 1, Of: -1, Failure: "<script>x</script>\x1b[31m", Cause: objective.OtherCause}
	if err := j.Append(bad); err != nil {
		t.Fatal(err)
	}
	ctx := browser(t, serve(t, path).URL, 1180, 900)
	becomes(t, ctx, "note live", `document.getElementById("link").className`)
	becomes(t, ctx, []int{0, 1}, `[document.images.length, document.scripts.length]`)
	becomes(t, ctx, true, `document.body.textContent.includes("<script>x</script>")`)
}
