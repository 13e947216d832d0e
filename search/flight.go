package search

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/nassearch/nassearch/objective"
)

// flight is a trial under way.
type flight struct {
	Trial
	request objective.Request
	outcome chan outcome // of the worker that has it; nil if none has
}

// outcome is what came of a measurement.
type outcome struct {
	values []float64
	err    error
	wall   time.Duration
}

// take completes the trial.
func (f *flight) take(o outcome) {
	f.Values, f.Wall = o.values, o.wall
	if o.err != nil {
		f.Failure = o.err.Error()
	}
}

// work measures what is in flight.
func (r *run) work(ctx context.Context) {
	for f := range r.jobs {
		f.outcome <- r.measure(ctx, f.request)
	}
}

// measure evaluates a request against the clock on the wall.
func (r *run) measure(ctx context.Context, q objective.Request) outcome {
	start := time.Now()
	values, err := r.evaluate(ctx, q)
	return outcome{values, err, time.Since(start)}
}

// evaluate turns all that can go wrong with a measurement into an error.
func (r *run) evaluate(ctx context.Context, q objective.Request) (values []float64, err error) {
	defer func() {
		if p := recover(); p != nil {
			values, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	out, err := r.config.Evaluator.Evaluate(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(out.Values) != len(r.config.Metrics) {
		return nil, fmt.Errorf("%d values for %d metrics", len(out.Values), len(r.config.Metrics))
	}
	for i, v := range out.Values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%s is %v", r.config.Metrics[i].Name, v)
		}
	}
	return out.Values, nil
}
