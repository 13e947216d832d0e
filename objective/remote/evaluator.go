package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Evaluator has workers measure. It says of itself what theirs say.
type Evaluator struct {
	client *Client
	terms  Terms
	work   Work
	space  nasbench201.Space
	kinds  []uint16 // of classes, by which they cost
}

var (
	_ objective.Evaluator  = (*Evaluator)(nil)
	_ objective.Settings   = (*Evaluator)(nil)
	_ objective.Named      = (*Evaluator)(nil)
	_ objective.Fidelities = (*Evaluator)(nil)
)

// Evaluator returns the evaluator of an offer by terms that it has.
func (c *Client) Evaluator(o Offer, t Terms) (*Evaluator, error) {
	in, err := o.Space.Open()
	if err != nil {
		return nil, err
	}
	if err := t.validate(o); err != nil {
		return nil, err
	}
	kinds, err := t.Costs.kinds(in.Classes())
	if err != nil {
		return nil, err
	}
	document, err := marshal(measured{keys(t.Metrics), t.Source})
	if err != nil {
		return nil, err
	}
	return &Evaluator{c, t, Work{o.Queue(), kindTrial, document}, in, kinds}, nil
}

// Metrics implements [objective.Evaluator].
func (e *Evaluator) Metrics() []objective.Metric { return slices.Clone(e.terms.Metrics) }

// Source is that of the workers' evaluator.
func (e *Evaluator) Source() string { return e.terms.Source }

// Settings are those of the workers' evaluator.
func (e *Evaluator) Settings() map[string]string { return maps.Clone(e.terms.Settings) }

// Name is that of the workers' evaluator; empty if it has none.
func (e *Evaluator) Name() string { return e.terms.Name }

// Fidelities are those of the workers' evaluator.
func (e *Evaluator) Fidelities() []float64 { return slices.Clone(e.terms.Fidelities) }

// Cost is what the workers' evaluator announces. At a fidelity that is none of its own it is that of the nearest, and
// of two the longer training.
func (e *Evaluator) Cost(q objective.Request) time.Duration {
	class, err := e.space.ClassOf(q.Arch)
	if err != nil {
		return 0
	}
	return e.terms.Costs.Kinds[e.kinds[class]][nearest(e.terms.Fidelities, q.Fidelity)]
}

// nearest returns the place of the fidelity that is nearest. Where they are n equal steps, of two it is the one that
// rounding to a whole number of steps gives.
func nearest(all []float64, f float64) int {
	n := len(all)
	if i := int(math.Round(f * float64(n))); i >= 1 && i <= n && equalSteps(all) {
		return i - 1
	}
	best := 0
	for i, of := range all {
		if math.Abs(of-f) <= math.Abs(all[best]-f) {
			best = i
		}
	}
	return best
}

// equalSteps says whether fidelities are 1/n, 2/n, ..., 1.
func equalSteps(all []float64) bool {
	for i, f := range all {
		if f != float64(i+1)/float64(len(all)) {
			return false
		}
	}
	return true
}

// Evaluate has a worker measure the request, unless one has. An error of the queue is an [*objective.OutageError].
func (e *Evaluator) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	ask, err := marshal(request(q))
	if err != nil {
		return objective.Outcome{}, err
	}
	value, err := e.client.Do(ctx, e.work, ask)
	switch _, lost := errors.AsType[*LostError](err); {
	case ctx.Err() != nil:
		return objective.Outcome{}, context.Cause(ctx)
	case lost:
		return objective.Outcome{}, err
	case err != nil:
		return objective.Outcome{}, &objective.OutageError{Err: err}
	}
	out, err := e.outcome(q, value)
	if errors.Is(err, errAnswer) {
		err = &objective.OutageError{Err: err}
	}
	return out, err
}

// errAnswer is of what no worker of the offer can have answered.
var errAnswer = errors.New("an answer that is none: another program writes to the queue; purge its answers, and go on")

// outcome reads a worker's answer.
func (e *Evaluator) outcome(q objective.Request, value json.RawMessage) (out objective.Outcome, err error) {
	var o outcome
	if err := json.Unmarshal(value, &o); err != nil {
		return out, fmt.Errorf("%w (%w)", errAnswer, err)
	}
	out = objective.Outcome{Values: o.Values, Record: o.Record}
	switch f := o.Fidelities; {
	case f != nil:
		return out, &objective.FidelityError{Source: f.Source, Fidelity: q.Fidelity, Has: f.Has}
	case o.Failed != "":
		return out, &objective.FailedError{Text: o.Failed, Why: o.Cause}
	}
	if err := objective.Check(e.terms.Metrics, o.Values); err != nil {
		return out, fmt.Errorf("%w (%w)", errAnswer, err)
	}
	return out, nil
}
