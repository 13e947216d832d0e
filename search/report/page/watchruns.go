package page

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// comparedView is a comparison that is watched.
type comparedView struct {
	Problems []watchedProblem
	Runs     *sheet.Sheet // the last ones
	Failures []string
}

// watchedProblem is what runs have found of a problem so far.
type watchedProblem struct {
	Name  string
	Sheet *sheet.Sheet
	Curve *charted // nil if there is none
}

func compared(r compare.Recorded, at int) (v comparedView) {
	settled, runs := analysis.Settle(compare.Plan{Problems: r.Problems}, r.Runs)
	r.Problems, r.Runs = settled.Problems, runs
	failures := map[string]int{}
	var order []string
	for _, run := range r.Runs {
		if run.Failure != "" {
			if failures[run.Failure] == 0 {
				order = append(order, run.Failure)
			}
			failures[run.Failure]++
		}
	}
	for _, why := range order {
		v.Failures = append(v.Failures, numeral.Thousands(failures[why])+" × "+why)
	}
	v.Failures = fewer(v.Failures, mostReasons, " reasons")
	for i, p := range r.Problems {
		v.Problems = append(v.Problems, ofProblem(r, p, fmt.Sprintf("runs-%d-%d", at, i)))
	}
	v.Runs = sheet.New("strategy", "seed", "problem", "queries", "duplicates", "failed", "ended")
	for i := len(r.Runs) - 1; i >= max(0, len(r.Runs)-latestRuns); i-- {
		run := r.Runs[i]
		v.Runs.Add(sheet.Text(run.Strategy), sheet.Text(strconv.FormatUint(run.Seed, 10)), sheet.Text(run.Problem),
			sheet.Int(run.Queries), sheet.Int(run.Duplicates), sheet.Int(run.Failed), sheet.Text(ended(run)))
	}
	return v
}

func ended(r compare.Run) string {
	if r.Failure != "" {
		return "failed: " + r.Failure
	}
	return string(r.Stop)
}

// alongRuns is at how many places runs are averaged for a curve.
const alongRuns = 200

// ofProblem tells of the runs of a problem: by strategy how many are finished, the mean and the best of what they ended
// with, and the mean of the best so far along the way. The chart is called by the id.
func ofProblem(r compare.Recorded, p compare.Problem, id string) watchedProblem {
	axis, end := compare.Queries, float64(r.Budget)
	if r.Hours > 0 {
		axis, end = compare.Hours, r.Hours
	}
	v := watchedProblem{Name: p.Name, Sheet: sheet.New("strategy", "runs", "mean at the end", "best", "failed queries")}
	c := figure.Curves{
		About: "Mean of the best so far, of the runs that are finished", Step: true,
		X: figure.Axis{Title: "queries"}, Y: axisOf(p),
	}
	shown, unit := func(x float64) float64 { return x }, "queries"
	if axis == compare.Hours {
		u := report.UnitOf(end)
		shown, unit, c.X.Title = u.Count, u.Name, "simulated "+u.Name
	}
	for i, s := range r.Strategies {
		runs := slices.DeleteFunc(slices.Clone(r.Runs), func(run compare.Run) bool {
			return run.Problem != p.Name || run.Strategy != s.Name
		})
		failed := 0
		for _, run := range runs {
			failed += run.Failed
		}
		mean, best := ends(p, runs, axis, end)
		v.Sheet.Add(sheet.Text(s.Name), sheet.Int(len(runs)), quality(p, mean), quality(p, best), sheet.Int(failed))
		line := figure.Series{Name: s.Name, Color: i}
		for k := range alongRuns {
			x := end * float64(k+1) / alongRuns
			if axis == compare.Queries {
				x = math.Ceil(x)
			}
			if len(line.X) > 0 && shown(x) == line.X[len(line.X)-1] {
				continue
			}
			y, _ := ends(p, runs, axis, x)
			line.X, line.Y = append(line.X, shown(x)), append(line.Y, y)
		}
		c.Series = append(c.Series, line)
	}
	drawn := func(s figure.Series) bool {
		return slices.ContainsFunc(s.Y, func(y float64) bool { return !math.IsNaN(y) })
	}
	if slices.ContainsFunc(c.Series, drawn) {
		v.Curve = new(chart(id, unit, c))
	}
	return v
}

// axisOf is that of what runs are compared by.
func axisOf(p compare.Problem) figure.Axis {
	if p.Multi() {
		return figure.Axis{Title: p.Quality()}
	}
	return report.Axis(p.Objective[0], nil, 0)
}

// ends are the mean and the best of what runs had at a place of the axis, of those that had anything; NaN if none had.
func ends(p compare.Problem, runs []compare.Run, axis compare.Axis, at float64) (mean, best float64) {
	n := 0.
	best = math.NaN()
	for _, run := range runs {
		q := p.At(run, axis, at)
		if math.IsNaN(q) {
			continue
		}
		n++
		mean += (q - mean) / n
		if math.IsNaN(best) || p.Goal().Better(q, best) {
			best = q
		}
	}
	if n == 0 {
		mean = math.NaN()
	}
	return mean, best
}

// quality prints what runs are compared by; it is empty if nobody knows it.
func quality(p compare.Problem, v float64) sheet.Cell {
	switch {
	case math.IsNaN(v):
		return sheet.Cell{}
	case p.Multi():
		return sheet.Number(v, strconv.FormatFloat(v, 'f', 4, 64))
	}
	return report.Cells(p.Objective[0], []float64{v})[0]
}
