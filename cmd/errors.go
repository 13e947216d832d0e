package cmd

import (
	"errors"

	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search"
	"github.com/spf13/cobra"
)

// errInterrupted ends a command whose user stopped it, after it has said what it had.
var errInterrupted = errors.New("interrupted")

// usageError is a mistake in the command line or the configuration.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usage(err error) error { return usageError{err} }

// exactArgs is cobra's check as a usage error.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usage(err)
		}
		return nil
	}
}

// exitCode tells usage errors, which another command line would mend, from failures.
func exitCode(err error) int {
	if errors.Is(err, errInterrupted) {
		return exitInterrupted
	}
	if is[usageError](err) || is[*search.UnknownStrategyError](err) || is[*search.OptionError](err) ||
		is[*search.MetricsError](err) || is[*table.MetricError](err) || is[*table.EpsError](err) ||
		is[*table.SeverityError](err) || is[*table.DatasetError](err) {
		return exitUsage
	}
	return exitFailure
}

// is says whether an error of type E is in err's tree.
func is[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}
