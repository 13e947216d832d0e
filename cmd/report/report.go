// Package report has the command that writes a study as a page.
package report

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/study"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/spf13/cobra"
)

// options are the command's flags.
type options struct {
	out    string
	tables *backends.Tables
}

// Command returns the command.
func Command(e *env.Env, out *output.Printer, tables *backends.Tables) *cobra.Command {
	o := &options{tables: tables}
	cmd := &cobra.Command{
		Use:   "report STUDY",
		Short: "Write what a study found as one HTML page",
		Long: "report reads a study's file (see --study) and writes a page with what it found: " +
			"the best cell, drawn; the curve; all\n" +
			`trials; all settings. The page needs no network. The study may still be running.

The page also says what the table knows beyond the study: the rank, the regret, other metrics of the best cell. --data
must be the table that the study asked; without it, that is left out unless the study asked the table in the program.`,
		Example: `  nassearch report run.jsonl
  nassearch report run.jsonl --data robustness-data --out best.html`,
		Args: usage.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), e, out, args[0]) },
	}
	cmd.Flags().StringVar(&o.out, "out", "", "file to write, - for standard output (default: the study's name with .html)")
	return cmd
}

// run writes the page of a study.
func (o *options) run(ctx context.Context, e *env.Env, out *output.Printer, path string) error {
	s, err := study.Read(path)
	if err != nil {
		return err
	}
	c := report.Context{Budget: s.Queries, Space: s.Space, Settings: s.Study.Settings}
	known, err := o.known(ctx, e, s)
	switch {
	case err == nil:
		c = known
	case e.Given("data"):
		return err
	default: // the table in the program, or a configuration file's, is not that of every study
		e.Log.Debug("the table is left out: " + err.Error())
	}
	summary, err := report.New(s.Result, c)
	if err != nil {
		return err
	}
	to := cmp.Or(o.out, s.WithoutEnding()+".html")
	write := func(w io.Writer) error { return page.Study(w, summary, s.Program) }
	if err := out.To(to, write); err != nil || to == "-" {
		return err
	}
	info, err := os.Stat(to)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "wrote %s (%d kB)\n", to, (info.Size()+999)/1000)
	return err
}

// known is what the table knows that a study asked.
func (o *options) known(ctx context.Context, e *env.Env, s study.Study) (report.Context, error) {
	t, err := o.tables.Open()
	if err != nil {
		return report.Context{}, err
	}
	d := s.Study
	var names []string
	for _, m := range d.Objective {
		names = append(names, m.Brief())
	}
	view, err := backends.Select(ctx, e.Log, t, names, table.Settings{})
	if err != nil {
		return report.Context{}, err
	}
	if view.Source() != d.Source || !slices.Equal(view.Metrics(), d.Objective) {
		return report.Context{}, fmt.Errorf("study %s asked another table than %s: "+
			"name that one with --data and --dataset, or leave it out", s.Path, o.tables.Data)
	}
	return backends.Context(ctx, t, view), nil
}
