// Package external has the strategy that is a program in any language.
package external

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/nassearch/nassearch/internal/depends"
	"github.com/nassearch/nassearch/internal/dialog"
	"github.com/nassearch/nassearch/internal/words"
	"github.com/nassearch/nassearch/search"
)

// name is what the strategy is called in errors, as in the program.
const name = "exec"

// Strategy is a program in any language that proposes. It is asked in lines of JSON on its standard input, and answers
// on its standard output: docs/any-language.md has the protocol. With every question it is told all trials or, if it
// wishes so, those that it has not been told yet; either way it is started anew with a study that is continued, and
// all is told again.
type Strategy struct {
	problem search.Problem
	options search.Options
	command []string
	limit   time.Duration
	files   map[string]string
	say     func(line string)

	trials [][]byte // told, as they are sent
	talk   *talk    // nil before the first question
	err    error    // of the conversation, after which there is none
}

// Entry describes Strategy to a registry. Say takes what the program writes to standard error, line by line, from
// several goroutines at a time; nil drops it.
func Entry(say func(line string)) search.Entry {
	return search.Entry{
		About:  "a program in any language, asked in lines of JSON",
		Source: "the protocol: docs/any-language.md; a helper for Python and programs: examples/exec",
		Options: []search.Option{
			search.TextOption("command", "", "the program with its arguments, in words as of a shell, which there is none of",
				commandError),
			search.FloatOption("timeout", 60, 0.001, 1e6, "seconds that it may take to start, and for each proposal"),
			search.TextOption("depends", "", "files that proposals follow from, with commas; a study is not continued with "+
				"changed ones; empty: the words of command that are files of at most 16 MB, none: none", nil),
		},
		Multi: true,
		New: func(p search.Problem, o search.Options) (search.Strategy, error) {
			command, err := words.Command(o.Text("command"), example)
			if err != nil {
				return nil, err
			}
			if err := words.Runnable(command[0]); err != nil {
				return nil, &search.OptionError{Strategy: name, Option: "command", Problem: err.Error()}
			}
			files, err := depends.Digests(command, o.Text("depends"))
			if err != nil {
				return nil, &search.OptionError{Strategy: name, Option: "depends", Problem: err.Error()}
			}
			limit := time.Duration(o.Float("timeout") * float64(time.Second))
			return &Strategy{problem: p, options: o, command: command, limit: limit, files: files, say: say}, nil
		},
	}
}

// example is how a command is given.
const example = "--option command='python my.py'"

// commandError says what is wrong with a command before anything is run.
func commandError(text string) error {
	_, err := words.Command(text, example)
	return err
}

// Files are those that proposals follow from.
func (e *Strategy) Files() map[string]string { return e.files }

// Ask puts the question to the program. What is random to it follows from a seed that it is given.
func (e *Strategy) Ask(ctx context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	if e.err != nil {
		return search.Proposal{}, e.err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, e.limit, fmt.Errorf("no answer within %v (option timeout)", e.limit))
	defer cancel()
	p, err := e.ask(ctx, r, pending)
	if err == nil || errors.Is(err, search.ErrExhausted) {
		return p, err
	}
	if refused, ok := errors.AsType[*search.MetricsError](err); ok {
		e.err = refused
	} else {
		e.err = fmt.Errorf("strategy %s: %s: %w", name, strings.Join(e.command, " "), err)
	}
	return p, e.err
}

func (e *Strategy) ask(ctx context.Context, r *rand.Rand, pending []search.Proposal) (p search.Proposal, err error) {
	if e.talk == nil {
		if err := e.start(ctx); err != nil {
			return p, err
		}
	}
	seed := r.Uint64() >> 11 // all languages have such numbers
	n := len(e.trials) + len(pending)
	if err := e.talk.question(ctx, n, seed, e.trials, pending); err != nil {
		return p, err
	}
	services := services{e.problem.Space, r}
	for {
		a, err := e.talk.receive(ctx)
		if err != nil {
			return p, err
		}
		if reply, ok, err := services.answer(a); err != nil {
			return p, err
		} else if ok {
			if err := e.talk.send(ctx, reply); err != nil {
				return p, err
			}
			continue
		}
		return e.talk.proposal(a, n)
	}
}

// start starts the program, which says what it can.
func (e *Strategy) start(ctx context.Context) error {
	program, err := dialog.Start(dialog.Config{Command: e.command, Longest: longestLine, Say: e.say})
	if err != nil {
		return fmt.Errorf("it cannot be started: %w", err)
	}
	e.talk = &talk{program: program, space: e.problem.Space}
	return e.talk.greet(ctx, e.problem, e.options)
}

// Tell keeps the trial for the next question.
func (e *Strategy) Tell(t search.Trial) { e.trials = append(e.trials, encoded(e.problem.Space, t)) }

// Close ends the program.
func (e *Strategy) Close() error {
	if e.talk != nil {
		e.talk.program.Close()
	}
	return nil
}
