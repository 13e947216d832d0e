package search

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// departure returns when a trial of the record begins: now or, in studies that an earlier version extended, later.
//
// That version told the trials of the record before any others. What was still in flight when the first budget was
// spent was thus told before trials that had left later and ended sooner, and its clock was ahead of ours: it stood
// at the end of a trial that we have not told yet. Whatever such a study measured is good, so its times are taken as
// they are recorded, and it goes on from there by the clock.
func (r *run) departure(stored Trial) time.Duration {
	if slices.ContainsFunc(r.inFlight, func(f *flight) bool { return f.End == stored.Start }) {
		return stored.Start
	}
	return r.now
}

// recall completes a flight with the trial of the record, which must be what this study comes to.
func (r *run) recall(f *flight, stored Trial) error {
	if stored.Start != f.Start || stored.End != f.End {
		return r.refuse(f.ID, fmt.Errorf("it ran from %v to %v, now from %v to %v",
			stored.Start, stored.End, f.Start, f.End))
	}
	if stored.Of != f.Of {
		return r.refuse(f.ID, fmt.Errorf("it repeats trial %d, now %d (-1: none)", stored.Of, f.Of))
	}
	if n := len(r.metrics); !stored.Failed() && len(stored.Values) != n {
		return r.refuse(f.ID, fmt.Errorf("it has %d values for %d metrics", len(stored.Values), n))
	}
	if stored.Repeats > 0 && stored.Repeats != f.Repeats { // earlier versions did not count
		return r.refuse(f.ID, fmt.Errorf("%d duplicates were proposed before it, now %d", stored.Repeats, f.Repeats))
	}
	stored.Repeats = f.Repeats
	f.Trial, f.recorded = stored, true
	delete(r.record, f.ID)
	return nil
}

// finish ends the study for a reason, unless the record holds trials that it has not come to.
func (r *run) finish(reason Reason) (Reason, error) {
	if len(r.record) == 0 || reason == Interrupted {
		return reason, nil
	}
	first := slices.Min(slices.Collect(maps.Keys(r.record)))
	return Interrupted, r.refuse(first, errors.New("this study has not proposed it"))
}

// refuse says why a trial of the record cannot be one of this study.
func (r *run) refuse(trial int, why error) error {
	place, at := "the journal", ""
	if file, ok := r.config.Store.(interface {
		Path() string
		Line(trial int) int
	}); ok {
		place, at = file.Path(), fmt.Sprintf(" (line %d)", file.Line(trial))
	}
	return fmt.Errorf("%s: trial %d%s does not follow from this configuration: %w: "+
		"continue it with what made it, or name another file", place, trial, at, why)
}
