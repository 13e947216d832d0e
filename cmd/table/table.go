// Package table has the parent of the commands that look at tables of measured results and make them.
package table

import (
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/cmd/table/census"
	"github.com/nassearch/nassearch/cmd/table/correlate"
	"github.com/nassearch/nassearch/cmd/table/export"
	"github.com/nassearch/nassearch/cmd/table/info"
	"github.com/nassearch/nassearch/cmd/table/plot"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/spf13/cobra"
)

// Command returns the command, with those below it.
func Command(e *env.Env, out *output.Printer, tables *backends.Tables, methods robustness.Catalogue) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "table",
		Short: "Look at a table of measured results",
		Args:  usage.Args(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(info.Command(out, tables), export.Command(out, tables),
		correlate.Command(e, out, tables), plot.Command(e, out, tables, objective.Catalogue{Attacks: methods}),
		census.BuildCommand(e, methods), census.MergeCommand(e, methods), census.VerifyCommand(e, tables, methods))
	return cmd
}
