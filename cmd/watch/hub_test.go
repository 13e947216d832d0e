package watch

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/goal"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/space/nasbench201"
	"pgregory.net/rapid"
)

// tags are what a reader does not see.
var tags = regexp.MustCompile(`\s*(<[^>]*>\s*)+`)

// text is what a reader sees of a part: words, with a mark between the elements.
func text(parts map[string]string, id string) string {
	return html.UnescapeString(tags.ReplaceAllString(parts[id], "¦"))
}

// drawn is a trial that comes next: with values, failed, or the same as one before.
func drawn(t *rapid.T, id int, metrics int, before []search.Trial) search.Trial {
	c, err := nasbench201.FromIndex(rapid.IntRange(0, nasbench201.Cells-1).Draw(t, "cell"))
	if err != nil {
		t.Fatal(err)
	}
	trial := search.Trial{ID: id, Arch: c.Arch(), Fidelity: 1, Of: -1, Start: time.Duration(id), End: time.Duration(id + 1)}
	switch rapid.SampledFrom([]string{"values", "values", "failed", "again"}).Draw(t, "what") {
	case "failed":
		trial.Failure, trial.Cause = rapid.SampledFrom([]string{"not finite", "<b>&"}).Draw(t, "why"), objective.OtherCause
		return trial
	case "again":
		if len(before) > 0 {
			first := before[rapid.IntRange(0, len(before)-1).Draw(t, "as")]
			for first.Duplicate() {
				first = before[first.Of]
			}
			trial.Arch, trial.Of, trial.Values, trial.Failure, trial.Cause = first.Arch, first.ID, first.Values, first.Failure, first.Cause
			return trial
		}
	}
	for range metrics {
		trial.Values = append(trial.Values, float64(rapid.IntRange(0, 100).Draw(t, "value"))/100)
	}
	return trial
}

// Whatever a search writes, the parts have the numbers that reading the journal has, after every line.
func TestPropertyPartsHaveTheNumbersOfTheJournal(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run.jsonl")
	rapid.Check(t, func(t *rapid.T) {
		_ = os.Remove(path)
		d := description()
		if rapid.Bool().Draw(t, "two metrics") {
			d.Objective = append(d.Objective, objective.Metric{Name: "pgd_acc", Setting: objective.At(1)})
		}
		h, err := newHub(t.Context(), []string{path}, nowhere(), "test")
		if err != nil {
			t.Fatal(err)
		}
		j, err := search.OpenJournal(path, "test", d)
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		total := rapid.IntRange(0, 12).Draw(t, "goal")
		goal.Set(path, goal.Goal{Total: total, Began: time.Now().Add(-time.Hour)})
		var all []search.Trial
		shown := map[string]string{}
		for id := range rapid.IntRange(1, 10).Draw(t, "trials") {
			trial := drawn(t, id, len(d.Objective), all)
			all = append(all, trial)
			if err := j.Append(trial); err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "not yet") {
				continue
			}
			if err := h.update(t.Context(), time.Now()); err != nil {
				t.Fatal(err)
			}
			now, _ := h.now()
			others(now.parts, shown)
			agrees(t, path, total, shown)
		}
	})
}

// agrees fails unless parts have the numbers of a journal.
func agrees(t *rapid.T, path string, total int, parts map[string]string) {
	r, err := search.ReadJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprintf("¦%d ", r.Queries)
	if total >= r.Queries {
		said = fmt.Sprintf("¦%d of %d quer", r.Queries, total)
	}
	has := func(id, want string) {
		if !strings.Contains(text(parts, id), want) {
			t.Fatalf("%s is %q, want %q in it", id, text(parts, id), want)
		}
	}
	has("head-0", said)
	if total > r.Queries {
		has("head-0", "¦about ")
	}
	if r.Failed > 0 {
		has("head-0", fmt.Sprintf("¦%d failed¦", r.Failed))
	}
	metrics := r.Study.Objective
	best, query, ok := r.Best()
	switch {
	case len(metrics) > 1:
		has("found-0", fmt.Sprintf("¦%d architectures that no other dominates¦", len(r.Front())))
		if got := strings.Count(parts["found-0"], "<article"); got != min(8, len(r.Front())) {
			t.Fatalf("%d cards of a front of %d", got, len(r.Front()))
		}
	case ok:
		has("found-0", fmt.Sprintf("¦%s¦query¦%d of %d¦", report.Format(metrics[0], best.Values[0]), query, r.Queries))
	}
	has("trials-0", fmt.Sprintf("¦%d¦%d¦%s¦", r.Trials[r.Queries-1].ID, r.Queries, r.Trials[r.Queries-1].Arch))
	if got := strings.Count(parts["trials-0"], "<tr") - 1; got != r.Queries {
		t.Fatalf("%d rows of %d trials", got, r.Queries)
	}
	if got := strings.Count(parts["latest-0"], "<article"); got != min(6, r.Queries) {
		t.Fatalf("%d of the latest trials", got)
	}
}

// Who watches is sent every part once, and then those that are others than before.
func TestEventsSendWhatIsNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	j := journal(t, path, description())
	h, err := newHub(t.Context(), []string{path}, nowhere(), "test")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h.handler())
	defer server.Close()
	defer server.CloseClientConnections()
	r, err := server.Client().Get(server.URL + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(nil, 1<<24)
	next := func() (parts []page.Part) {
		t.Helper()
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: [")
			if !ok {
				continue
			}
			if err := json.Unmarshal([]byte("["+data), &parts); err != nil {
				t.Fatal(err)
			}
			return parts
		}
		t.Fatal(lines.Err())
		return nil
	}
	if got := len(next()); got != 12 {
		t.Errorf("%d parts at first", got)
	}
	if err := j.Append(trials(t, 1)[0]); err != nil {
		t.Fatal(err)
	}
	if err := h.update(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, p := range next() {
		ids[p.ID] = true
	}
	if !ids["trials-0"] || !ids["head-0"] || ids["failures-0"] || ids["together"] {
		t.Errorf("after a trial %v are sent", ids)
	}
	if r, err := server.Client().Head(server.URL + "/events"); err != nil || r.StatusCode != 200 {
		t.Errorf("%v, %v", r, err)
	}
	if r, err := server.Client().Get(server.URL + "/other"); err != nil || r.StatusCode != 404 {
		t.Errorf("%v, %v", r, err)
	}
}
