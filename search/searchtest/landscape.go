package searchtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/nassearch/nassearch/objective"
)

// Landscape is an evaluator of Grid architectures for tests: smooth with some roughness, and the same for all
// members of a class.
type Landscape struct {
	Count int                          // metrics
	As    []objective.Metric           // that it says it has; nil: as many as Count
	From  string                       // its source; empty: "landscape"
	Of    map[string]string            // settings of the source
	Delay time.Duration                // a random time up to this is spent on each evaluation
	Fails func(objective.Request) bool // nil: never
	// Shares are the fidelities at which it answers, ascending, the last being 1; nil: 1 alone. What a short training
	// says is less, and rough.
	Shares []float64
}

// ErrMade is the failure of a Landscape that was told to fail.
var ErrMade = errors.New("made to fail")

// Metrics returns as many metrics as the landscape has, whose directions take turns.
func (l Landscape) Metrics() []objective.Metric {
	if l.As != nil {
		return l.As
	}
	metrics := make([]objective.Metric, l.Count)
	for i := range metrics {
		metrics[i] = objective.Metric{Name: fmt.Sprintf("height%d", i), Goal: objective.Direction(i % 2)}
	}
	return metrics
}

// Source implements [objective.Evaluator].
func (l Landscape) Source() string { return cmp.Or(l.From, "landscape") }

// Settings implements [objective.Settings].
func (l Landscape) Settings() map[string]string { return l.Of }

// Fidelities implements [objective.Fidelities].
func (l Landscape) Fidelities() []float64 {
	if l.Shares == nil {
		return []float64{1}
	}
	return l.Shares
}

// Cost differs from class to class. That of a shorter training is its share.
func (l Landscape) Cost(q objective.Request) time.Duration {
	full := time.Second + time.Duration(hash(q)%1000)*time.Millisecond
	if short(q) {
		return time.Duration(float64(full) * q.Fidelity)
	}
	return full
}

// short says whether a request is of a shorter training. A request without a fidelity is not.
func short(q objective.Request) bool { return q.Fidelity > 0 && q.Fidelity < 1 }

// Evaluate returns the heights.
func (l Landscape) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	if l.Delay > 0 {
		select {
		case <-time.After(rand.N(l.Delay)): // the one place that is meant to differ from run to run
		case <-ctx.Done():
			return objective.Outcome{}, ctx.Err()
		}
	}
	if !slices.Contains(l.Fidelities(), q.Fidelity) && short(q) {
		return objective.Outcome{}, &objective.FidelityError{Source: l.Source(), Fidelity: q.Fidelity, Has: l.Fidelities()}
	}
	if l.Fails != nil && l.Fails(q) {
		return objective.Outcome{}, ErrMade
	}
	values := make([]float64, l.Count)
	for i := range values {
		for j, field := range strings.Split(string(q.Arch), ",") {
			var n int
			fmt.Sscan(field, &n)
			values[i] += math.Sin(float64(n*(i+1)) + float64(j))
		}
		values[i] += 0.01 * float64(hash(q)%100) / 100
		if short(q) {
			values[i] += (1 - q.Fidelity) * (float64(hash(q)%100)/100 - 1)
		}
	}
	return objective.Outcome{Values: values}, nil
}

// FailSome makes a third of the classes fail.
func FailSome(q objective.Request) bool { return hash(q)%3 == 0 }

func hash(q objective.Request) uint32 {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s %v", q.Arch, q.Fidelity)
	return h.Sum32()
}
