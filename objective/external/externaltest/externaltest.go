// Package externaltest checks that a program that measures keeps the rules, those of all evaluators and those of
// programs.
package externaltest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/nassearch/nassearch/internal/rule"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/external"
	"github.com/nassearch/nassearch/objective/objectivetest"
	"github.com/nassearch/nassearch/space"
)

// Check checks a program by trials of some architectures, of which each is measured three times, the first some more,
// and at each fidelity once. It yields every rule with how it is broken, nil if it is kept, and [rule.ErrUnchecked]
// behind one that is broken.
func Check(ctx context.Context, e *external.Evaluator, archs ...space.Arch) iter.Seq2[string, error] {
	c := checks{e, objective.Request{Arch: archs[0], Fidelity: 1, Seed: 1}}
	return rule.Check(ctx, slices.Concat(
		[]rule.Rule{{Name: "measures the first architecture", Check: c.answers}},
		objectivetest.Rules(e.Space, e, archs...),
		[]rule.Rule{
			{Name: "ends soon after it is asked to", Check: c.ends},
			{Name: "leaves nothing running", Check: c.leaves},
		},
	))
}

type checks struct {
	evaluator *external.Evaluator
	request   objective.Request
}

// answers finds a program that fails always, which an evaluator may.
func (c checks) answers(t rule.T) error {
	_, err := c.evaluator.Evaluate(t.Context(), c.request)
	return err
}

// reached is when a trial is likely to be under way.
const reached = 500 * time.Millisecond

// ends asks a trial under way to end: before it would be ended by force.
func (c checks) ends(t rule.T) error {
	ctx, cancel := context.WithTimeoutCause(t.Context(), reached, errAsked)
	defer cancel()
	start := time.Now()
	_, err := c.evaluator.Evaluate(ctx, c.request)
	if took := time.Since(start) - reached; errors.Is(err, errAsked) && took >= c.evaluator.Grace {
		return fmt.Errorf("it was ended by force %v after SIGTERM: have it end by itself", took.Round(time.Second))
	}
	return t.Context().Err()
}

var errAsked = errors.New("asked to end")

func (c checks) leaves(rule.T) error {
	if n := c.evaluator.Left(); n > 0 {
		return fmt.Errorf("after %d trials processes ran on, and were ended: have it wait for what it starts", n)
	}
	return nil
}
