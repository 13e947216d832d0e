// Package analyze has the parent of the commands that say what tables tell.
package analyze

import (
	"github.com/nassearch/nassearch/cmd/analyze/cells"
	"github.com/nassearch/nassearch/cmd/analyze/design"
	"github.com/nassearch/nassearch/cmd/analyze/predictors"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
)

// commands are those below it.
var commands = []func(*program.Program) *cobra.Command{cells.Command, design.Command, predictors.Command}

// Command returns the command, with those below it.
func Command(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "analyze",
		Short: "Say what a table of measured results tells, and how sure that is",
		Example: "  nassearch analyze predictors\n" +
			"  nassearch analyze predictors --data robustness-data --measures scores.csv --out predictors",
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, command := range commands {
		cmd.AddCommand(command(p))
	}
	return cmd
}
