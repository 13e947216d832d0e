// Package export has the command that writes a table as CSV.
package export

import (
	"io"

	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
)

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:     "export",
		Short:   "Write a table as CSV, which --data reads",
		Example: "  nassearch table export --data robustness-data --out cifar10.csv",
		Args:    usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			t, err := p.Tables.Open()
			if err != nil {
				return err
			}
			return p.Out.To(path, func(w io.Writer) error { return t.Export(cmd.Context(), w) })
		},
	}
	cmd.Flags().StringVar(&path, "out", "", "file to write (default: standard output)")
	return cmd
}
