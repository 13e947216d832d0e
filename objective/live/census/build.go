package census

import (
	"context"
	"sync"
)

// Progress is how far a census is.
type Progress struct {
	Done, All int // pieces, with those of earlier runs
	Before    int // of them, those of earlier runs
	Failed    int
}

// Build measures what the log does not have yet, on several workers, and appends it. Observe is called after each piece,
// by one goroutine at a time. When ctx ends Build returns its cause: what is in the log stays good.
func (p Plan) Build(ctx context.Context, log *Log, workers int, observe func(Progress)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var todo []piece
	var progress Progress
	for _, w := range p.pieces() {
		progress.All++
		r, ok := log.records[id{w.cell.Index(), w.seed}]
		if !ok {
			todo = append(todo, w)
			continue
		}
		progress.Before++
		if r.Failed != "" {
			progress.Failed++
		}
	}
	progress.Done = progress.Before
	observe(progress)
	jobs := make(chan piece)
	var mu sync.Mutex
	var pool sync.WaitGroup
	for range max(1, workers) {
		pool.Go(func() {
			for w := range jobs {
				r, err := p.measure(ctx, w)
				if err != nil {
					return
				}
				mu.Lock()
				if err := log.add(r); err != nil {
					cancel(err)
				}
				progress.Done++
				if r.Failed != "" {
					progress.Failed++
				}
				observe(progress)
				mu.Unlock()
			}
		})
	}
	for _, w := range todo {
		select {
		case jobs <- w:
		case <-ctx.Done():
		}
	}
	close(jobs)
	pool.Wait()
	return context.Cause(ctx)
}
