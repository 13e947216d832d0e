package kept

import (
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
)

// Best is the best there is so far.
type Best struct {
	Objective []objective.Metric
	Arch      space.Arch
	Values    []float64 // of one metric the best, of several those of the first of the front; nil if there are none
	Front     int       // how many architectures no other dominates; 0 of one metric
	Query     int       // that found it, from 1
	By        string    // strategy
}

// Best returns the best so far; of a comparison that of its first problem.
func (k Kept) Best() (b Best) {
	if k.Compare != nil {
		return bestRun(*k.Compare)
	}
	d := k.Result.Study
	b.Objective, b.By = d.Objective, d.Strategy
	switch len(d.Objective) {
	case 0:
	case 1:
		if t, query, ok := k.Result.Best(); ok {
			b.Arch, b.Values, b.Query = t.Arch, t.Values, query
		}
	default:
		front := k.Result.Front()
		b.Front = len(front)
		for _, t := range front {
			if b.Values == nil || d.Objective[0].Goal.Better(t.Values[0], b.Values[0]) {
				b.Arch, b.Values = t.Arch, t.Values
			}
		}
	}
	return b
}

// bestRun is what the best run of a comparison's first problem ended with.
func bestRun(r compare.Recorded) (b Best) {
	if len(r.Problems) == 0 {
		return b
	}
	p := r.Problems[0]
	b.Objective = p.Objective
	for _, run := range r.Runs {
		if run.Problem != p.Name || len(run.Steps) == 0 {
			continue
		}
		last := run.Steps[len(run.Steps)-1]
		if b.Values == nil || p.Objective[0].Goal.Better(last.Values[0], b.Values[0]) {
			b.Arch, b.Values, b.Query, b.By = last.Arch, last.Values, last.Query, run.Strategy
		}
	}
	return b
}

// String tells it in words: "pgd_acc 0.5850 at 1/255", "12 on the front".
func (b Best) String() string {
	switch {
	case b.Values == nil:
		return ""
	case b.Front > 0:
		return numeral.Thousands(b.Front) + " on the front"
	}
	return report.Value(b.Objective[0], b.Values[0])
}
