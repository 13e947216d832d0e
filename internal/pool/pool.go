// Package pool does pieces of work side by side.
package pool

import (
	"cmp"
	"context"
	"sync"

	"golang.org/x/sync/errgroup"
)

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
