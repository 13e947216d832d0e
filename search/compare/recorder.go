package compare

import (
	"cmp"
	"context"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
)

// recorder turns the trials of a study, as they are told, into a run.
type recorder struct {
	problem Problem
	counts  bool // duplicates use budget
	run     Run
	now     time.Duration
	covered *objective.Coverage // so far, of several metrics
	cut     bool                // a quality is not known, because the context had ended
}

func newRecorder(p Problem, counts bool, r Run) *recorder {
	record := &recorder{problem: p, counts: counts, run: r}
	if p.Multi() {
		record.covered = objective.NewCoverage(p.Objective, p.Box())
	}
	return record
}

// observe adds a trial, and says whether it was a query.
func (r *recorder) observe(ctx context.Context, t search.Trial) bool {
	r.now = max(r.now, t.End)
	r.run.Hours = r.now.Hours()
	if t.Duplicate() {
		r.run.Duplicates++
	}
	if t.Duplicate() && !r.counts {
		return false
	}
	r.run.Queries++
	if t.Failed() {
		r.run.Failed++
		r.run.Causes = Count(r.run.Causes, Tally{cmp.Or(t.Cause, objective.OtherCause), 1})
		return true
	}
	if !t.Whole() {
		return true // which is no answer
	}
	if quality, better := r.judge(ctx, t.Values); better {
		r.run.Steps = append(r.run.Steps, Step{r.run.Queries, r.run.Hours, quality, t.Arch, t.Values})
	}
	return true
}

// judge returns the quality of the run with a new architecture, and whether that made it better.
func (r *recorder) judge(ctx context.Context, values []float64) (quality float64, better bool) {
	if !r.problem.Multi() {
		n := len(r.run.Steps)
		return values[0], n == 0 || r.problem.Goal().Better(values[0], r.run.Steps[n-1].Quality)
	}
	if !r.covered.Add(values) {
		return 0, false
	}
	if r.problem.Joint { // the box follows from all runs
		return 0, true
	}
	whole, err := r.covered.Volume(ctx)
	r.cut = r.cut || err != nil
	return whole.Value, err == nil
}
