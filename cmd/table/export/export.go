// Package export has the command that writes a table as CSV.
package export

import (
	"io"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
)

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:     "export [TABLE]",
		Short:   "Write a table as CSV, which --data reads",
		Example: "  nassearch table export robustness-data --out cifar10.csv",
		Args:    usage.Args(0, 1, "one table or none"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.Tables.Name(p.Env, args); err != nil {
				return err
			}
			t, err := p.Tables.Open()
			if err != nil {
				return err
			}
			return p.Out.To(path, func(w io.Writer) error { return t.Export(cmd.Context(), w) })
		},
	}
	cmd.Flags().StringVar(&path, "out", "", "file to write (default: standard output)")
	files.Writes(cmd.Flags(), "out", "csv")
	p.Tables.RegisterFidelity(cmd.Flags())
	usage.Without(cmd, "what is written is always CSV", "output")
	return cmd
}
