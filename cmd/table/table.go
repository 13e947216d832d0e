// Package table has the parent of the commands that look at tables of measured results and make them.
package table

import (
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/cmd/table/census"
	"github.com/nassearch/nassearch/cmd/table/correlate"
	"github.com/nassearch/nassearch/cmd/table/export"
	"github.com/nassearch/nassearch/cmd/table/info"
	"github.com/nassearch/nassearch/cmd/table/plot"
	"github.com/nassearch/nassearch/cmd/table/top"
	"github.com/spf13/cobra"
)

// Command returns the command, with those below it.
func Command(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "table",
		Short: "Look at a table of measured results",
		Example: "  nassearch table info\n  nassearch table correlate embedded robustness-data\n" +
			"  nassearch table plot --out eps.svg\n  nassearch table build --preset micro --out micro",
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(info.Command(p), export.Command(p), top.Command(p), correlate.Command(p), plot.Command(p),
		census.BuildCommand(p), census.MergeCommand(p), census.VerifyCommand(p))
	return cmd
}
