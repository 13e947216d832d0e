package cmd

import (
	"context"
	"errors"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
)

// exitCode tells usage errors, which another command line would mend, from failures.
func exitCode(err error) int {
	if errors.Is(err, env.ErrInterrupted) || errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	if is[*usage.Error](err) || is[*search.UnknownStrategyError](err) || is[*search.OptionError](err) ||
		is[*search.MetricsError](err) || is[*compare.NameError](err) || is[*compare.CheckpointError](err) ||
		is[*objective.MetricSyntaxError](err) || is[*table.MetricError](err) || is[*table.GoalError](err) ||
		is[*table.EpsError](err) ||
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
