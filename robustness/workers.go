package robustness

import (
	"context"
	"sync"
	"sync/atomic"
)

// each holds a conversation about every job, with all models.
func (r *run) each(ctx context.Context, p Progress, jobs []job, talk func(*conversation) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.progress = p
	var taken atomic.Int64
	next := func() (j job, ok bool) {
		if i := int(taken.Add(1)) - 1; i < len(jobs) {
			return jobs[i], true
		}
		return job{}, false
	}
	// Twice a batch of conversations has a full batch of one kind of question. A model may not take more than its part.
	open := max(1, min(2*r.Batch, (len(jobs)+len(r.models)-1)/len(r.models)))
	panics := make([]any, len(r.models))
	var wg sync.WaitGroup
	for i, m := range r.models {
		wg.Go(func() {
			defer func() {
				if panics[i] = recover(); panics[i] != nil {
					cancel(errStopped)
				}
			}()
			q := pool{model: m, shape: r.x.Shape, batch: r.Batch, open: open, asked: r.asked}
			if err := q.run(ctx, next, talk); err != nil {
				cancel(err) // the first cause counts
			}
		})
	}
	wg.Wait()
	for _, p := range panics {
		if p != nil {
			panic(p) // in the caller's goroutine, which may know what to do about it
		}
	}
	return context.Cause(ctx)
}

// asked notes what a batch of answers cost: passes for each, and seconds in all.
func (r *run) asked(of []*Result, each Passes, seconds float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, result := range of {
		result.Passes.add(each)
		result.Seconds += seconds / float64(len(of))
		r.progress.Passes.add(each)
	}
	if r.Progress != nil {
		r.Progress(r.progress)
	}
}
