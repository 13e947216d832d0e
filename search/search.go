// Package search runs studies: a strategy proposes architectures, an evaluator measures them, and a journal
// keeps what was learnt.
//
// A study's history is a function of its configuration and seed alone. Every proposal draws from a random
// stream of its own; results are told in the order of a virtual clock that runs on announced costs, whatever
// the number of workers and however often the study is cut and continued.
package search

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Proposal is an architecture that a strategy wants measured.
type Proposal struct {
	ID       int // number of the trial, from 0; the study sets it
	Arch     space.Arch
	Fidelity float64 // share of the full training, in (0, 1]; 0 means 1
}

// Trial is a proposal with what came of it.
type Trial struct {
	ID       int
	Arch     space.Arch // as proposed
	Fidelity float64
	Values   []float64       // in the order of the study's metrics; nil if the trial failed
	Failure  string          // why there are no values; empty if there are
	Cause    objective.Cause // which kind of failure that is; empty if there are values
	Of       int             // the earlier trial of the same class that answered this one, or -1
	Repeats  int             // duplicates proposed before it that used no budget: they are counted, not kept
	Start    time.Duration
	End      time.Duration // on the virtual clock
	Wall     time.Duration // measured; decides nothing

	Record json.RawMessage // what the evaluator tells of the measurement; decides nothing
}

// Failed says whether the trial has no values.
func (t Trial) Failed() bool { return t.Failure != "" }

// Whole says whether the trial is of the full training. Values of others tell a strategy something, and are no answer
// of a study: they cannot be compared with those of the full training.
func (t Trial) Whole() bool { return t.Fidelity == 0 || objective.SameFidelity(t.Fidelity, 1) }

// Answers says whether the trial may be the answer of a study: it has values, of the full training.
func (t Trial) Answers() bool { return !t.Failed() && t.Whole() }

// Duplicate says whether the trial was answered from the study's own history.
func (t Trial) Duplicate() bool { return t.Of >= 0 }

// Strategy decides what to measure next. It is used by one goroutine at a time, has no clock, no randomness
// but Ask's and that of [Problem.Stream], and stores nothing: a study that is continued makes a new one and tells it
// all trials again.
type Strategy interface {
	// Ask returns a proposal, or [ErrExhausted] if there is nothing left to propose. It changes nothing that
	// a later Ask could notice. Pending lists what has been proposed and not yet been told, oldest first.
	Ask(ctx context.Context, r *rand.Rand, pending []Proposal) (Proposal, error)
	// Tell is the only place where a strategy learns. Failed trials and duplicates are told too. What it draws, it draws
	// from a stream of the trial's own: Problem.Stream("accept", t.ID).
	Tell(Trial)
}

// ErrExhausted says that a strategy has nothing left to propose.
var ErrExhausted = errors.New("nothing left to propose")

// Problem is what a strategy is made for.
type Problem struct {
	Space   space.Space
	Metrics []objective.Metric
	Seed    uint64  // of the study
	Window  int     // proposals in flight at once
	Scores  []Score // from elsewhere, where the strategy makes use of them
	// Fidelities are those at which the evaluator says it answers, ascending; the last is 1.
	Fidelities []float64
}

// Stream returns the random stream of a purpose and a number, such as a trial's: always the same for the seed of the
// study, different for every purpose and number, and none that Ask is given. With it a strategy draws where it is given
// no stream: in Tell, or when it is made.
func (p Problem) Stream(purpose string, id int) *rand.Rand {
	return stream.New(p.Seed, "strategy/"+purpose, id)
}

// Better says whether a trial is better than another: of several metrics, whether it dominates it. Failed trials are
// worse than all others.
func (p Problem) Better(a, b Trial) bool {
	if a.Failed() || b.Failed() {
		return !a.Failed() && b.Failed()
	}
	return objective.Dominates(objective.Costs(p.Metrics, a.Values), objective.Costs(p.Metrics, b.Values))
}

// Class returns what two architectures of one class have in common: the canonical member, if the space knows
// of classes, else the architecture.
func (p Problem) Class(a space.Arch) space.Arch { return space.Canonical(p.Space, a) }
