package page

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/space"
)

// mostCards are drawn of a problem.
const mostCards = 4

// found is an architecture that runs ended with.
type found struct {
	arch    space.Arch
	quality float64
	values  []float64
	runs    int
	by      map[string]int // runs, by strategy
}

// cards shows the best architectures: of one metric those that runs ended with, of several the front of the best run.
func cards(p compare.Plan, r analysis.Result, sp space.Space, t compare.Task) ([]card, error) {
	if r.Problem.Multi() {
		return frontCards(r, sp, t)
	}
	var cards []card
	for _, f := range best(p, r, sp) {
		c, err := newCard(f.arch, r.Problem, f.values, sp, t)
		if err != nil {
			return nil, err
		}
		var by []string
		for _, s := range r.Strategies {
			if n := f.by[s.Strategy]; n > 0 {
				by = append(by, fmt.Sprintf("%s %d of %d", s.Strategy, n, s.Runs))
			}
		}
		c.Lines = append(c.Lines, "the best of runs by "+strings.Join(by, ", "))
		cards = append(cards, c)
	}
	return cards, nil
}

// best lists the best of the architectures that runs ended with; of equal ones, that of the most runs.
func best(p compare.Plan, r analysis.Result, s space.Space) []*found {
	byArch := map[space.Arch]*found{}
	var list []*found
	for _, run := range r.Runs {
		last, ok := run.Best(p.Axis, p.End())
		if !ok {
			continue
		}
		a := canonical(s, last.Arch)
		if byArch[a] == nil {
			byArch[a] = &found{arch: a, quality: last.Quality, values: last.Values, by: map[string]int{}}
			list = append(list, byArch[a])
		}
		byArch[a].by[run.Strategy]++
		byArch[a].runs++
	}
	slices.SortStableFunc(list, func(a, b *found) int {
		return cmp.Or(r.Problem.Goal().Compare(a.quality, b.quality),
			-cmp.Compare(a.runs, b.runs), cmp.Compare(a.arch, b.arch))
	})
	return list[:min(mostCards, len(list))]
}

// frontCards shows points of the front of the best run, from one end to the other.
func frontCards(r analysis.Result, sp space.Space, t compare.Task) ([]card, error) {
	var of *compare.Run
	quality := math.Inf(-1)
	for i, run := range r.Runs {
		if n := len(run.Steps); n > 0 && run.Steps[n-1].Quality > quality {
			of, quality = &r.Runs[i], run.Steps[n-1].Quality
		}
	}
	if of == nil {
		return nil, nil
	}
	front := of.Front(r.Problem)
	var cards []card
	for _, i := range some(len(front), mostCards) {
		at := slices.IndexFunc(of.Steps, func(s compare.Step) bool { return slices.Equal(s.Values, front[i]) })
		c, err := newCard(canonical(sp, of.Steps[at].Arch), r.Problem, front[i], sp, t)
		if err != nil {
			return nil, err
		}
		c.Lines = append(c.Lines, fmt.Sprintf("on the front of the best run: %s, seed %d", of.Strategy, of.Seed))
		cards = append(cards, c)
	}
	return cards, nil
}

func cardTitle(metrics []objective.Metric, values []float64) string {
	var parts []string
	for i, v := range values {
		parts = append(parts, report.Value(metrics[i], v))
	}
	return strings.Join(parts, " · ")
}

// newCard draws an architecture and lists its numbers.
func newCard(a space.Arch, p compare.Problem, values []float64, sp space.Space, t compare.Task) (card, error) {
	c := card{Arch: string(a), Title: cardTitle(p.Objective, values)}
	if sp != nil {
		c.Picture = picture(sp, a)
	}
	if t.Known != nil && !p.Multi() && len(values) == 1 {
		of := cmp.Or(p.Searched, p.Classes)
		c.Title += " · rank " + report.Rank(t.Known.Rank(0, values[0]), objective.Valued(t.Known, 0), of)
		if p.Optimum.Known() {
			c.Lines = append(c.Lines, "regret "+comparison.Value(p, compare.Number(p.Regret(values[0]))))
		}
	}
	classes, listed := sp.(space.Enumerator)
	if t.Also == nil || !listed {
		return c, nil
	}
	class, err := classes.ClassOf(a)
	if err != nil {
		return c, err
	}
	for i, v := range t.Also.Values(class) {
		m := t.Also.Metrics()[i]
		searched := slices.ContainsFunc(p.Objective, func(o objective.Metric) bool { return o.Name == m.Name })
		if !math.IsNaN(v) && !searched {
			c.Numbers = append(c.Numbers, setting{m.Name, report.Format(m, v)})
		}
	}
	return c, nil
}
