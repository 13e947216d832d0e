package watch

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
)

// pointing is a script that has a pointer do something in the chart of a part, at a share of its width and of its height,
// and returns what is told there.
func pointing(part, event, kind string, x, y float64) string {
	return fmt.Sprintf(`(() => {
		const s = [...document.querySelectorAll("#%s svg[data-data]")].find(s => s.getClientRects().length);
		s.scrollIntoView({ block: "center" });
		const b = s.getBoundingClientRect(), k = b.width / s.viewBox.baseVal.width;
		const [l, t, r, u] = s.dataset.frame.split(" ").map(Number);
		const at = { clientX: b.left + (l + (r - l) * %g) * k, clientY: b.top + (t + (u - t) * %g) * k };
		s.dispatchEvent(new PointerEvent(%q, { bubbles: true, pointerType: %q, ...at }));
	`+tipped+`})()`, part, x, y, event, kind)
}

// tipped returns what is told of a chart, and where it stands beyond the screen.
const tipped = `
		const tip = document.getElementById("tip");
		return tip.hidden ? [] : [tip.querySelector("b").textContent, ...[...tip.querySelectorAll("tr")].map(r => r.cells[0].textContent + " " + r.cells[1].textContent),
			...(tip.getBoundingClientRect().right <= innerWidth ? [] : ["beyond the screen"])];
	`

// toldOfChart is what is told of a chart.
const toldOfChart = `(() => {` + tipped + `})()`

// pressed is a script that presses a key in the chart of a part.
func pressed(part, key string) string {
	return fmt.Sprintf(`(() => {
		const s = [...document.querySelectorAll("#%s svg[data-data]")].find(s => s.getClientRects().length);
		s.focus();
		s.dispatchEvent(new KeyboardEvent("keydown", { key: %q, bubbles: true }));
	`+tipped+`})()`, part, key)
}

// Charts tell their numbers under a pointer, by keys and where a finger taps, also of what was drawn anew in between.
func TestChartsTellNumbers(t *testing.T) {
	dir := t.TempDir()
	one, other, two := filepath.Join(dir, "one.jsonl"), filepath.Join(dir, "other.jsonl"), filepath.Join(dir, "two.jsonl")
	finished(t, other, 3)
	j := journal(t, one, description())
	for _, trial := range trials(t, 5) { // .3 .44 .38 - .38
		if err := j.Append(trial); err != nil {
			t.Fatal(err)
		}
	}
	d := description()
	d.Objective = append(d.Objective, objective.Metric{Name: "params", Goal: objective.Minimize})
	front := journal(t, two, d)
	for i, trial := range trials(t, 3) {
		trial.Values = append(slices.Clone(trial.Values), float64(100000*(i+1)))
		if err := front.Append(trial); err != nil {
			t.Fatal(err)
		}
	}
	server := serve(t, one, other, two)
	desk := browser(t, server.URL, 1180, 900)
	becomes(t, desk, "note live", `document.getElementById("link").className`)
	becomes(t, desk, []string{"query 2", "best so far 0.44", "this query 0.44"}, pointing("curve-0", "pointermove", "mouse", .25, .5))
	becomes(t, desk, []string{"query 3", "best so far 0.44", "this query 0.38"}, pressed("curve-0", "ArrowRight"))
	becomes(t, desk, []string{"query 4", "best so far 0.44"}, pressed("curve-0", "ArrowRight"))
	next := trials(t, 6)[5]
	next.Values = []float64{.9}
	if err := j.Append(next); err != nil {
		t.Fatal(err)
	}
	becomes(t, desk, "6 queries", `document.querySelector("#head-0 .said").textContent`)
	becomes(t, desk, []string{"query 4", "best so far 0.44"}, toldOfChart)
	becomes(t, desk, 1, `document.querySelectorAll("#curve-0 .cross").length`)
	becomes(t, desk, []string{"query 5", "best so far 0.44", "this query 0.38"}, pressed("curve-0", "ArrowRight"))
	becomes(t, desk, []string{"query 6", "best so far 0.9", "this query 0.9"}, pressed("curve-0", "ArrowRight"))
	becomes(t, desk, []string{}, pressed("curve-0", "Escape"))
	becomes(t, desk, []string{"query 6", "one 0.9", "other 0.44"}, pointing("together", "pointermove", "mouse", 1, .5))
	becomes(t, desk, []string{}, pointing("curve-0", "pointermove", "mouse", .5, -.5))
	becomes(t, desk, []string{"trial 0", "clean_acc 0.3", "params 0.100 M"}, pressed("curve-2", "ArrowRight"))
	becomes(t, desk, []string{"trial 1", "clean_acc 0.44", "params 0.200 M"}, pressed("curve-2", "ArrowRight"))

	phone := browser(t, server.URL, 380, 800)
	becomes(t, phone, "note live", `document.getElementById("link").className`)
	want := []string{"query 6", "best so far 0.9", "this query 0.9"}
	becomes(t, phone, want, pointing("curve-0", "pointerdown", "touch", 1, .5))
	becomes(t, phone, want, pointing("curve-0", "pointerout", "touch", 1, .5))
	becomes(t, phone, []string{}, `(() => { document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, pointerType: "touch" }));`+tipped+`})()`)
}

// The chart of a comparison tells the means that are in its table.
func TestChartOfAComparisonTellsNumbers(t *testing.T) {
	e, _ := experiment(t)
	dir := t.TempDir()
	store, err := compare.OpenStore(dir, "test", e.Plan())
	if err != nil {
		t.Fatal(err)
	}
	e.Keep(store)
	if _, err := e.Run(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	ctx := browser(t, serve(t, dir).URL, 1180, 900)
	becomes(t, ctx, "note live", `document.getElementById("link").className`)
	asked(t, ctx, pointing("comparison-0", "pointermove", "mouse", 1, .5))
	becomes(t, ctx, "queries 6", `document.querySelector("#tip b").textContent`)
	becomes(t, ctx, true, `(() => {
		const rows = [...document.querySelector("#comparison-0 table").tBodies[0].rows].map(r => [r.cells[0].textContent, +r.cells[2].textContent]);
		const told = Object.fromEntries([...document.querySelectorAll("#tip tr")].map(r => [r.cells[0].textContent, +r.cells[1].textContent]));
		return rows.length === 2 && rows.every(([name, mean]) => Math.abs(told[name] - mean) < 6e-5);
	})()`)
}
