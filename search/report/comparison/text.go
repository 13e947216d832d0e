package comparison

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report"
)

const (
	labelWidth = 9   // of the words at the left
	lineWidth  = 110 // of sentences
)

// Text writes the comparison for people: for each problem a table of the strategies, the pairs, and what follows.
func Text(w io.Writer, c compare.Comparison) error { return text(w, c, false) }

func text(w io.Writer, c compare.Comparison, also bool) error {
	p := &printer{w: w}
	p.settings(c)
	for _, r := range c.Results {
		p.raw("\n")
		p.problem(c.Plan, r)
		p.table(quality(c.Plan, r))
		p.table(speed(c.Plan, r))
		if r.Problem.Multi() {
			p.table(fronts(r))
		}
		if len(r.Strategies) > 1 {
			p.raw(legend(c.Plan, r))
			p.table(pairs(r))
		}
		if also {
			p.also(r)
		}
		for _, c := range r.Conclusions {
			p.sentence(c.Text)
		}
	}
	if c.Across != nil {
		p.across(c)
	}
	return p.err
}

// printer writes and remembers the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) raw(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, text)
	}
}

func (p *printer) line(label, text string) {
	p.raw(strings.TrimRight(fmt.Sprintf("%-*s%s", labelWidth, label, text), " ") + "\n")
}

// table writes rows, the first of them the header, and an empty line.
func (p *printer) table(rows [][]string) {
	if p.err == nil {
		p.err = report.Table(p.w, rows)
	}
	p.raw("\n")
}

// sentence fills lines with words.
func (p *printer) sentence(text string) {
	line := "-"
	for word := range strings.FieldsSeq(text) {
		if len([]rune(line))+1+len([]rune(word)) > lineWidth {
			p.raw(line + "\n")
			line = " "
		}
		line += " " + word
	}
	p.raw(line + "\n")
}

// settings says what was compared.
func (p *printer) settings(c compare.Comparison) {
	about := c.Plan.Problems[0].About
	if n := c.Plan.Problems[0].Classes; n > 0 {
		about += " · " + report.Thousands(n) + " classes"
	}
	p.line("table", about)
	label := "compare"
	for _, s := range c.Plan.Strategies {
		p.line(label, Label(s))
		label = ""
	}
	runs := fmt.Sprintf("%s of each · seeds %d to %d · %s", report.Thousands(c.Plan.Runs), c.Plan.Seed, c.Plan.Seed+uint64(c.Plan.Runs-1), Budget(c.Plan))
	if c.Plan.Window > 1 {
		runs += fmt.Sprintf(" · window %d", c.Plan.Window)
	}
	if c.Plan.CountDuplicates {
		runs += " · duplicates count"
	}
	p.line("runs", runs)
	if !c.Complete {
		n, of := c.There()
		p.line("stopped", fmt.Sprintf("%s of %s runs are there; with --out the same command continues", report.Thousands(n), report.Thousands(of)))
	}
}

// Label names a strategy with its algorithm and options: "small: evolution population=10 rate=0 tournament=3".
func Label(s compare.Strategy) string {
	text := s.Algorithm
	if s.Name != s.Algorithm {
		text = s.Name + ": " + text
	}
	for _, name := range slices.Sorted(maps.Keys(s.Options)) {
		text += " " + name + "=" + s.Options[name]
	}
	return text
}

// Budget says when a run of the plan ends: "300 queries".
func Budget(p compare.Plan) string {
	var parts []string
	if p.Budget > 0 {
		parts = append(parts, report.Thousands(p.Budget)+" queries")
	}
	if p.Axis == compare.Hours {
		parts = append(parts, hours(p.Hours)+" simulated hours")
	}
	return strings.Join(parts, " or ")
}

func hours(h float64) string { return strconv.FormatFloat(h, 'g', 4, 64) }

// At names a point of the plan's axis: "at 50", "at 12.5 h".
func At(p compare.Plan, at float64) string {
	if p.Axis == compare.Hours {
		return "at " + hours(at) + " h"
	}
	return "at " + strconv.FormatFloat(at, 'f', -1, 64)
}

func (p *printer) problem(plan compare.Plan, r compare.Result) {
	text := r.Problem.Quality()
	if r.Problem.Multi() {
		text += " of " + r.Problem.Name
	}
	if r.Problem.Optimum.Known() {
		text += " · optimum " + value(r.Problem, r.Problem.Optimum)
	}
	p.line("problem", text)
	p.raw("\n")
}

// value prints a number of the problem's quality.
func value(p compare.Problem, n compare.Number) string {
	switch {
	case !n.Known():
		return "-"
	case p.Multi():
		return strconv.FormatFloat(float64(n), 'f', 4, 64)
	}
	return report.Format(p.Objective[0], float64(n))
}

// across shows what several problems say together.
func (p *printer) across(c compare.Comparison) {
	a := c.Across
	p.raw("\n")
	p.line("together", fmt.Sprintf("%d problems · Friedman p %s · Iman-Davenport p %s · critical difference of mean ranks %.2f (Nemenyi)",
		a.Problems, probability(a.Friedman.P), probability(a.ImanDavenport.P), float64(a.Critical)))
	p.raw("\n")
	rows := [][]string{append([]string{"strategy", "mean rank"}, prefixed("p to ", a.Strategies)...)}
	for i, s := range a.Strategies {
		row := []string{s, digits(2)(a.MeanRanks[i])}
		for j, n := range a.Nemenyi[i] {
			if i == j {
				row = append(row, "")
				continue
			}
			row = append(row, probability(n))
		}
		rows = append(rows, row)
	}
	p.table(rows)
	for _, c := range a.Conclusions {
		p.sentence(c.Text)
	}
}

func prefixed(prefix string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = prefix + n
	}
	return out
}
