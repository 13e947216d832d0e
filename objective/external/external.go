// Package external has the evaluator that is a program in any language, such as a training script. What such a program
// is told, and what it answers, is in docs/any-trainer.md.
package external

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nassearch/nassearch/internal/words"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Config says which program measures what, and how it is asked.
type Config struct {
	Space   space.Space
	Command string // the program with its arguments, in words as [words.Split] reads them
	Stays   bool   // the program answers one trial after the other; without it each trial is a process

	Metrics   []objective.Metric // that the program measures
	Objective []objective.Metric // of them, those that are wanted; params and flops are those that the space tells
	Depends   map[string]string  // digests of the files that values follow from, by their names

	Fidelities []float64     // at which it can be asked, ascending; without any in full alone
	Cost       time.Duration // that is announced of a full training; a shorter one costs its share of it
	Timeout    time.Duration // of an attempt, on the wall's clock; 0: none
	Grace      time.Duration // to end by itself when it is asked to
	Attempts   int           // that a trial has where the program is preempted
	Pause      time.Duration // before the second attempt; before each further one twice as long, up to a minute

	Slots  *Slots
	Folder string            // that those of trials are in; empty: they are temporary
	Say    func(text string) // takes what its user should know, from several goroutines at a time; nil drops it
}

// Evaluator asks a program. It is an [objective.Evaluator].
type Evaluator struct {
	Config
	words   []string
	told    []told
	sources []source // of the objective
	asked   asker
	board   board
	left    leftovers
}

// asker is a way to ask a program for a trial.
type asker interface {
	ask(context.Context, trial, slot, folder) (result, error)
	close()
}

var (
	_ objective.Evaluator  = (*Evaluator)(nil)
	_ objective.Settings   = (*Evaluator)(nil)
	_ objective.Fidelities = (*Evaluator)(nil)
)

// source is where the value of a metric comes from: the program, or the space.
type source struct {
	at   int // among the program's metrics
	size func(space.Arch) int64
}

// New returns an evaluator. Its error is one of what is asked for.
func New(c Config) (*Evaluator, error) {
	e := &Evaluator{Config: c, told: tell(c.Metrics)}
	var err error
	if e.words, err = words.Command(c.Command, "'python train.py'"); err != nil {
		return nil, fmt.Errorf("the command: %w", err)
	}
	if err := words.Runnable(e.words[0]); err != nil {
		return nil, err
	}
	if len(c.Metrics) == 0 {
		return nil, errors.New("no metric: name what the program measures")
	}
	for _, m := range c.Objective {
		s, err := e.source(m)
		if err != nil {
			return nil, err
		}
		e.sources = append(e.sources, s)
	}
	if len(e.Fidelities()) == 0 || e.Fidelities()[len(e.Fidelities())-1] != 1 {
		return nil, fmt.Errorf("fidelities %v: want the full training, 1, as the last", c.Fidelities)
	}
	if c.Stays {
		e.asked = &server{
			command: e.words, grace: c.Grace, metrics: e.told, report: e.report, stay: map[int]*resident{},
		}
	} else {
		e.asked = runner{e.words, c.Grace, e.leaves}
	}
	return e, nil
}

// source finds who tells a metric.
func (e *Evaluator) source(m objective.Metric) (source, error) {
	if at := slices.Index(e.Config.Metrics, m); at >= 0 {
		return source{at: at}, nil
	}
	if size := sizeOf(e.Space, m); size != nil {
		return source{size: size}, nil
	}
	return source{}, fmt.Errorf("%s is not among what the program measures: %s", m.Key(), keys(e.Config.Metrics))
}

// sizeOf returns what tells a size of networks, if a metric is one and the space knows it; nil otherwise.
func sizeOf(s space.Space, m objective.Metric) func(space.Arch) int64 {
	sizer, ok := s.(space.Sizer)
	switch {
	case !ok || m.Goal != objective.Minimize || !m.Setting.IsZero():
		return nil
	case m.Name == "params":
		return sizer.Params
	case m.Name == "flops":
		return sizer.FLOPs
	}
	return nil
}

// Program is the command that is asked.
func (e *Evaluator) Program() string { return e.Command }

// Metrics returns the objective.
func (e *Evaluator) Metrics() []objective.Metric { return slices.Clone(e.Objective) }

// Fidelities lists those at which the program can be asked.
func (e *Evaluator) Fidelities() []float64 {
	if len(e.Config.Fidelities) == 0 {
		return []float64{1}
	}
	return slices.Clone(e.Config.Fidelities)
}

// Cost is that of a full training times the fidelity.
func (e *Evaluator) Cost(q objective.Request) time.Duration {
	return time.Duration(float64(e.Config.Cost) * q.Fidelity)
}

// Settings say what values, and the clock of a search, follow from: the command, digests of files, all metrics that the
// program measures, whether it stays, the cost, and fidelities.
func (e *Evaluator) Settings() map[string]string {
	s := map[string]string{"command": e.Command, "trial-cost": e.Config.Cost.String()}
	if e.Stays {
		delete(s, "command")
		s["serve-command"] = e.Command
	}
	var metrics, fidelities []string
	for _, m := range e.Config.Metrics {
		metrics = append(metrics, m.Key()+":"+m.Goal.String())
	}
	s["metrics"] = strings.Join(metrics, ",")
	for _, f := range e.Fidelities() {
		fidelities = append(fidelities, objective.FidelityText(f))
	}
	if len(fidelities) > 1 {
		s["trial-fidelities"] = strings.Join(fidelities, ",")
	}
	for path, sum := range e.Depends {
		s[objective.FileSetting(path)] = sum
	}
	return s
}

// Source is a fingerprint of the settings.
func (e *Evaluator) Source() string {
	h := sha256.New()
	settings := e.Settings()
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(h, "%q=%q\n", name, settings[name])
	}
	return "exec:" + hex.EncodeToString(h.Sum(nil)[:8])
}

// Status tells the trials under way in a few words; empty if there are none. It may be called at any time.
func (e *Evaluator) Status() string { return e.board.text() }

// Close ends programs that stay.
func (e *Evaluator) Close() error {
	e.asked.close()
	return nil
}

func (e *Evaluator) say(format string, args ...any) {
	if e.Say != nil {
		e.Say(fmt.Sprintf(format, args...))
	}
}

// fidelity returns the one that is meant, or a [*objective.FidelityError].
func (e *Evaluator) fidelity(of float64) (float64, error) {
	for _, f := range e.Fidelities() {
		if objective.SameFidelity(cmp.Or(of, 1), f) {
			return f, nil
		}
	}
	return 0, &objective.FidelityError{Source: e.Program(), Fidelity: of, Has: e.Fidelities()}
}
