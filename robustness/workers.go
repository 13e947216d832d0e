package robustness

import (
	"context"

	workers "github.com/nassearch/nassearch/internal/pool"
)

// each holds a conversation about every job, with all models.
func (r *run) each(ctx context.Context, p Progress, jobs []job, talk func(*conversation) error) error {
	r.progress = p
	queue := make(chan job, len(jobs))
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	// Twice a batch of conversations has a full batch of one kind of question. A model may not take more than its part.
	open := max(1, min(2*r.Batch, (len(jobs)+len(r.models)-1)/len(r.models)))
	return workers.Run(ctx, len(r.models), func(ctx context.Context, i int) error {
		q := pool{run: r, model: r.models[i], jobs: queue, talk: talk}
		return q.hold(ctx, open)
	})
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
