package search

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nassearch/nassearch/objective"
)

// flight is a trial under way.
type flight struct {
	Trial
	request  objective.Request
	first    *flight      // that answers it, of a duplicate
	recorded bool         // by an earlier process: there is nothing to measure
	outcome  chan outcome // of the worker that has it; nil if none has
	refused  error        // no measurement, but a reason to end the study: see [refusal]
}

// outcome is what came of a measurement.
type outcome struct {
	objective.Outcome
	err  error
	wall time.Duration
}

// take completes the trial of a strategy.
func (f *flight) take(o outcome) {
	f.Values, f.Record, f.Wall = o.Values, o.Record, o.wall
	if o.err != nil {
		f.Failure, f.Cause = strings.ToValidUTF8(o.err.Error(), "\ufffd"), objective.CauseOf(o.err) // it is kept as JSON
		f.refused = refusal(o.err)
	}
}

// refusal returns what is no failed measurement: a fidelity that nobody can measure, or that whoever measures cannot be
// asked at all.
func refusal(err error) error {
	if e, ok := errors.AsType[*objective.FidelityError](err); ok {
		return e
	}
	if _, ok := errors.AsType[*objective.OutageError](err); ok {
		return err
	}
	return nil
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
	o, err := r.evaluate(ctx, q)
	return outcome{o, err, time.Since(start)}
}

// evaluate turns all that can go wrong with a measurement into an error, and leaves no values beside one.
func (r *run) evaluate(ctx context.Context, q objective.Request) (out objective.Outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
		if err != nil {
			out.Values = nil
		}
	}()
	if out, err = r.config.Evaluator.Evaluate(ctx, q); err != nil {
		return out, err
	}
	return out, objective.Check(r.metrics, out.Values)
}
