package search

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Reason says why a study ended.
type Reason string

const (
	BudgetSpent    Reason = "budget spent"
	SpaceExhausted Reason = "space exhausted"
	Stalled        Reason = "only duplicates" // MaxDuplicates in a row
	Interrupted    Reason = "interrupted"
)

// Study is a search from its first query to its last.
type Study struct {
	config   Config
	metrics  []objective.Metric // that the evaluator measures
	strategy Strategy
	options  Options
}

// New makes a study. Opening its store, if it is a journal, is left to the caller; see [Study.Description].
func New(c Config) (*Study, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	metrics := c.Evaluator.Metrics()
	s, o, err := c.Registry.New(c.Strategy, Problem{c.Space, metrics}, c.Options)
	if err != nil {
		return nil, err
	}
	return &Study{c, metrics, s, o}, nil
}

// Description tells what the study's history depends on.
func (s *Study) Description() Description {
	c := s.config
	d := Description{
		Space: c.Space.Name(), Objective: s.metrics, Source: c.Evaluator.Source(),
		Strategy: c.Strategy, Options: s.options, Seed: c.Seed,
		Window: c.Window, CountDuplicates: c.CountDuplicates, MaxDuplicates: c.MaxDuplicates,
	}
	if e, ok := c.Evaluator.(objective.Settings); ok {
		d.Settings = e.Settings()
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
	return newResult(s.Description(), reason, r.known), err
}

// key is what may be measured once: a class at a fidelity.
type key struct {
	class    space.Arch
	fidelity float64
}

// run is the state of Study.Run.
type run struct {
	*Study
	stored []Trial       // of an earlier process, in the order told; those told again are cut off
	record map[int]Trial // the same by ID
	last   int           // the largest ID of them, or -1

	classes int // of the space; 0 if it cannot be listed
	random  stream

	now        time.Duration
	issued     int          // proposals so far
	queries    int          // of them, those that use budget
	duplicates int          // in a row
	inFlight   []*flight    // by ID
	first      map[key]int  // the trial that answers for a class
	known      []Trial      // told, in order
	position   []int        // of a trial in known, by ID
	jobs       chan *flight // to the workers, who are there for windows wider than 1; never full
}

func newRun(s *Study, stored []Trial) *run {
	r := &run{
		Study:  s,
		stored: stored,
		record: make(map[int]Trial, len(stored)),
		last:   -1,
		random: newStream(),
		first:  make(map[key]int),
		jobs:   make(chan *flight, s.config.Window),
	}
	if e, ok := s.config.Space.(space.Enumerator); ok {
		r.classes = e.Classes()
	}
	for _, t := range stored {
		r.record[t.ID] = t
		r.last = max(r.last, t.ID)
	}
	return r
}

// loop fills the window, settles the flight that ends first, and begins again.
func (r *run) loop(ctx context.Context) (Reason, error) {
	reason := Reason("")
	for {
		for reason == "" && len(r.inFlight) < r.config.Window {
			var err error
			if reason, err = r.issue(ctx); err != nil {
				return Interrupted, err
			}
		}
		if len(r.inFlight) == 0 {
			return reason, nil
		}
		if err := r.settle(ctx); err != nil {
			if ctx.Err() != nil {
				return Interrupted, nil
			}
			return Interrupted, err
		}
	}
}

// issue sends the next proposal on its way, or says why there is none.
func (r *run) issue(ctx context.Context) (Reason, error) {
	if ctx.Err() != nil {
		return Interrupted, nil
	}
	if reason := r.over(); reason != "" {
		return reason, nil
	}
	p, err := r.propose(ctx)
	switch {
	case errors.Is(err, ErrExhausted):
		return SpaceExhausted, nil
	case err != nil && ctx.Err() != nil:
		return Interrupted, nil
	case err != nil:
		return "", err
	}
	r.depart(ctx, p)
	return "", nil
}

// over says why no further query can be made. What the journal holds is taken whole, whatever the budget.
func (r *run) over() Reason {
	if r.issued <= r.last {
		return ""
	}
	if r.queries >= r.config.Budget || r.config.TimeBudget > 0 && r.now >= r.config.TimeBudget {
		return BudgetSpent
	}
	if r.config.CountDuplicates {
		return ""
	}
	if r.classes > 0 && len(r.first) >= r.classes {
		return SpaceExhausted
	}
	if r.duplicates >= r.config.MaxDuplicates {
		return Stalled
	}
	return ""
}

// propose takes the next proposal from the journal or, if it is not there, from the strategy.
func (r *run) propose(ctx context.Context) (Proposal, error) {
	if t, ok := r.record[r.issued]; ok {
		return Proposal{t.ID, t.Arch, t.Fidelity}, nil
	}
	pending := make([]Proposal, len(r.inFlight))
	for i, f := range r.inFlight {
		pending[i] = Proposal{f.ID, f.Arch, f.Fidelity}
	}
	p, err := r.strategy.Ask(ctx, r.random.at(r.config.Seed, "ask", r.issued), pending)
	if err != nil {
		return Proposal{}, err
	}
	p.ID = r.issued
	if p.Fidelity == 0 {
		p.Fidelity = 1
	}
	if err := r.config.Space.Validate(p.Arch); err != nil {
		return Proposal{}, fmt.Errorf("strategy %s proposed %q: %w", r.config.Strategy, p.Arch, err)
	}
	if !(p.Fidelity > 0 && p.Fidelity <= 1) {
		return Proposal{}, fmt.Errorf("strategy %s proposed fidelity %v: want a share in (0, 1]", r.config.Strategy, p.Fidelity)
	}
	return p, nil
}

// depart puts a proposal in flight. A class that is known or under way is answered by its first trial.
func (r *run) depart(ctx context.Context, p Proposal) {
	class := space.Canonical(r.config.Space, p.Arch)
	f := &flight{
		Trial:   Trial{ID: p.ID, Arch: p.Arch, Fidelity: p.Fidelity, Of: -1, Start: r.now},
		request: objective.Request{Arch: class, Fidelity: p.Fidelity, Seed: r.config.Seed},
	}
	k := key{class, p.Fidelity}
	first, duplicate := r.first[k]
	if duplicate {
		f.Of = first
		r.duplicates++
	} else {
		r.first[k] = p.ID
		r.duplicates = 0
	}
	if !duplicate || r.config.CountDuplicates {
		r.queries++
		f.End = r.now + r.config.Evaluator.Cost(f.request)
	} else {
		f.End = r.arrival(first)
	}
	if _, stored := r.record[p.ID]; !stored && !duplicate && r.config.Window > 1 {
		f.outcome = make(chan outcome, 1)
		r.jobs <- f
	}
	r.issued++
	r.position = append(r.position, -1)
	r.inFlight = append(r.inFlight, f)
}

// arrival is when a duplicate of a trial is answered: at once, or with the trial if that is under way.
func (r *run) arrival(id int) time.Duration {
	for _, f := range r.inFlight {
		if f.ID == id {
			return f.End
		}
	}
	return r.now
}

// settle tells the strategy of the flight that ends first. While trials of an earlier process are left, their
// order holds.
func (r *run) settle(ctx context.Context) error {
	next := r.next()
	if next < 0 {
		return fmt.Errorf("the journal continues with trial %d, which this study has not proposed", r.stored[0].ID)
	}
	f := r.inFlight[next]
	t, err := r.land(ctx, f)
	if err != nil {
		return err
	}
	r.inFlight = append(r.inFlight[:next], r.inFlight[next+1:]...)
	r.now = max(r.now, f.End)
	r.position[t.ID] = len(r.known)
	r.known = append(r.known, t)
	r.strategy.Tell(t)
	if r.config.Observe != nil {
		r.config.Observe(t)
	}
	return nil
}

// next returns the position of the flight to settle.
func (r *run) next() int {
	if len(r.stored) > 0 {
		for i, f := range r.inFlight {
			if f.ID == r.stored[0].ID {
				return i
			}
		}
		return -1
	}
	best := 0
	for i, f := range r.inFlight { // by ID, so that ties go to the earlier proposal
		if f.End < r.inFlight[best].End {
			best = i
		}
	}
	return best
}

// land returns the finished trial: from the journal, from the trial it repeats, or from its worker.
func (r *run) land(ctx context.Context, f *flight) (Trial, error) {
	if len(r.stored) > 0 {
		t := r.stored[0]
		if t.Start != f.Start || t.End != f.End || t.Of != f.Of {
			return Trial{}, fmt.Errorf("trial %d of the journal does not follow from this configuration: it ran from %v to %v, now from %v to %v", t.ID, t.Start, t.End, f.Start, f.End)
		}
		r.stored = r.stored[1:]
		return t, nil
	}
	switch {
	case f.Duplicate():
		first := r.known[r.position[f.Of]]
		f.Values, f.Failure = first.Values, first.Failure
	case f.outcome == nil:
		f.take(r.measure(ctx, f.request))
	default:
		select {
		case o := <-f.outcome:
			f.take(o)
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil { // what came of it may be the interruption's doing
		return Trial{}, ctx.Err()
	}
	return f.Trial, r.config.Store.Append(f.Trial)
}
