package search

import (
	"context"
	"sync"

	"github.com/nassearch/nassearch/objective"
)

// Reason says why a study ended.
type Reason string

const (
	BudgetSpent    Reason = "budget spent"
	SpaceExhausted Reason = "space exhausted"
	Stalled        Reason = "only duplicates"   // MaxDuplicates in a row
	Repetitive     Reason = "mostly duplicates" // a million among the last hundred queries
	Interrupted    Reason = "interrupted"
)

// Study is a search from its first query to its last.
type Study struct {
	config   Config
	metrics  []objective.Metric // that the evaluator measures
	strategy Strategy
	options  Options

	mostRepeats int // among recentQueries
}

// New makes a study. Opening its store, if it is a journal, is left to the caller; see [Study.Description].
func New(c Config) (*Study, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	metrics := c.Evaluator.Metrics()
	s, o, err := c.Registry.New(c.Strategy, Problem{
		Space: c.Space, Metrics: metrics, Seed: c.Seed, Scores: c.Scores, Fidelities: objective.FidelitiesOf(c.Evaluator),
	}, c.Options)
	if err != nil {
		return nil, err
	}
	return &Study{c, metrics, s, o, mostRepeats}, nil
}

// Description tells what the study's history depends on.
func (s *Study) Description() Description {
	c := s.config
	d := Description{
		Space: c.Space.Name(), Objective: s.metrics, Source: c.Evaluator.Source(),
		Strategy: c.Strategy, Options: s.options, Scores: Sources(c.Scores), Seed: c.Seed,
		Window: c.Window, CountDuplicates: c.CountDuplicates, MaxDuplicates: c.MaxDuplicates, Scope: c.Scope,
	}
	if e, ok := c.Evaluator.(objective.Settings); ok {
		d.Settings = e.Settings()
	}
	if e, ok := c.Evaluator.(objective.Named); ok {
		d.SourceName = e.Name()
	}
	return d
}

// Keep sets the store, before Run.
func (s *Study) Keep(store Store) { s.config.Store = store }

// Run searches until the budget is spent or there is nothing left to ask, measuring up to workers
// architectures at a time. When ctx ends it returns what is known so far, with reason Interrupted. A study is
// run once.
func (s *Study) Run(ctx context.Context, workers int) (Result, error) {
	stored, err := s.config.Store.Load()
	if err != nil {
		return Result{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	r := newRun(s, stored)
	var pool sync.WaitGroup
	defer func() { // also when the strategy panics
		cancel()
		close(r.jobs)
		pool.Wait()
	}()
	if s.config.Window > 1 {
		for range min(max(workers, 1), s.config.Window) {
			pool.Go(func() { r.work(ctx) })
		}
	}
	reason, err := r.loop(ctx)
	if err == nil {
		err = r.remember()
	}
	return newResult(s.Description(), reason, r.known), err
}
