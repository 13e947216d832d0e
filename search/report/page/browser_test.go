package page_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/nassearch/nassearch/internal/sharedtest"
)

// browser opens a page in a headless Chromium, and collects what it complains about.
type browser struct {
	t   *testing.T
	ctx context.Context

	mutex      sync.Mutex
	complaints []string
	ended      chan struct{}
}

// lastWords is a message by which the end of the console is known.
const lastWords = "that was all"

// open opens a page in a window, after what is to be done before.
func open(t *testing.T, html string, width, height int64, before ...chromedp.Action[chromedp.Void]) *browser {
	t.Helper()
	path := sharedtest.Chromium(t)
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(html), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithAllocatorOptions(chromedp.ExecPath(path), chromedp.NoSandbox))
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx, ended: make(chan struct{})}
	messages := chromedp.Console(ctx)
	go b.listen(messages)
	steps := append([]chromedp.Action[chromedp.Void]{chromedp.EmulateViewport(width, height)}, before...)
	if err := chromedp.Do(ctx, append(steps, chromedp.Navigate("file://"+file))...); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *browser) listen(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	defer close(b.ended)
	for m, err := range messages {
		switch {
		case err != nil || m.Text == lastWords:
			return
		case m.IsException() || m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleWarning:
			b.mutex.Lock()
			b.complaints = append(b.complaints, m.String())
			b.mutex.Unlock()
		}
	}
}

// is fails unless the script's value is the wanted one.
func (b *browser) is(want any, script string) {
	b.t.Helper()
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]byte](script))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	text, err := json.Marshal(want)
	if err != nil {
		b.t.Fatal(err)
	}
	if string(got) != string(text) {
		b.t.Errorf("%s is %s, want %s", script, got, text)
	}
}

func (b *browser) run(script string) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Evaluate[chromedp.Void](script)); err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
}

// hover moves the pointer into an element, to a share of its width and height.
func (b *browser) hover(selector string, x, y float64) {
	b.t.Helper()
	type box struct{ X, Y, Width, Height float64 }
	at, err := chromedp.Run(b.ctx, chromedp.Evaluate[box](fmt.Sprintf(
		`(() => { const e = document.querySelector(%q); e.scrollIntoView({block: "center"}); return e.getBoundingClientRect().toJSON() })()`, selector)))
	if err != nil {
		b.t.Fatalf("%s: %v", selector, err)
	}
	if err := chromedp.Do(b.ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at.X+x*at.Width, at.Y+y*at.Height)); err != nil {
		b.t.Fatal(err)
	}
}

// close fails if the console had a complaint.
func (b *browser) close() {
	b.t.Helper()
	b.run(fmt.Sprintf("console.log(%q)", lastWords))
	<-b.ended
	if len(b.complaints) > 0 {
		b.t.Errorf("the console says:\n%s", strings.Join(b.complaints, "\n"))
	}
}

func TestComparisonWorksInABrowser(t *testing.T) {
	p := plan()
	b := open(t, written(t, analysed(t, p, runs(t, p)), cells(t), tasks()), 1180, 900)
	const first = "#problem-1 .view.value.mean .wide svg"

	b.is(true, `[...document.querySelectorAll("`+first+` .line")].length === 3`)
	b.is(true, `document.querySelector("`+first+`").getBoundingClientRect().width > 900`)
	b.is(0, `[...document.images].length + document.querySelectorAll("link[rel=stylesheet], script[src]").length`)
	b.is(true, `document.documentElement.scrollWidth <= innerWidth`)
	b.is([]string{}, outside)

	b.hover(first, .5, .5)
	b.is(false, `document.getElementById("tip").hidden`)
	b.is([]string{"small", "evolution", "random"}, `[...document.querySelectorAll("#tip tr td:first-child")].map(e => e.textContent)`)
	b.is(true, `/^queries 1[0-9][0-9]$/.test(document.querySelector("#tip b").textContent)`)
	b.is(true, `+document.querySelector("#tip td:nth-child(2)").textContent > .8`)

	b.run(`document.querySelector("` + first + `").dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowLeft"}))`)
	b.is(true, `/^queries 1[0-9][0-9]$/.test(document.querySelector("#tip b").textContent)`)

	b.run(`document.querySelector(".chip[data-key='2']").click()`)
	b.is("none", `getComputedStyle(document.querySelector("`+first+` .line.k2")).display`)
	b.is("false", `document.querySelector(".chip[data-key='2']").getAttribute("aria-pressed")`)
	b.hover(first, .6, .5)
	b.is([]string{"evolution", "random"}, `[...document.querySelectorAll("#tip tr td:first-child")].map(e => e.textContent)`)
	b.run(`document.querySelector(".chip[data-key='2']").click()`)
	b.is("inline", `getComputedStyle(document.querySelector("`+first+` .line.k2")).display`)

	b.is("none", `getComputedStyle(document.querySelector("#problem-1 .view.regret.mean")).display`)
	b.run(`document.querySelector("#problem-1 [data-to=regret]").click()`)
	b.is([]string{"block", "none"}, `[".regret.mean", ".value.mean"].map(v => getComputedStyle(document.querySelector("#problem-1 .view" + v)).display)`)
	b.hover("#problem-1 .view.regret.mean .wide svg", .5, .5)
	b.is(true, `+document.querySelector("#tip tr:last-child td:nth-child(2)").textContent < .1`)

	b.hover("#problem-1 .reach svg", .7, .5)
	b.is(true, `/^[0-9]+ %$/.test(document.querySelector("#tip td:nth-child(2)").textContent)`)
	b.close()
}

