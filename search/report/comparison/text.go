// Package comparison shows a comparison of search strategies: as text for people, as CSV and JSON for programs, as
// tables and figures for papers.
package comparison

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/internal/wrap"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// lineWidth is that of sentences.
const lineWidth = 110

// alsoMeaning explains the table that also makes.
const alsoMeaning = "the best cell of each run, mean ± standard deviation over runs; " +
	"optimum: the best of all classes in that metric alone"

// jointly is what hypervolumes mean where nobody knows the true front.
const jointly = "in the box between the best and the worst values of all runs"

// Text writes the comparison for people: for each problem a table of the strategies, the pairs, and what follows.
func Text(w io.Writer, c analysis.Comparison) error { return text(w, c, false) }

// TextAlso is [Text], with all that is known of the cells that were found.
func TextAlso(w io.Writer, c analysis.Comparison) error { return text(w, c, true) }

func text(w io.Writer, c analysis.Comparison, also bool) error {
	p := printer{sheet.To(w)}
	p.settings(c)
	for _, r := range c.Results {
		p.Raw("\n")
		p.problem(c.Plan, r)
		p.table(quality(c.Plan, r))
		p.table(speed(c.Plan, r))
		p.failures(r)
		if r.Problem.Multi() {
			p.table(fronts(r))
		}
		if len(r.Strategies) > 1 {
			p.Text(Legend(c.Plan, r))
			p.Raw("\n")
			p.table(pairs(r))
		}
		if also {
			p.also(r)
		}
		for _, x := range r.Conclusions {
			p.sentence(Sentence(c, x))
		}
	}
	if c.Across != nil {
		p.across(c)
	}
	return p.Err()
}

// failures tells which strategies had queries without values, and why.
func (p printer) failures(r analysis.Result) {
	label, end := "failed", ""
	for _, text := range Failures(r) {
		p.Line(label, text)
		label, end = "", "\n"
	}
	p.Raw(end)
}

// Failures tells of each strategy whose queries failed how many did, and of which kinds.
func Failures(r analysis.Result) (lines []string) {
	for _, s := range r.Strategies {
		if s.Failed == 0 {
			continue
		}
		line := fmt.Sprintf("%s: %s of %s queries", s.Strategy, numeral.Thousands(s.Failed), numeral.Thousands(s.Queries))
		separator := ": "
		for _, t := range s.Causes {
			line += separator + numeral.Thousands(t.Count) + " × " + t.Cause.Words()
			separator = ", "
		}
		lines = append(lines, line)
	}
	return lines
}

// also shows it, or says why there is nothing.
func (p printer) also(r analysis.Result) {
	switch {
	case r.Problem.Multi():
		p.Line("also", "runs of several metrics end with a front: there is no best cell to tell more of")
		p.Raw("\n")
	case len(r.Also) > 0:
		p.Line("also", alsoMeaning)
		p.Raw("\n")
		p.table(also(r))
	}
}

// printer knows the parts of a comparison.
type printer struct{ *sheet.Printer }

// table writes a sheet and an empty line.
func (p printer) table(s *sheet.Sheet) {
	p.Sheet(s)
	p.Raw("\n")
}

// sentence fills lines with words.
func (p printer) sentence(text string) {
	most := lineWidth
	if p.Columns() > 0 {
		most = min(most, p.Columns())
	}
	bullet := "- "
	for _, line := range wrap.Lines(strings.Join(strings.Fields(plain.Text(text)), " "), most-len(bullet)) {
		p.Raw(bullet + line + "\n")
		bullet = "  "
	}
}

func (p printer) settings(c analysis.Comparison) {
	p.Line(cmp.Or(c.Plan.Problems[0].Backend, "table"), About(c.Plan.Problems[0]))
	label := "compare"
	for _, s := range c.Plan.Strategies {
		p.Line(label, Label(s))
		label = ""
	}
	runs := fmt.Sprintf("%s of each · seeds %d to %d · %s",
		numeral.Thousands(c.Plan.Runs), c.Plan.Seed, c.Plan.Seed+uint64(c.Plan.Runs-1), Budget(c.Plan))
	if c.Plan.Window > 1 {
		runs += fmt.Sprintf(" · window %d", c.Plan.Window)
	}
	if c.Plan.CountDuplicates {
		runs += " · duplicates count"
	}
	p.Line("runs", runs)
	if !c.Complete {
		n, of := c.There()
		p.Line("stopped", fmt.Sprintf("%s of %s runs are there; with --out the same command continues",
			numeral.Thousands(n), numeral.Thousands(of)))
	}
}

// About says what the values of a problem are.
func About(p compare.Problem) string {
	if p.Classes == 0 {
		return p.About
	}
	return p.About + " · " + numeral.Thousands(p.Classes) + " classes"
}

// Within says which part of the space was searched; empty for all of it.
func Within(p compare.Problem) string { return report.Within(p.Scope, p.Searched, p.Classes) }

// Label names a strategy with its algorithm and options: "small: evolution population=10 rate=0 tournament=3".
func Label(s compare.Strategy) string {
	text := s.Options.After(s.Algorithm)
	if s.Name != s.Algorithm {
		text = s.Name + ": " + text
	}
	return text
}

// Budget says when a run of the plan ends: "300 queries".
func Budget(p compare.Plan) string {
	var parts []string
	if p.Budget > 0 {
		parts = append(parts, numeral.Thousands(p.Budget)+" queries")
	}
	if p.Axis == compare.Hours {
		parts = append(parts, simulated(p.Hours))
	}
	return strings.Join(parts, " or ")
}

func (p printer) problem(plan compare.Plan, r analysis.Result) {
	text := Title(r.Problem) + Optimum(r.Problem)
	if r.Problem.Joint {
		text += " · " + jointly
	}
	p.Line("problem", text)
	if counted := Counted(r.Problem); counted != "" {
		p.Line("", "the reference of the hypervolume is the worst value of each: "+counted)
	}
	if within := Within(r.Problem); within != "" {
		p.Line("where", within)
	}
	p.Raw("\n")
}

func (p printer) across(c analysis.Comparison) {
	a := c.Across
	p.Raw("\n")
	p.Line("together", fmt.Sprintf("%d problems · Friedman p %s · Iman-Davenport p %s · "+
		"critical difference of mean ranks %.2f (Nemenyi)",
		a.Problems, Shown(a.Friedman.P, Probability), Shown(a.ImanDavenport.P, Probability), float64(a.Critical)))
	p.Raw("\n")
	ranks := Ranks(a)
	for i := range a.Strategies { // which a page's caption says
		ranks.Columns[2+i] = "p to " + ranks.Columns[2+i]
	}
	p.table(ranks)
	for _, x := range a.Conclusions {
		p.sentence(Sentence(c, x))
	}
}
