package page_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/space"
)

// study has so many classes, every fifth failing, each followed by a duplicate of it that costs a query too.
func study(t *testing.T, classes int, metrics ...objective.Metric) search.Result {
	t.Helper()
	sp, r := cells(t), rand.New(rand.NewPCG(1, 1))
	out := search.Result{
		Study: search.Description{
			Space: sp.Name(), Objective: metrics, Source: "f00d", Strategy: "evolution", Options: search.Options{"population": "<i>30"},
			Settings: map[string]string{"images": "made & up"}, Seed: 7, Window: 1, CountDuplicates: true, MaxDuplicates: 1000,
		},
		Queries: 2 * classes, Duplicates: classes,
	}
	for i := range classes {
		trial := search.Trial{ID: 2 * i, Arch: sp.Sample(r), Of: -1}
		for k := range metrics {
			trial.Values = append(trial.Values, []float64{.1 + .8*r.Float64(), 1e5 + 1e6*r.Float64()}[k])
		}
		if i%5 == 4 {
			trial.Values, trial.Failure = nil, "it said <no>"
			out.Failed += 2
		}
		twin := trial
		twin.ID, twin.Of = trial.ID+1, trial.ID
		out.Trials = append(out.Trials, trial, twin)
	}
	return out
}

func studyPage(t *testing.T, r search.Result, c report.Context) string {
	t.Helper()
	s, err := report.New(t.Context(), r, c)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := page.Study(&b, s, "1.2"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	pgd    = objective.Metric{Name: "pgd_acc", Setting: objective.At(1)}
	params = objective.Metric{Name: "params", Goal: objective.Minimize}
)

func TestStudyShowsTheBestAndAllTrials(t *testing.T) {
	r := study(t, 20, pgd)
	html := studyPage(t, r, report.Context{
		Space: cells(t), About: "a <table>", Known: truth{},
		Also: func(space.Arch) ([]report.Number, error) {
			return []report.Number{{Metric: clean, Value: .8125}}, nil
		},
	})
	best, query, _ := r.Best()
	for _, want := range []string{
		"<title>evolution on pgd_acc at 1/255", "40 queries, 20 of them duplicates, 8 failed", fmt.Sprintf("%d of 40", query),
		report.Format(pgd, best.Values[0]), " known", "optimum 0.9000", "<dt>clean_acc</dt><dd>0.8125</dd>", "a &lt;table&gt;",
		"population=&lt;i&gt;30", "made &amp; up", "8 × it said &lt;no&gt;",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q", want)
		}
	}
	for what, n := range map[string]int{`<article class="card">`: 1, `<tr class="quiet">`: 20, `<tr class="failed">`: 4, "<i>": 0, "NaN": 0} {
		if got := strings.Count(html, what); got != n {
			t.Errorf("%s stands %d times, want %d", what, got, n)
		}
	}
}

func TestStudyOfTwoMetricsShowsTheFront(t *testing.T) {
	r := study(t, 30, pgd, params)
	html := studyPage(t, r, report.Context{Space: cells(t)})
	if n := strings.Count(html, `<article class="card">`); n != min(len(r.Front()), 8) {
		t.Errorf("%d cards, the front has %d", n, len(r.Front()))
	}
	if !strings.Contains(html, " M</text>") {
		t.Error("the axis has no unit")
	}
}

func TestStudyWithoutValues(t *testing.T) {
	r := study(t, 5, pgd)
	r.Trials = r.Trials[8:] // the failed query and its duplicate
	r.Queries, r.Duplicates = 2, 1
	for name, r := range map[string]search.Result{"failed": r, "empty": {Study: r.Study}} {
		if html := studyPage(t, r, report.Context{}); !strings.Contains(html, "no query gave a value") {
			t.Errorf("%s: %s", name, html)
		}
	}
	two := study(t, 0, pgd, params)
	if html := studyPage(t, two, report.Context{}); !strings.Contains(html, "0 architectures") {
		t.Error(html)
	}
}

func TestStudyOfManyTrialsListsLess(t *testing.T) {
	for classes, want := range map[int]struct {
		text string
		rows int
	}{
		1000: {"", 2000},
		1500: {"Of 3,000 trials those that were duplicates are left out.", 1500},
	} {
		html := studyPage(t, study(t, classes, pgd), report.Context{})
		if n := strings.Count(html, "<tr") - 1; n != want.rows || !strings.Contains(html, want.text) {
			t.Errorf("%d classes: %d rows, want %d and %q", classes, n, want.rows, want.text)
		}
	}
	html := studyPage(t, study(t, 3000, pgd), report.Context{})
	if n := strings.Count(html, "<tr") - 1; n > 650 || strings.Count(html, `class="failed"`) != 600 {
		t.Errorf("%d rows, %d of them failed", n, strings.Count(html, `class="failed"`))
	}
}

func TestStudyWorksInABrowser(t *testing.T) {
	b := open(t, studyPage(t, study(t, 60, pgd), report.Context{Space: cells(t)}), 1180, 900)
	b.is(true, `document.documentElement.scrollWidth <= innerWidth`)
	b.hover("#curve .wide svg", .5, .5)
	b.is([]string{"best so far", "this query"}, `[...document.querySelectorAll("#tip tr td:first-child")].map(e => e.textContent)`)
	b.close()
}

// Some trials fail: the axis tells millions of parameters all the same.
func TestFailedTrialsLeaveTheUnitOfTheAxis(t *testing.T) {
	r := study(t, 20, params)
	for i := range r.Trials {
		if !r.Trials[i].Failed() {
			r.Trials[i].Values[0] = 1e6 * float64(1+i%3)
		}
	}
	html := studyPage(t, r, report.Context{Space: cells(t)})
	chart, _, _ := strings.Cut(html[strings.Index(html, `<svg class="chart lines`):], "</svg></svg>")
	if !strings.Contains(chart, ".000 M<") || strings.Contains(chart, "000000<") {
		t.Errorf("the axis does not tell millions: %.400s", chart)
	}
}

func TestPageShowsWhatWouldActInsteadOfBeingSeen(t *testing.T) {
	r := study(t, 5, pgd)
	r.Trials[0].Values, r.Trials[0].Failure = nil, "lost \x1b[2J\u202e\u009b\xff\x00"
	html := studyPage(t, r, report.Context{Space: cells(t), About: "a\x1b\u2066"})
	if strings.ContainsAny(html, "\x1b\u202e\u009b\u2066\x00") || !utf8.ValidString(html) {
		t.Error("a character of a failure or a description acts")
	}
	if !strings.Contains(html, `lost \x1b[2J\u202e\u009b`) {
		t.Error("the failure is not there")
	}
}