func TestComparisonFitsAPhone(t *testing.T) {
	p := plan()
	b := open(t, written(t, analysed(t, p, runs(t, p)), cells(t), tasks()), 400, 800)
	b.is(true, `document.documentElement.scrollWidth <= innerWidth`)
	b.is([]string{}, outside)
	b.is([]string{}, `[...document.querySelectorAll("tbody th")].filter(`+broken+`).map(e => e.textContent)`)
	b.is([]string{"none", "block"}, `[".wide", ".narrow"].map(v => getComputedStyle(document.querySelector("#problem-1 .value.mean " + v)).display)`)
	b.hover("#problem-1 .view.value.mean .narrow svg", .5, .5)
	b.is(true, `document.getElementById("tip").getBoundingClientRect().right <= innerWidth`)
	b.close()
}

// outside lists texts that stand out of their charts, where they are cut off.
const outside = `[...document.querySelectorAll("svg.chart text")].filter(e => {
	const t = e.getBoundingClientRect(), c = e.closest("svg").getBoundingClientRect();
	return t.left < c.left - .5 || t.right > c.right + .5 }).map(e => e.textContent)`

// broken tells whether a word of an element goes on in another line.
const broken = `e => { const t = e.lastChild; return [...t.data.matchAll(/\S+/g)].some(w => {
	const r = document.createRange(); r.setStart(t, w.index); r.setEnd(t, w.index + w[0].length); return r.getClientRects().length > 1 }) }`

// visible lists the curves that can be seen.
const visible = `[...document.querySelectorAll("#problem-1 .curves .view")].filter(v => getComputedStyle(v).display !== "none").map(v => v.className.split(" ").slice(1, 3).join(" "))`

func TestComparisonCanBeReadWithoutAScript(t *testing.T) {
	p := plan()
	none := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
	b := open(t, written(t, analysed(t, p, runs(t, p)), cells(t), tasks()), 1180, 900, none)
	b.is([]string{"value mean", "regret mean"}, visible)
	b.is("none", `getComputedStyle(document.querySelector(".controls")).display`)
}

func TestComparisonPrintsBothAxes(t *testing.T) {
	p := plan()
	print := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	})
	b := open(t, written(t, analysed(t, p, runs(t, p)), cells(t), tasks()), 800, 900, print)
	b.run(`document.querySelector("#problem-1 [data-to=median]").click()`)
	b.is([]string{"value mean", "regret mean"}, visible)
	b.is([]string{"none", "none"}, `[".controls", "#tip"].map(e => getComputedStyle(document.querySelector(e)).display)`)
	b.close()
}

func TestComparisonIsDarkWhereThatIsWanted(t *testing.T) {
	p := plan()
	for scheme, want := range map[string]string{"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 27)"} {
		prefer := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			feature := &emulation.MediaFeature{Name: "prefers-color-scheme", Value: scheme}
			_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{feature}})
			return err
		})
		b := open(t, written(t, analysed(t, p, runs(t, p)), cells(t), tasks()), 1180, 900, prefer)
		b.is(want, `getComputedStyle(document.body).backgroundColor`)
	}
}
