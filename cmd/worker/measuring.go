package worker

import (
	"cmp"
	"context"
	"errors"
	"sync"

	"go.uber.org/zap"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
)

// measuring answers questions by a backend.
type measuring struct {
	backend backends.Bound
	dataset string
	log     *zap.Logger

	mu     sync.Mutex         // backends are opened by one goroutine at a time
	opened []*backend.Problem // for questions
}

// ask is for names of metrics.
func (m *measuring) ask(names []string, eps string, log *zap.Logger) backend.Ask {
	return backend.Ask{
		Objective: names, Eps: eps, Dataset: m.dataset, Given: func(string) bool { return false }, Log: log,
	}
}

// measure is a [remote.Measure].
func (m *measuring) measure(ctx context.Context, q remote.Question) (objective.Evaluator, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, err := m.backend.Open(ctx, m.ask(q.Objective, q.Eps, m.log))
	if err != nil {
		return nil, err
	}
	m.opened = append(m.opened, p)
	return p.Evaluator, nil
}

// close ends what was opened for questions.
func (m *measuring) close() (err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.opened {
		err = errors.Join(err, p.Close())
	}
	return err
}

// offer says what can be asked for, and how many can be measured side by side; 0: one a core.
func (m *measuring) offer(ctx context.Context) (o remote.Offer, workers int, err error) {
	all, err := m.backend.Describe(ctx, m.ask(nil, "", m.log))
	if err != nil {
		return o, 0, err
	}
	var names []string
	for _, metric := range all.Metrics {
		if metric.Missing == "" {
			names = append(names, metric.Name)
		}
	}
	names, err = m.possible(ctx, names)
	if len(names) == 0 {
		return o, 0, cmp.Or(err, errors.New("there is no metric to measure"))
	}
	about := ""
	err = m.look(ctx, names[:1], m.log, func(p *backend.Problem) error { // of more, more than all have in common is told
		about = p.About
		return nil
	})
	if err != nil {
		return o, 0, err
	}
	err = m.look(ctx, names, zap.NewNop(), func(p *backend.Problem) (err error) {
		o, err = remote.NewOffer(cmp.Or(about, all.About, m.backend.Name), m.backend.Name, p.Space, p.Evaluator)
		o.Window, workers = p.Window, p.Workers
		return err
	})
	return o, workers, err
}

// possible leaves of metrics those that can be had here, where some take what is not there, such as pictures of frost.
// Its error says why some cannot.
func (m *measuring) possible(ctx context.Context, names []string) ([]string, error) {
	err := m.look(ctx, names, zap.NewNop(), func(*backend.Problem) error { return nil })
	switch {
	case err == nil:
		return names, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case len(names) < 2:
		return nil, err
	}
	some, first := m.possible(ctx, names[:len(names)/2])
	more, second := m.possible(ctx, names[len(names)/2:])
	return append(some, more...), cmp.Or(first, second)
}

// look opens a problem for a function.
func (m *measuring) look(
	ctx context.Context, names []string, log *zap.Logger, at func(*backend.Problem) error,
) error {
	p, err := m.backend.Open(ctx, m.ask(names, "", log))
	if err != nil {
		return err
	}
	return errors.Join(at(p), p.Close())
}
