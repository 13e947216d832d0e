package comparison

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// Sheets are the tables of one problem that [TextAlso] writes.
func Sheets(p compare.Plan, r analysis.Result) []*sheet.Sheet {
	all := []*sheet.Sheet{quality(p, r), speed(p, r)}
	if r.Problem.Multi() {
		all = append(all, fronts(r))
	}
	if len(r.Strategies) > 1 {
		all = append(all, pairs(r))
	}
	if len(r.Also) > 0 {
		all = append(all, also(r))
	}
	return all
}

type (
	summary = analysis.Summary
	number  = compare.Number
)

// column is a number of every strategy.
type column struct {
	title string
	of    func(summary) number
	print func(float64) string
	goal  objective.Direction
	pairs []analysis.Pair // that say whether the best is shown to be better; none to mark none
}

// newSheet has a row for each strategy, with the best of each column marked.
func newSheet(title string, all []analysis.Summary, columns []column) *sheet.Sheet {
	t := sheet.New("strategy")
	t.Title, t.Named = title, true
	for _, s := range all {
		t.Add(sheet.Text(s.Strategy))
	}
	for _, c := range columns {
		best := c.best(all)
		cells := make([]sheet.Cell, len(all))
		for i, s := range all {
			cells[i] = cell(c.of(s), c.print)
			if len(c.pairs) > 0 && s.Strategy == best {
				cells[i].Best, cells[i].Sure = true, sure(best, c.pairs)
			}
		}
		t.AddColumn(c.title, cells...)
	}
	return t
}

func cell(n number, print func(float64) string) sheet.Cell {
	return sheet.Number(float64(n), Shown(n, print))
}

// best names the strategy with the best number, none if several have it.
func (c column) best(all []analysis.Summary) string {
	name, best := "", compare.Unknown()
	for _, s := range all {
		v := c.of(s)
		switch {
		case !v.Known():
		case name == "" && !best.Known() || c.goal.Better(float64(v), float64(best)):
			name, best = s.Strategy, v
		case v == best:
			name = ""
		}
	}
	return name
}

// sure says whether a strategy is shown to be better than all others.
func sure(name string, pairs []analysis.Pair) bool {
	for _, p := range pairs {
		if (p.A == name || p.B == name) && p.Better != name {
			return false
		}
	}
	return true
}

// Legend explains the marks of the tables, and why some columns have none.
func Legend(p compare.Plan, r analysis.Result) string {
	k := len(r.Strategies)
	text := fmt.Sprintf("%s best of its column   %s and shown to be better than every other "+
		"(paired Wilcoxon test, p < %.2g after Holm's correction for %s)",
		sheet.BestMark, sheet.SureMark, 1-p.Confidence, numeral.Count(k*(k-1)/2, "pair"))
	whole := func(s summary) bool { return s.Valueless == 0 }
	if !alike(r, whole) {
		text += "; none in columns whose numbers are of other runs in each line"
	}
	return text
}

// alike says whether the numbers of a column are of the same runs in every line, and so can be compared by eye: of runs
// with the same seeds, and of all of these.
func alike(r analysis.Result, whole func(summary) bool) bool {
	return r.Even() && !slices.ContainsFunc(r.Strategies, func(s summary) bool { return !whole(s) })
}

// marks are the pairs that mark a column, if its numbers are of the same runs.
func marks(r analysis.Result, pairs []analysis.Pair, of func(summary) analysis.Distribution) []analysis.Pair {
	if alike(r, func(s summary) bool { return of(s).N == s.Runs }) {
		return pairs
	}
	return nil
}

// found are the numbers of the qualities that [quality] shows beside each other.
func found(r analysis.Result) []number {
	all := []number{r.Problem.Optimum}
	for _, s := range r.Strategies {
		for _, c := range s.Checkpoints {
			all = append(all, c.Quality.Mean.Value)
		}
		q := s.End().Quality
		all = append(all, q.Median.Value, q.IQM.Value)
	}
	return all
}

// quality has what was found: the means at all checkpoints, and more at the last.
func quality(p compare.Plan, r analysis.Result) *sheet.Sheet {
	var columns []column
	show := valueOf(r.Problem, found(r)...)
	for i, c := range r.Checkpoints {
		found := func(s summary) analysis.Distribution { return s.Checkpoints[i].Quality }
		mean := func(s summary) number { return found(s).Mean.Value }
		columns = append(columns, column{"mean " + At(p, c.At), mean, show, r.Problem.Goal(), marks(r, c.Pairs, found)})
	}
	end := analysis.Summary.End
	pairs := marks(r, r.End().Pairs, func(s summary) analysis.Distribution { return end(s).Quality })
	columns = append(columns,
		column{"median", func(s summary) number { return end(s).Quality.Median.Value }, show, r.Problem.Goal(), pairs},
		column{"IQM", func(s summary) number { return end(s).Quality.IQM.Value }, show, r.Problem.Goal(), pairs},
	)
	for i, more := range end(r.Strategies[0]).Quality.More {
		value := func(s summary) number { return end(s).Quality.More[i].Value }
		columns = append(columns, column{more.Name, value, show, r.Problem.Goal(), pairs})
	}
	if r.Problem.Optimum.Known() {
		regret := func(s summary) number { return end(s).Regret.Mean.Value }
		columns = append(columns, column{"regret", regret, show, objective.Minimize, pairs})
	}
	if r.Problem.Optimum.Known() && !r.Problem.Multi() {
		rank := func(s summary) number { return end(s).Rank.Mean.Value }
		columns = append(columns, column{"rank", rank, Digits(1), objective.Minimize, pairs})
	}
	t := newSheet("What was found", r.Strategies, columns)
	var intervals, quartiles []sheet.Cell
	for _, s := range r.Strategies {
		q := end(s).Quality
		intervals = append(intervals, between(show, q.Mean.Low, q.Mean.High))
		quartiles = append(quartiles, between(show, q.Q1, q.Q3))
	}
	t.AddColumn(fmt.Sprintf("%g %% interval", 100*p.Confidence), intervals...)
	t.AddColumn("quartiles", quartiles...)
	return t
}

