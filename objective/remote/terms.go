package remote

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Question is what a search wants to know of architectures, as a user asks for it.
type Question struct {
	Objective []string `json:"objective"`     // metrics as [objective.ParseMetric] reads them
	Eps       string   `json:"eps,omitempty"` // of attacks where metrics do not say their own; empty: the offer's
}

// Measure is what answers questions: it returns an evaluator of them. Errors are of what is asked for.
type Measure func(context.Context, Question) (objective.Evaluator, error)

// Terms are what workers say of a question: what their evaluator says of itself.
type Terms struct {
	Metrics    []objective.Metric `json:"metrics"`
	Source     string             `json:"source"`
	Name       string             `json:"name,omitempty"` // of the source
	Settings   map[string]string  `json:"settings,omitempty"`
	Fidelities []float64          `json:"fidelities"`
	Costs      Costs              `json:"costs"`

	Refused string `json:"refused,omitempty"` // why the question has no answer; all else is empty then
}

// RefusedError says that an offer's workers cannot be asked something.
type RefusedError struct{ Why string }

func (e *RefusedError) Error() string { return e.Why }

// NewTerms asks an evaluator of a space for them.
func NewTerms(in space.Enumerator, e objective.Evaluator) Terms {
	t := Terms{Metrics: e.Metrics(), Source: e.Source(), Fidelities: objective.FidelitiesOf(e)}
	if n, ok := e.(objective.Named); ok {
		t.Name = n.Name()
	}
	if s, ok := e.(objective.Settings); ok {
		t.Settings = s.Settings()
	}
	t.Costs = newCosts(in, e, t.Fidelities)
	return t
}

// Terms asks for an offer's terms. It waits for a worker, unless the same has been asked before. Its error is a
// [*RefusedError] if the offer is not of what is asked.
func (c *Client) Terms(ctx context.Context, o Offer, q Question) (Terms, error) {
	ask, err := marshal(q)
	if err != nil {
		return Terms{}, err
	}
	w := Work{Queue: termsQueue(o.Queue()), Kind: kindTerms, Document: json.RawMessage("{}")}
	old := &Client{Transport: c.Transport, Sweep: c.Sweep, Missed: c.Missed} // terms are the same however often one asks
	value, err := old.Do(ctx, w, ask)
	if err != nil {
		return Terms{}, fmt.Errorf("asking the workers of %s for their terms: %w", o.Name, err)
	}
	var t Terms
	if err := json.Unmarshal(value, &t); err != nil {
		return Terms{}, fmt.Errorf("terms of %s: %w", o.Name, err)
	}
	if t.Refused != "" {
		return Terms{}, &RefusedError{t.Refused}
	}
	return t, t.validate(o)
}

// validate checks that what a worker says can be used.
func (t Terms) validate(o Offer) error {
	in, err := o.Space.Open()
	if err == nil && (len(t.Metrics) == 0 || len(t.Fidelities) == 0) {
		err = fmt.Errorf("%d metrics at %d fidelities: want some", len(t.Metrics), len(t.Fidelities))
	}
	if err == nil {
		err = t.Costs.validate(in.Classes(), len(t.Fidelities))
	}
	if err != nil {
		return fmt.Errorf("terms of %s: %w", o.Name, err)
	}
	return nil
}

// kindTerms is the kind of a job that asks for terms.
const kindTerms = "terms"
