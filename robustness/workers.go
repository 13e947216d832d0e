package robustness

import (
	"context"
	"sync"
)

// each holds a conversation about every job, with all models.
func (r *run) each(ctx context.Context, p Progress, jobs []job, talk func(*conversation) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.progress = p
	queue := make(chan job, len(jobs))
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
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
			q := pool{run: r, model: m, jobs: queue, talk: talk}
			if err := q.hold(ctx, open); err != nil {
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