func between(show func(float64) string, low, high number) sheet.Cell {
	if !low.Known() {
		return sheet.Text("-")
	}
	return sheet.Range(show(float64(low)), show(float64(high)))
}

// speed has how soon it was found, and at what cost.
func speed(p compare.Plan, r analysis.Result) *sheet.Sheet {
	var columns []column
	if r.Problem.Optimum.Known() {
		area := func(s summary) number { return s.Area.Mean.Value }
		pairs := marks(r, r.AreaPairs, func(s summary) analysis.Distribution { return s.Area })
		columns = append(columns, column{"area", area, valueOf(r.Problem, each(r, area)...), objective.Minimize, pairs})
	}
	u, clock := unit(p)
	for i, reach := range r.ReachPairs {
		median, print, title := func(s summary) number { return s.Reach[i].Median }, Digits(0), goal(reach.Goal)
		if clock {
			median = func(s summary) number { return number(u.Count(float64(s.Reach[i].Median))) }
			print, title = times(each(r, median)...), title+" ("+u.Short+")"
		}
		share := func(s summary) number { return s.Reach[i].Share.Value }
		var pairs []analysis.Pair // of all runs: those that never were there count as censored
		if r.Even() {
			pairs = reach.Pairs
		}
		columns = append(columns, column{title, median, print, objective.Minimize, pairs},
			column{"reached", share, percent, objective.Maximize, nil})
	}
	columns = append(columns,
		column{"duplicates", func(s summary) number { return s.Duplicates.Mean.Value }, Digits(1), objective.Minimize, nil},
		column{"own time", func(s summary) number { return s.Seconds.Median.Value }, seconds, objective.Minimize, nil},
	)
	return newSheet("How soon, and at what cost", r.Strategies, columns)
}

// each is a number of every strategy.
func each(r analysis.Result, of func(summary) number) (all []number) {
	for _, s := range r.Strategies {
		all = append(all, of(s))
	}
	return all
}

// goal names a distance from the optimum.
func goal(g analysis.Goal) string {
	switch {
	case g.Part > 0:
		return "to " + hundredths(g.Part)
	case g.Within == 0:
		return "optimum"
	}
	return "to " + strings.TrimPrefix(strconv.FormatFloat(g.Within, 'f', -1, 64), "0")
}

// hundredths prints a share in percent: "0.5 %".
func hundredths(share float64) string { return numeral.Decimal(100*share, 3) + " %" }

// fronts has what only problems of several metrics have.
func fronts(r analysis.Result) *sheet.Sheet {
	share := func(s summary) number { return s.Multi.FrontShare.Mean.Value }
	reference := "of the true front"
	if r.Problem.Joint {
		reference = "of the joint front"
	}
	volume := func(s summary) number { return s.Multi.Volume.Mean.Value }
	columns := []column{
		{"IGD+", func(s summary) number { return s.Multi.IGD.Mean.Value }, Digits(4), objective.Minimize, nil},
		{reference, share, percent, objective.Maximize, nil},
		{"points", func(s summary) number { return s.Multi.FrontSize.Mean.Value }, Digits(1), objective.Maximize, nil},
	}
	if r.Problem.Optimum.Known() {
		columns = append([]column{{"of its hypervolume", volume, finePercent, objective.Maximize, nil}}, columns...)
	}
	return newSheet("Fronts at the end", r.Strategies, columns)
}

// pairs has the tests at the end.
func pairs(r analysis.Result) *sheet.Sheet {
	t := sheet.New("pair", "mean difference", "interval", "Wilcoxon p", "Holm", "Mann-Whitney", "Holm",
		"A12", "Cliff's delta", "better")
	t.Title, t.Named = "Tests between pairs at the end", true
	for _, p := range r.End().Pairs {
		better := p.Better
		if better == "" {
			better = "not shown"
		}
		d := p.Difference
		t.Add(sheet.Text(p.A+" - "+p.B), cell(d.Value, Signed), between(Signed, d.Low, d.High),
			cell(p.Wilcoxon.P, Probability), cell(p.Wilcoxon.Holm, Probability),
			cell(p.MannWhitney.P, Probability), cell(p.MannWhitney.Holm, Probability),
			cell(p.A12, Digits(3)), cell(p.Cliff, Digits(3)), sheet.Text(better))
	}
	return t
}

// Ranks has the mean ranks over several problems, and the tests between them.
func Ranks(a *analysis.Across) *sheet.Sheet {
	t := sheet.New(append([]string{"strategy", "mean rank"}, a.Strategies...)...)
	t.Title, t.Named = "Nemenyi's p-values", true
	for i, s := range a.Strategies {
		cells := []sheet.Cell{sheet.Text(s), cell(a.MeanRanks[i], Digits(2))}
		for j, p := range a.Nemenyi[i] {
			if i == j {
				cells = append(cells, sheet.Cell{})
				continue
			}
			cells = append(cells, cell(p, Probability))
		}
		t.Add(cells...)
	}
	return t
}
