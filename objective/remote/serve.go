package remote

import (
	"context"

	"github.com/nassearch/nassearch/internal/pool"
)

// Serve puts out an offer and works for those who ask it, until ctx ends, by the worker, whose queue is then the
// offer's, and which knows trials besides the kinds of work that it has. It returns what goes wrong with the queue; nil
// if ctx ended.
func Serve(ctx context.Context, w *Worker, o Offer, measure Measure) error {
	in, err := o.Space.Open()
	if err != nil {
		return err
	}
	if err := Publish(ctx, w.Transport, o); err != nil {
		return err
	}
	kinds := Trials(measure)
	for kind, open := range w.Kinds {
		kinds[kind] = open
	}
	w.Queue, w.Kinds = o.Queue(), kinds
	terms := &Worker{
		Transport: w.Transport, Queue: termsQueue(w.Queue), Kinds: answers(in, measure), Name: w.Name, Observe: w.Observe,
	}
	err = pool.Run(ctx, 2, func(ctx context.Context, i int) error {
		if i == 0 {
			return w.Run(ctx)
		}
		return terms.Run(ctx)
	})
	if ctx.Err() != nil {
		return nil
	}
	return err
}
