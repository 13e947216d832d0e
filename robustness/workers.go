package robustness

import (
	"context"
	"sync"
	"sync/atomic"
)

// each holds a conversation about every image, with all models, and returns what they cost.
func (r *run) each(ctx context.Context, p Progress, images []int, talk func(*conversation) error) (Passes, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.progress = p
	var first atomic.Int64
	next := func() (int, bool) {
		i := int(first.Add(1)) - 1
		if i >= len(images) {
			return 0, false
		}
		return images[i], true
	}
	// Twice a batch of conversations has a full batch of one kind of question. A model may not take more than its part.
	open := max(1, min(2*r.Batch, (len(images)+len(r.models)-1)/len(r.models)))
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
	return r.progress.Passes, context.Cause(ctx)
}

// asked notes what a batch cost.
func (r *run) asked(p Passes) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Passes.add(p)
	if r.Progress != nil {
		r.Progress(r.progress)
	}
}
