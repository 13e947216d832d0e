// Package cmd is the command line of nassearch. A program that adds something of its own calls [Main] with it.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
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
	root, err := newRoot(x, env.New(args, stdout, stderr))
	if err == nil {
		root.SetArgs(args)
		root.SetOut(stdout)
		root.SetErr(stderr)
		err = root.ExecuteContext(ctx)
	}
	if err == nil {
		return 0
	}
	if !errors.Is(err, env.ErrInterrupted) {
		fmt.Fprintln(stderr, "nassearch: "+plain.Lines(err.Error(), "           "))
	}
	return exitCode(err)
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
