// Package cmd is the command line of nassearch. A program that adds something of its own calls [Main] with it.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

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
)

// Main runs the command line of this process and returns its exit code. The first interrupt ends a search with what it
// has found, the second ends the process.
func Main(x Extensions) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return Run(ctx, x, os.Args[1:], os.Stdout, os.Stderr)
}

// Run is Main with everything given.
func Run(ctx context.Context, x Extensions, args []string, stdout, stderr io.Writer) int {
	err := execute(ctx, x, args, stdout, stderr)
	if err == nil {
		return 0
	}
	if !errors.Is(err, env.ErrInterrupted) {
		fmt.Fprintln(stderr, "nassearch: "+plain.Lines(err.Error(), "           "))
	}
	return exitCode(err)
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

// exitCode tells usage errors, which another command line would mend, from failures.
func exitCode(err error) int {
	if errors.Is(err, env.ErrInterrupted) || errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	if is[*usage.Error](err) || is[*search.UnknownStrategyError](err) || is[*search.OptionError](err) ||
		is[*search.MetricsError](err) || is[*compare.NameError](err) || is[*compare.CheckpointError](err) ||
		is[*objective.MetricSyntaxError](err) || is[*table.MetricError](err) || is[*objective.GoalError](err) ||
		is[*table.EpsError](err) || is[*table.SeverityError](err) || is[*table.DatasetError](err) {
		return exitUsage
	}
	return exitFailure
}

// is says whether an error of type E is in err's tree.
func is[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}
