package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// kindTrial is the kind of a job that is a trial of a search.
const kindTrial = "trial"

// measured is the document of trials.
type measured struct {
	Metrics []string `json:"metrics"`
	Source  string   `json:"source"`
}

// request is what a trial asks.
type request struct {
	Arch     space.Arch `json:"arch"`
	Fidelity float64    `json:"fidelity"`
	Seed     uint64     `json:"seed"`
}

// outcome is the value of a trial.
type outcome struct {
	Values     []float64       `json:"values,omitempty"`
	Record     json.RawMessage `json:"record,omitempty"`
	Failed     string          `json:"failed,omitempty"`
	Cause      objective.Cause `json:"cause,omitempty"`
	Fidelities *fidelities     `json:"fidelities,omitempty"` // of a request at another fidelity than there is
}

// fidelities is an [objective.FidelityError].
type fidelities struct {
	Source string    `json:"source"`
	Has    []float64 `json:"has"`
}

// Trials is the work of searches.
func Trials(measure Measure) map[string]Opener {
	return map[string]Opener{
		kindTrial: func(ctx context.Context, document json.RawMessage) (Doer, error) {
			var m measured
			if err := json.Unmarshal(document, &m); err != nil {
				return nil, fmt.Errorf("document of trials: %w", err)
			}
			e, err := measure(ctx, Question{Objective: m.Metrics})
			if err != nil {
				return nil, err
			}
			if e.Source() != m.Source || !slices.Equal(keys(e.Metrics()), m.Metrics) {
				return nil, fmt.Errorf("this worker has %v of %s, and the study wants %v of %s: "+
					"one of them is of another version", keys(e.Metrics()), e.Source(), m.Metrics, m.Source)
			}
			return func(ctx context.Context, ask json.RawMessage) (json.RawMessage, error) { return try(ctx, e, ask) }, nil
		},
	}
}

// keys are metrics as they are asked for.
func keys(metrics []objective.Metric) (all []string) {
	for _, m := range metrics {
		all = append(all, m.String())
	}
	return all
}

// try measures a trial.
func try(ctx context.Context, e objective.Evaluator, ask json.RawMessage) (json.RawMessage, error) {
	var q request
	if err := json.Unmarshal(ask, &q); err != nil {
		return nil, fmt.Errorf("a trial: %w", err)
	}
	out, err := evaluate(ctx, e, objective.Request(q))
	if ctx.Err() != nil { // what came of it may be the interruption's doing
		return nil, context.Cause(ctx)
	}
	if _, ok := errors.AsType[*objective.OutageError](err); ok {
		return nil, err
	}
	o := outcome{Values: out.Values, Record: out.Record}
	if err != nil {
		o = outcome{Record: out.Record, Failed: err.Error(), Cause: objective.CauseOf(err)}
		if f, ok := errors.AsType[*objective.FidelityError](err); ok {
			o.Fidelities = &fidelities{f.Source, f.Has}
		}
	}
	return marshal(o)
}

// evaluate turns all that can go wrong with a measurement into an error, as a study does.
func evaluate(ctx context.Context, e objective.Evaluator, q objective.Request) (out objective.Outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if out, err = e.Evaluate(ctx, q); err != nil {
		return out, err
	}
	return out, objective.Check(e.Metrics(), out.Values)
}

// answers is the work of those who answer questions for terms, in a space. It needs a worker of its own, so that nobody
// waits for terms behind trials; see [Serve].
func answers(in space.Enumerator, measure Measure) map[string]Opener {
	return map[string]Opener{kindTerms: func(context.Context, json.RawMessage) (Doer, error) {
		return func(ctx context.Context, ask json.RawMessage) (json.RawMessage, error) {
			var q Question
			if err := json.Unmarshal(ask, &q); err != nil {
				return nil, fmt.Errorf("a question: %w", err)
			}
			e, err := measure(ctx, q)
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			if err != nil {
				return marshal(Terms{Refused: err.Error()})
			}
			return marshal(NewTerms(in, e))
		}, nil
	}}
}
