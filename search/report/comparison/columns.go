package comparison

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report"
)

// column is a number of every strategy.
type column struct {
	header string
	of     func(compare.Summary) compare.Number
	print  func(compare.Number) string
	goal   objective.Direction
	pairs  []compare.Pair // that say whether the best is shown to be better; none to mark none
}

// rows makes a table of columns, one row a strategy, with the best of each column marked.
func rows(all []compare.Summary, columns []column) [][]string {
	table := [][]string{{"strategy"}}
	for _, s := range all {
		table = append(table, []string{s.Strategy})
	}
	for _, c := range columns {
		table[0] = append(table[0], c.header)
		best := c.best(all)
		for i, s := range all {
			cell := c.print(c.of(s))
			if len(c.pairs) > 0 && s.Strategy == best {
				cell += mark(best, c.pairs)
			}
			table[i+1] = append(table[i+1], cell)
		}
	}
	return table
}

// best names the strategy with the best number, none if several have it.
func (c column) best(all []compare.Summary) string {
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

const (
	bestMark = "*"
	sureMark = "**"
)

// mark says how sure it is that a strategy is better than all others.
func mark(name string, pairs []compare.Pair) string {
	for _, p := range pairs {
		if (p.A == name || p.B == name) && p.Better != name {
			return bestMark
		}
	}
	return sureMark
}

// legend explains the marks.
func legend(p compare.Plan, r compare.Result) string {
	k := len(r.Strategies)
	return fmt.Sprintf("%s best of its column   %s and shown to be better than every other (paired Wilcoxon test, p < %.2g after Holm's correction for %s)\n\n",
		bestMark, sureMark, 1-p.Confidence, plural(k*(k-1)/2, "pair"))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return report.Thousands(n) + " " + what + "s"
}

// quality has what was found: the means at all checkpoints, and more at the last.
func quality(p compare.Plan, r compare.Result) [][]string {
	var columns []column
	show := func(n compare.Number) string { return value(r.Problem, n) }
	for i, c := range r.Checkpoints {
		columns = append(columns, column{
			"mean " + At(p, c.At), func(s compare.Summary) compare.Number { return s.Checkpoints[i].Quality.Mean.Value },
			show, r.Problem.Goal(), c.Pairs,
		})
	}
	last := len(r.Checkpoints) - 1
	end := func(s compare.Summary) compare.Checkpoint { return s.Checkpoints[last] }
	pairs := r.Checkpoints[last].Pairs
	columns = append(columns,
		column{"median", func(s compare.Summary) compare.Number { return end(s).Quality.Median.Value }, show, r.Problem.Goal(), pairs},
		column{"IQM", func(s compare.Summary) compare.Number { return end(s).Quality.IQM.Value }, show, r.Problem.Goal(), pairs},
		column{"regret", func(s compare.Summary) compare.Number { return end(s).Regret.Mean.Value }, show, objective.Minimize, pairs},
	)
	if !r.Problem.Multi() {
		columns = append(columns, column{"rank", func(s compare.Summary) compare.Number { return end(s).Rank.Mean.Value }, digits(1), objective.Minimize, pairs})
	}
	table := rows(r.Strategies, columns)
	table[0] = append(table[0], fmt.Sprintf("%g %% interval", 100*p.Confidence), "quartiles")
	for i, s := range r.Strategies {
		q := end(s).Quality
		table[i+1] = append(table[i+1], between(show, q.Mean.Low, q.Mean.High), between(show, q.Q1, q.Q3))
	}
	return table
}

func between(show func(compare.Number) string, low, high compare.Number) string {
	if !low.Known() {
		return "-"
	}
	return show(low) + " to " + show(high)
}

// speed has how soon it was found, and at what cost.
func speed(p compare.Plan, r compare.Result) [][]string {
	columns := []column{{
		"area", func(s compare.Summary) compare.Number { return s.Area.Mean.Value },
		func(n compare.Number) string { return value(r.Problem, n) }, objective.Minimize, r.AreaPairs,
	}}
	for i, reach := range r.ReachPairs {
		columns = append(columns, column{
			goal(reach.Within), func(s compare.Summary) compare.Number { return s.Reach[i].Median },
			digits(map[compare.Axis]int{compare.Queries: 0, compare.Hours: 1}[p.Axis]), objective.Minimize, reach.Pairs,
		}, column{
			"reached", func(s compare.Summary) compare.Number { return s.Reach[i].Share.Value }, percent, objective.Maximize, nil,
		})
	}
	columns = append(columns,
		column{"duplicates", func(s compare.Summary) compare.Number { return s.Duplicates.Mean.Value }, digits(1), objective.Minimize, nil},
		column{"own time", func(s compare.Summary) compare.Number { return s.Seconds.Median.Value }, seconds, objective.Minimize, nil},
	)
	return rows(r.Strategies, columns)
}

// goal names a distance from the optimum.
func goal(within float64) string {
	if within == 0 {
		return "optimum"
	}
	return "to " + strings.TrimPrefix(strconv.FormatFloat(within, 'f', -1, 64), "0")
}

// fronts has what only problems of several metrics have.
func fronts(r compare.Result) [][]string {
	return rows(r.Strategies, []column{
		{"IGD+", func(s compare.Summary) compare.Number { return s.Multi.IGD.Mean.Value }, digits(4), objective.Minimize, nil},
		{"of the true front", func(s compare.Summary) compare.Number { return s.Multi.FrontShare.Mean.Value }, percent, objective.Maximize, nil},
		{"points", func(s compare.Summary) compare.Number { return s.Multi.FrontSize.Mean.Value }, digits(1), objective.Maximize, nil},
	})
}

// pairs has the tests at the end.
func pairs(r compare.Result) [][]string {
	table := [][]string{{"pair", "mean difference", "interval", "Wilcoxon p", "Holm", "Mann-Whitney", "Holm", "A12", "Cliff's delta", "better"}}
	for _, p := range r.Checkpoints[len(r.Checkpoints)-1].Pairs {
		better := p.Better
		if better == "" {
			better = "not shown"
		}
		table = append(table, []string{
			p.A + " - " + p.B, signed(p.Difference.Value), between(signed, p.Difference.Low, p.Difference.High),
			probability(p.Wilcoxon.P), probability(p.Wilcoxon.Holm), probability(p.MannWhitney.P), probability(p.MannWhitney.Holm),
			digits(3)(p.A12), digits(3)(p.Cliff), better,
		})
	}
	return table
}

// digits prints so many digits after the point.
func digits(n int) func(compare.Number) string {
	return func(v compare.Number) string {
		if !v.Known() {
			return "-"
		}
		return strconv.FormatFloat(float64(v), 'f', n, 64)
	}
}

func percent(v compare.Number) string {
	if !v.Known() {
		return "-"
	}
	return strconv.FormatFloat(100*float64(v), 'f', 0, 64) + " %"
}

// seconds prints a measured time with the unit that fits.
func seconds(v compare.Number) string {
	switch {
	case !v.Known():
		return "-"
	case v < 1e-3:
		return strconv.FormatFloat(1e6*float64(v), 'f', 0, 64) + " µs"
	case v < 1:
		return strconv.FormatFloat(1e3*float64(v), 'f', 1, 64) + " ms"
	}
	return strconv.FormatFloat(float64(v), 'f', 1, 64) + " s"
}

// signed prints a difference with its sign and three digits that count.
func signed(v compare.Number) string {
	switch {
	case !v.Known():
		return "-"
	case v == 0:
		return "0"
	}
	places := 2 - int(math.Floor(math.Log10(math.Abs(float64(v)))))
	return fmt.Sprintf("%+.*f", min(max(places, 0), 6), float64(v))
}

func probability(v compare.Number) string {
	switch {
	case !v.Known():
		return "-"
	case v < 1e-4:
		return "<.0001"
	}
	return strings.TrimPrefix(strconv.FormatFloat(float64(v), 'f', 4, 64), "0")
}
