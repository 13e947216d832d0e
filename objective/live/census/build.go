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

// Build measures what the log does not have yet, on several workers, and appends it. Observe is called after each
// piece, by one goroutine at a time. When ctx ends Build returns its cause: what is in the log stays good.
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
	return p.each(ctx, todo, workers, func(_ int, r Record, _ int) {
		if err := log.add(r); err != nil {
			cancel(err)
		}
		progress.Done++
		if r.Failed != "" {
			progress.Failed++
		}
		observe(progress)
	})
}

// each measures pieces on several workers and hands over each record, by one goroutine at a time.
func (p Plan) each(ctx context.Context, pieces []piece, workers int, take func(i int, r Record, done int)) error {
	jobs := make(chan int)
	var mu sync.Mutex
	var pool sync.WaitGroup
	done := 0
	for range max(1, workers) {
		pool.Go(func() {
			for i := range jobs {
				r, err := p.measure(ctx, pieces[i])
				if err != nil {
					return
				}
				mu.Lock()
				done++
				take(i, r, done)
				mu.Unlock()
			}
		})
	}
	for i := range pieces {
		select {
		case jobs <- i:
		case <-ctx.Done():
		}
	}
	close(jobs)
	pool.Wait()
	return context.Cause(ctx)
}
