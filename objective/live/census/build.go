package census

import (
	"cmp"
	"context"
	"sync"

	"golang.org/x/sync/errgroup"
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
	var todo []piece
	var progress Progress
	for _, w := range p.pieces() {
		progress.All++
		r, ok := log.records[w]
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
	return p.each(ctx, todo, workers, func(r Record) error {
		progress.Done++
		if r.Failed != "" {
			progress.Failed++
		}
		err := log.add(r)
		observe(progress)
		return err
	})
}

// each measures pieces on several workers and hands over each record, by one goroutine at a time, until that fails.
func (p Plan) each(ctx context.Context, pieces []piece, workers int, take func(Record) error) error {
	var mu sync.Mutex
	pool, under := errgroup.WithContext(ctx)
	pool.SetLimit(max(1, workers))
	for _, w := range pieces {
		pool.Go(func() error {
			if under.Err() != nil {
				return context.Cause(under)
			}
			r, err := p.measure(under, w)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			return take(r)
		})
	}
	return cmp.Or(pool.Wait(), context.Cause(ctx))
}
