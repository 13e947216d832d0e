// Package cmd is the command line of nassearch. A program that adds something of its own calls [Main] with it.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
)

// Exit codes.
const (
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130 // 128 + SIGINT, as shells count
	exitUnread      = 141 // 128 + SIGPIPE: who reads the output has enough
)

// Main runs the command line of this process and returns its exit code. The first interrupt ends a search with what it
// has found, the second ends the process. Output that nobody takes ends nothing: a search goes on, and the exit code
// says that its result was not written.
func Main(x Extensions) int {
	ctx, stop := interruptible()
	defer stop()
	keepWriting()
	stdout := &standardOutput{file: os.Stdout}
	code := Run(ctx, x, os.Args[1:], stdout, os.Stderr)
	if err := stdout.close(); err != nil && code == 0 {
		return say(os.Stderr, err)
	}
	return code
}

// Run is Main with everything given.
func Run(ctx context.Context, x Extensions, args []string, stdout, stderr io.Writer) int {
	err := execute(ctx, x, args, stdout, stderr)
	if err == nil {
		return 0
	}
	return say(stderr, err)
}

// execute runs the command line. A panic, which is a mistake of the program or of an extension, is an error that says
// where it was.
func execute(ctx context.Context, x Extensions, args []string, stdout, stderr io.Writer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v (%s): this is a mistake of the program, please report it", p, panicked())
		}
	}()
	root, err := newRoot(x, env.New(args, stdout, stderr))
	if err != nil {
		return err
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return root.ExecuteContext(ctx)
}

// panicked is the line that a panic came from, of what is on the stack below it.
func panicked() string {
	var callers [32]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(0, callers[:])])
	below := false
	for {
		f, more := frames.Next()
		if below && !strings.HasPrefix(f.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
		below = below || f.Function == "runtime.gopanic"
		if !more {
			return "nobody knows where"
		}
	}
}

// say tells an error, unless its user knows of it, and returns its exit code.
func say(stderr io.Writer, err error) int {
	code := exitCode(err)
	if code != exitUnread && !errors.Is(err, env.ErrInterrupted) {
		fmt.Fprintln(stderr, "nassearch: "+plain.Lines(err.Error(), "           "))
	}
	return code
}

// exitCode is what shells are told.
func exitCode(err error) int {
	switch {
	case errors.Is(err, env.ErrInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, errUnread):
		return exitUnread
	case mistaken(err):
		return exitUsage
	}
	return exitFailure
}

// mistaken tells usage errors, which another command line would mend, from failures.
func mistaken(err error) bool {
	return is[*usage.Error](err) || is[*search.UnknownStrategyError](err) || is[*search.OptionError](err) ||
		is[*search.MetricsError](err) || is[*search.SpaceError](err) || is[*search.ScoresError](err) ||
		is[*compare.NameError](err) || is[*compare.CheckpointError](err) ||
		is[*objective.MetricSyntaxError](err) || is[*objective.GoalError](err) || is[*table.MetricError](err) ||
		is[*table.TwiceError](err) || is[*table.EpsError](err) || is[*table.SeverityError](err) ||
		is[*table.DatasetError](err)
}

// is says whether an error of type E is in err's tree.
func is[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}
