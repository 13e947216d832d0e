// Package pool does work side by side.
package pool

import (
	"cmp"
	"context"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Run calls f with 0 to n-1 side by side, and returns when all have ended. The first error ends the context that they
// have and is returned, and so is the cause of ctx's end. A panic ends it too, and is then the caller's, who may know
// what to do about it.
func Run(ctx context.Context, n int, f func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	panics := make([]any, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			defer func() {
				if panics[i] = recover(); panics[i] != nil {
					cancel(context.Canceled)
				}
			}()
			if err := f(ctx, i); err != nil {
				cancel(err) // the first cause counts
			}
		})
	}
	all.Wait()
	for _, p := range panics {
		if p != nil {
			panic(p)
		}
	}
	return context.Cause(ctx)
}

// Each does every piece on several workers, at least one, and hands over each result, by one goroutine at a time. The
// first error, of either, ends it, and so does ctx, whose cause it then returns.
func Each[P, R any](
	ctx context.Context, pieces []P, workers int, do func(context.Context, P) (R, error), take func(R) error,
) error {
	var mu sync.Mutex
	all, under := errgroup.WithContext(ctx)
	all.SetLimit(max(1, workers))
	for _, piece := range pieces {
		all.Go(func() error {
			if under.Err() != nil {
				return context.Cause(under)
			}
			r, err := do(under, piece)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			return take(r)
		})
	}
	return cmp.Or(all.Wait(), context.Cause(ctx))
}
