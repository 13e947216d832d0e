// Package export has the command that writes a table as CSV or Parquet.
package export

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/spf13/cobra"
)

// The formats.
const (
	asCSV     = "csv"
	asParquet = "parquet"
)

var formats = []string{asCSV, asParquet}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	var path, format string
	cmd := &cobra.Command{
		Use:   "export [TABLE]",
		Short: "Write a table as CSV, which --data reads, or as Parquet",
		Long: `
Write all that a table has measured, one row a class, with the names of its representative and the sizes of its network.

csv begins with lines that say what the table is, behind #, and is read back by --data. parquet has the same columns
with types, for pandas, DuckDB and others; a hole is null.`[1:],
		Example: `  nassearch table export robustness-data --out cifar10.csv
  nassearch table export robustness-data --out cifar10.parquet`,
		Args: usage.Args(0, 1, "one table or none"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := usage.OneOf("format", format, formats, " or "); err != nil {
				return err
			}
			if !p.Given("format") && strings.EqualFold(filepath.Ext(path), "."+asParquet) {
				format = asParquet
			}
			return export(cmd.Context(), p, args, format, path)
		},
	}
	usage.Choice(cmd, &format, "format", formats, "what to write: csv or parquet; without it --out says so by its ending")
	cmd.Flags().StringVar(&path, "out", "", "file to write (default: standard output)")
	files.Writes(cmd.Flags(), "out", asCSV, asParquet)
	p.Tables.RegisterFidelity(cmd.Flags())
	usage.Without(cmd, "what is written is CSV or Parquet, see --format", "output")
	return cmd
}

func export(ctx context.Context, p *program.Program, args []string, format, path string) error {
	if err := p.Tables.Name(p.Env, args); err != nil {
		return err
	}
	t, err := p.Tables.Open()
	if err != nil {
		return err
	}
	return p.Out.To(path, func(w io.Writer) error {
		if format == asParquet {
			return writeParquet(ctx, w, t)
		}
		return t.Export(ctx, w)
	})
}

// writeParquet writes the rows of the CSV; what that says above them is in the file's metadata.
func writeParquet(ctx context.Context, w io.Writer, t *table.Table) error {
	measured, err := t.Measured(ctx)
	if err != nil {
		return err
	}
	return rows(ctx, measured).Parquet(w)
}
