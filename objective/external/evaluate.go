package external

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/nassearch/nassearch/objective"
)

// Record is what a trial's record holds.
type Record struct {
	// Folder is the name of the trial's, below that of all trials; where it was measured anew, a later one has a number
	// behind the name. What a record says does not depend on that.
	Folder   string             `json:"folder,omitempty"`
	Attempts int                `json:"attempts,omitzero"` // if it was preempted
	Also     map[string]float64 `json:"also,omitempty"`    // what the program measured beside the objective
	Program  jsontext.Value     `json:"program,omitempty"`
}

// Evaluate asks the program. Errors are what it says, an [*objective.FailedError], the space's for what is no
// architecture, an [*objective.FidelityError], an [*objective.OutageError] where it cannot be started or has no place
// to write to, and what ends ctx.
func (e *Evaluator) Evaluate(ctx context.Context, q objective.Request) (out objective.Outcome, err error) {
	if err := e.Space.Validate(q.Arch); err != nil {
		return out, err
	}
	if q.Fidelity, err = e.fidelity(q.Fidelity); err != nil {
		return out, err
	}
	at, err := e.Slots.take(ctx)
	if err != nil {
		return out, err
	}
	defer e.Slots.give(at)
	t := newTrial(e.Space, e.told, q)
	f, err := openFolder(e.Folder, folderName(t))
	if err != nil {
		return out, err
	}
	defer f.close()
	t.Worker, t.Slot, t.Folder = at.number, at.name, f.path
	rec := Record{}
	if f.kept {
		rec.Folder = folderName(t)
	}
	values, err := e.measure(ctx, t, at, f, &rec)
	out.Record = encode(rec)
	if err != nil {
		e.tellFailure(ctx, err, f)
		return out, err
	}
	for i, m := range e.Config.Metrics {
		rec.note(m, values[i])
	}
	for i, s := range e.sources {
		if s.size != nil {
			out.Values = append(out.Values, float64(s.size(q.Arch)))
			continue
		}
		out.Values = append(out.Values, values[s.at])
		delete(rec.Also, e.Objective[i].Key())
	}
	out.Record = encode(rec)
	return out, nil
}

// note keeps a value.
func (r *Record) note(m objective.Metric, v float64) {
	if r.Also == nil {
		r.Also = map[string]float64{}
	}
	r.Also[m.Key()] = v
}

// tellFailure says where there is more about a trial that failed.
func (e *Evaluator) tellFailure(ctx context.Context, err error, f folder) {
	if ctx.Err() == nil && f.kept {
		e.say("a trial failed: %v; its log is %s", err, f.file(logFile))
	}
}

// folderName names the folder of a trial by what it is of: the index of the architecture, or else a digest of it, the
// fidelity, and the seed.
func folderName(t trial) string {
	name := digest(t.Arch)
	if t.Index != nil {
		name = fmt.Sprintf("%05d", *t.Index)
	}
	if t.Fidelity != 1 {
		name += "-f" + strings.ReplaceAll(objective.FidelityText(t.Fidelity), "/", "_")
	}
	return fmt.Sprintf("%s-s%d", name, t.Seed)
}

// longestPause is that between two attempts.
const longestPause = time.Minute

// measure asks the program until it answers, or was preempted too often.
func (e *Evaluator) measure(
	ctx context.Context, t trial, at slot, f folder, rec *Record,
) (values []float64, err error) {
	shown := &running{name: folderName(t)}
	if !e.Stays {
		shown.path = f.file(reportFile)
	}
	e.board.add(shown)
	defer e.board.remove(shown)
	pause := e.Pause
	for ; t.Attempt <= e.Attempts; t.Attempt++ {
		if t.Attempt > 1 {
			rec.Attempts = t.Attempt
		}
		if err := f.keep(t); err != nil {
			return nil, err
		}
		r, err := e.attempt(ctx, t, at, f)
		if !errors.Is(err, errPreempted) {
			return e.values(r, err, rec)
		}
		if t.Attempt == e.Attempts {
			break
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		pause = min(2*pause, longestPause)
	}
	return nil, fmt.Errorf("%s: it was preempted %d times", e.Command, e.Attempts)
}

// attempt asks once, within the limit.
func (e *Evaluator) attempt(ctx context.Context, t trial, at slot, f folder) (result, error) {
	if e.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, e.Timeout, &timeError{e.Timeout})
		defer cancel()
	}
	return e.asked.ask(ctx, t, at, f)
}

// values reads what came of an attempt, and keeps what the program says of it.
func (e *Evaluator) values(r result, err error, rec *Record) (values []float64, _ error) {
	if err == nil {
		rec.Program = r.Record
		values, err = r.numbers(e.Config.Metrics)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Command, err)
	}
	return values, nil
}

// report shows what a program that stays reports of a trial.
func (e *Evaluator) report(t trial, line []byte) {
	e.board.mutex.Lock()
	defer e.board.mutex.Unlock()
	name := folderName(t)
	for _, r := range e.board.trials {
		if r.name == name {
			r.say(line)
		}
	}
}

// leftovers count trials of which something was left running.
type leftovers struct{ atomic.Int64 }

// leaves is called where a program ends and leaves something running. It is told once.
func (e *Evaluator) leaves() {
	if e.left.Add(1) == 1 {
		e.say("%s leaves processes running when it ends: they are ended", e.Command)
	}
}

// Left is how many trials have left something running, which was ended.
func (e *Evaluator) Left() int { return int(e.left.Load()) }
