package page_test

import (
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/search/report/page"
)

func TestComparisonNeedsNothingElse(t *testing.T) {
	p := plan()
	html := written(t, analysed(t, p, runs(t, p)), cells(t), tasks())
	for _, outside := range []string{"src=", "@import", "url(", "<link rel=\"stylesheet", "fetch("} {
		if strings.Contains(html, outside) {
			t.Errorf("the page has %s", outside)
		}
	}
	addresses := regexp.MustCompile(`https?://[^"' ]+`).FindAllString(html, -1)
	for _, a := range addresses {
		if a != "http://www.w3.org/2000/svg" { // a name, not an address
			t.Errorf("the page mentions %s", a)
		}
	}
}

func TestComparisonSaysWhatFollowsFirst(t *testing.T) {
	p := plan()
	c := analysed(t, p, runs(t, p))
	html := written(t, c, cells(t), tasks())
	if len(c.Results[0].Conclusions) == 0 || c.Across == nil {
		t.Fatal("nothing follows")
	}
	chart := strings.Index(html, `<svg class="chart`)
	for _, follows := range append(c.Results[0].Conclusions, c.Across.Conclusions...) {
		at := strings.Index(html, strings.ReplaceAll(strings.ReplaceAll(comparison.Sentence(c, follows), "<", "&lt;"), "+", "&#43;"))
		if at < 0 || at > chart {
			t.Errorf("%q is not above the charts", comparison.Sentence(c, follows))
		}
	}
}

// Where problems are many, what shows nothing must not drown the rest.
func TestComparisonFoldsWhatShowsNothing(t *testing.T) {
	p := plan()
	all := runs(t, p)
	for i := range all { // the second problem's strategies are one
		if all[i].Problem == p.Problems[1].Name {
			all[i].Steps = all[len(p.Strategies)*p.Runs+int(all[i].Seed)%p.Runs].Steps
		}
	}
	html := written(t, analysed(t, p, all), cells(t), tasks())
	if n := strings.Count(html, "<summary>no difference shown in 3 pairs</summary>"); n != 1 {
		t.Errorf("%d folds, want one", n)
	}
}

// Names, failures and the command are the user's.
func TestComparisonQuotesWhatIsNotIts(t *testing.T) {
	p := plan()
	html := written(t, analysed(t, p, runs(t, p)), cells(t), tasks())
	for _, markup := range []string{"<b>30", "<with>", "<left>", "random,<b>"} {
		if strings.Contains(html, markup) {
			t.Errorf("%s stands in the page as markup", markup)
		}
	}
	for _, text := range []string{"&lt;b&gt;30", "a table &lt;with&gt; signs", "&amp; &lt;left&gt;", "fingerprint f00d"} {
		if !strings.Contains(html, text) {
			t.Errorf("no %s", text)
		}
	}
}

func TestComparisonIsTheSameEveryTime(t *testing.T) {
	p := plan()
	first := written(t, analysed(t, p, runs(t, p)), cells(t), tasks())
	if second := written(t, analysed(t, p, runs(t, p)), cells(t), tasks()); first != second {
		t.Error("two pages of one comparison differ")
	}
}

func TestComparisonShowsTheCellsFound(t *testing.T) {
	p := plan()
	html := written(t, analysed(t, p, runs(t, p)), cells(t), tasks())
	if n := strings.Count(html, `<article class="card">`); n < 3*3 {
		t.Errorf("%d cards", n)
	}
	if !strings.Contains(html, `<path class="edge"`) {
		t.Error("no cell is drawn")
	}
	for _, want := range []string{"rank 1 of ", "known", "of 8", "<dt>clean_acc</dt><dd>0.8125</dd>", "on the front of the best run: small"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q", want)
		}
	}
}

// What is there when a comparison was cut, or nobody knows the optimum, or there is one strategy, or time is the axis.
func TestComparisonOfLittle(t *testing.T) {
	p := plan()
	all := runs(t, p)
	unknown := plan()
	unknown.Problems = unknown.Problems[:1]
	unknown.Problems[0].Optimum, unknown.Problems[0].Ideal, unknown.Problems[0].Worst = compare.Unknown(), nil, nil
	one := plan()
	one.Strategies, one.Problems = one.Strategies[:1], one.Problems[:1]
	hours := plan()
	hours.Axis, hours.Hours, hours.Budget, hours.Checkpoints = compare.Hours, 120, 0, []float64{40, 120}
	for name, c := range map[string]struct {
		plan compare.Plan
		runs []compare.Run
		want string
	}{
		"no runs":         {p, nil, "0 of 72 runs are there"},
		"one run":         {p, all[:1], "1 of 72 runs are there"},
		"half":            {p, all[:40], "40 of 72 runs are there"},
		"unknown optimum": {unknown, all[:24], "larger is better"},
		"one strategy":    {one, all[:8], "One strategy alone"},
		"hours":           {hours, all, "simulated hours"},
	} {
		t.Run(name, func(t *testing.T) {
			html := written(t, analysed(t, c.plan, c.runs), nil, make([]compare.Task, len(c.plan.Problems)))
			if !strings.Contains(html, c.want) {
				t.Errorf("no %q", c.want)
			}
			if strings.Contains(html, "NaN") {
				t.Error("NaN stands in the page")
			}
		})
	}
}

// BenchmarkComparison writes the page of 4 strategies x 100 runs x 300 queries on one problem.
func BenchmarkComparison(b *testing.B) {
	p := plan()
	p.Problems, p.Runs = p.Problems[:1], 100
	p.Strategies = append(p.Strategies, compare.Strategy{Name: "other", Algorithm: "random"})
	r := rand.New(rand.NewPCG(1, 2))
	var all []compare.Run
	for s, strategy := range p.Strategies {
		for seed := range uint64(p.Runs) {
			run := compare.Run{Problem: p.Problems[0].Name, Strategy: strategy.Name, Seed: p.Seed + seed, Queries: 300}
			best := .5
			for q := 1; q <= 300; q += 1 + r.IntN(20*(s+1)) {
				best += (.9 - best) * r.Float64() / 4
				run.Steps = append(run.Steps, compare.Step{Query: q, Quality: best, Arch: "none", Values: []float64{best}})
			}
			all = append(all, run)
		}
	}
	c, err := analysis.Analyse(p, all, []compare.Task{{Known: truth{}}}, nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var n counter
		if err := page.Comparison(io.MultiWriter(&n, io.Discard), c, nil, make([]compare.Task, len(p.Problems))); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(n), "bytes")
	}
}

type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
