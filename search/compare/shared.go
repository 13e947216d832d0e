package compare

import (
	"context"
	"sync"

	"github.com/nassearch/nassearch/objective"
)

// shared is an evaluator that all runs of a comparison ask. It answers a request once: strategies ask much in common
// with a seed that they share, and equal requests have equal values. So many requests are measured at the same time.
type shared struct {
	objective.Evaluator
	slots chan struct{}

	mutex   sync.Mutex
	answers map[objective.Request]*answer
}

// answer is there when done is closed.
type answer struct {
	done    chan struct{}
	whole   bool // not cut off by the end of the run that asked, or by a panic
	outcome objective.Outcome
	err     error
}

func share(e objective.Evaluator, slots int) *shared {
	return &shared{Evaluator: e, slots: make(chan struct{}, max(slots, 1)), answers: map[objective.Request]*answer{}}
}

// Settings are the evaluator's, none if it does not tell any.
func (s *shared) Settings() map[string]string {
	if t, ok := s.Evaluator.(objective.Settings); ok {
		return t.Settings()
	}
	return nil
}

// Fidelities are the evaluator's.
func (s *shared) Fidelities() []float64 { return objective.FidelitiesOf(s.Evaluator) }

// Evaluate measures what nobody has asked for yet, and waits for what another run is measuring.
func (s *shared) Evaluate(ctx context.Context, q objective.Request) (objective.Outcome, error) {
	for {
		a, first := s.find(q)
		if first {
			s.measure(ctx, q, a)
			return a.outcome, a.err
		}
		select {
		case <-a.done:
			if a.whole {
				return a.outcome, a.err
			}
		case <-ctx.Done():
			return objective.Outcome{}, ctx.Err()
		}
	}
}

// find returns the answer to a request, and whether it is yet to be found.
func (s *shared) find(q objective.Request) (a *answer, first bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	a, known := s.answers[q]
	if !known {
		a = &answer{done: make(chan struct{})}
		s.answers[q] = a
	}
	return a, !known
}

// measure finds an answer. One that was cut off is forgotten, so that others who wait for it ask again.
func (s *shared) measure(ctx context.Context, q objective.Request, a *answer) {
	defer func() {
		if !a.whole {
			s.mutex.Lock()
			delete(s.answers, q)
			s.mutex.Unlock()
		}
		close(a.done)
	}()
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
		a.outcome, a.err = s.Evaluator.Evaluate(ctx, q)
	case <-ctx.Done():
		a.err = ctx.Err()
	}
	a.whole = ctx.Err() == nil
}
