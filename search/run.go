package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// key is what may be measured once: a class at a fidelity.
type key struct {
	class    space.Arch
	fidelity float64
}

// run is the state of Study.Run.
type run struct {
	*Study
	record map[int]Trial // of earlier processes, by ID; those proposed again are taken out
	last   int           // the largest ID of them, or -1

	classes int // of the space; 0 if it cannot be listed
	whole   int // of them, those that are known or under way with the full training
	random  stream.Source

	fidelities []float64 // of the evaluator

	now        time.Duration
	issued     int             // proposals so far
	queries    int             // of them, those that use budget
	duplicates int             // in a row; if they are counted, since the clock moved
	inFlight   []*flight       // by ID
	first      map[key]*flight // that answers for a class
	repeats    int             // of them, those that use none
	recent     []int           // of the last queries, oldest first: repeats before each
	known      []Trial         // told, in order, that used budget
	repeated   *flight         // of those told that used none, the one with the largest ID
	jobs       chan *flight    // to the workers, who are there for windows wider than 1; never full
}

func newRun(s *Study, stored []Trial) *run {
	r := &run{
		Study:  s,
		record: make(map[int]Trial, len(stored)),
		last:   -1,
		random: stream.NewSource(),

		fidelities: objective.FidelitiesOf(s.config.Evaluator),
		first:      make(map[key]*flight),
		jobs:       make(chan *flight, s.config.Window),
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
			return r.finish(reason)
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
	return "", r.depart(p)
}

// propose takes the next proposal from the record or, if it is not there, from the strategy.
func (r *run) propose(ctx context.Context) (Proposal, error) {
	if t, ok := r.record[r.issued]; ok {
		p := Proposal{t.ID, t.Arch, t.Fidelity}
		if err := r.validate(p); err != nil {
			return p, r.refuse(p.ID, err)
		}
		return p, nil
	}
	pending := make([]Proposal, len(r.inFlight))
	for i, f := range r.inFlight {
		pending[i] = Proposal{f.ID, f.Arch, f.Fidelity}
	}
	p, err := r.strategy.Ask(ctx, r.random.At(r.config.Seed, "ask", r.issued), pending)
	if err != nil {
		return Proposal{}, err
	}
	p.ID = r.issued
	p.Fidelity = r.fidelity(p.Fidelity)
	if err := r.validate(p); err != nil {
		return p, fmt.Errorf("strategy %s proposed %w", r.config.Strategy, err)
	}
	return p, nil
}

// fidelity is what a proposal means: the full training where it says nothing, and exactly one of the evaluator's where
// it is but a rounding away from it.
func (r *run) fidelity(proposed float64) float64 {
	for _, f := range r.fidelities {
		if proposed == 0 && f == 1 || objective.SameFidelity(proposed, f) {
			return f
		}
	}
	return cmp.Or(proposed, 1)
}

// validate refuses what cannot be measured.
func (r *run) validate(p Proposal) error {
	if err := r.config.Space.Validate(p.Arch); err != nil {
		return fmt.Errorf("%q: %w", p.Arch, err)
	}
	if !(p.Fidelity > 0 && p.Fidelity <= 1) {
		return fmt.Errorf("fidelity %v: want a share in (0, 1]", p.Fidelity)
	}
	return nil
}

// depart puts a proposal in flight. A class that is known or under way is answered by its first trial, at once or
// when that ends.
func (r *run) depart(p Proposal) error {
	class := space.Canonical(r.config.Space, p.Arch)
	f := &flight{
		Trial:   Trial{ID: p.ID, Arch: p.Arch, Fidelity: p.Fidelity, Of: -1, Repeats: r.repeats, Start: r.now},
		request: objective.Request{Arch: class, Fidelity: p.Fidelity, Seed: r.config.Seed},
	}
	stored, recorded := r.record[p.ID]
	if recorded {
		f.Start = r.departure(stored)
	}
	k := key{class, p.Fidelity}
	if f.first = r.first[k]; f.first != nil {
		f.Of = f.first.ID
		r.duplicates++
	} else {
		r.first[k] = f
		r.duplicates = 0
		if f.Whole() {
			r.whole++
		}
	}
	if r.free(f) {
		r.repeats++
		f.End = max(f.Start, f.first.End)
	} else {
		r.count()
		cost := r.config.Evaluator.Cost(f.request)
		if f.End = f.Start + cost; f.End < f.Start {
			return fmt.Errorf("the evaluator announces that %s takes %v: want no negative time", p.Arch, cost)
		}
	}
	switch {
	case recorded:
		if err := r.recall(f, stored); err != nil {
			return err
		}
	case !f.Duplicate() && r.config.Window > 1:
		f.outcome = make(chan outcome, 1)
		r.jobs <- f
	}
	r.issued++
	r.inFlight = append(r.inFlight, f)
	return nil
}

// settle tells the strategy of the flight that ends first.
func (r *run) settle(ctx context.Context) error {
	next := 0
	for i, f := range r.inFlight {
		if byClock(&f.Trial, &r.inFlight[next].Trial) < 0 {
			next = i
		}
	}
	f := r.inFlight[next]
	if err := r.land(ctx, f); err != nil {
		return err
	}
	r.inFlight = slices.Delete(r.inFlight, next, next+1)
	if r.config.CountDuplicates && f.End > r.now {
		r.duplicates = 0
	}
	r.now = f.End
	if !r.free(f) {
		r.known = append(r.known, f.Trial)
	} else if r.repeated == nil || r.repeated.ID < f.ID {
		r.repeated = f
	}
	r.strategy.Tell(f.Trial)
	if r.config.Observe != nil {
		r.config.Observe(f.Trial)
	}
	return nil
}

// byClock compares trials by when they are told: at their ends, and of those that end together first the one with
// the lower number. No trial begins before the last one told has ended, so all trials of a study have this order.
func byClock(a, b *Trial) int { return cmp.Or(cmp.Compare(a.End, b.End), cmp.Compare(a.ID, b.ID)) }

// free says whether a trial uses no budget. Memory and stores grow with the others alone: the strategy proposes a free
// duplicate again when the study is continued, and it is answered again.
func (r *run) free(f *flight) bool { return f.Duplicate() && !r.config.CountDuplicates }

// land completes a trial: from the record, from the trial it repeats, or from its worker. What is new and used budget
// is stored.
func (r *run) land(ctx context.Context, f *flight) error {
	switch {
	case f.recorded:
		return nil
	case f.Duplicate():
		f.Values, f.Failure, f.Cause = f.first.Values, f.first.Failure, f.first.Cause
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
		return ctx.Err()
	}
	if f.refused != nil {
		return r.refusedBy(f.refused)
	}
	if r.free(f) {
		return nil
	}
	return r.config.Store.Append(f.Trial)
}

// refusedBy says who made a mistake that ends the study: the strategy, of a fidelity.
func (r *run) refusedBy(err error) error {
	if _, ok := errors.AsType[*objective.FidelityError](err); ok {
		return fmt.Errorf("strategy %s: %w", r.config.Strategy, err)
	}
	return err
}

// remember keeps the last free duplicate, if no later trial counts it, so that whoever reads the store knows of all.
func (r *run) remember() error {
	f := r.repeated
	if f == nil || slices.ContainsFunc(r.known, func(t Trial) bool { return t.ID > f.ID }) {
		return nil
	}
	r.known = append(r.known, f.Trial)
	if f.recorded {
		return nil
	}
	return r.config.Store.Append(f.Trial)
}
