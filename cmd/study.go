package cmd

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/optuna"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/spf13/cobra"
)

func (a *app) reportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report STUDY",
		Short: "Write what a study found as one HTML page",
		Long: `report reads a study's file (see --study) and writes a page with what it found: the best cell, drawn; the curve; all
trials; all settings. The page needs no network. The study may still be running.

The page also says what the table knows beyond the study: the rank, the regret, other metrics of the best cell. --data
must be the table that the study asked; without it, that is left out unless the study asked the table in the program.`,
		Example: `  nassearch report run.jsonl
  nassearch report run.jsonl --data robustness-data --out best.html`,
		Args: usage.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.report(cmd.Context(), args[0]) },
	}
	cmd.Flags().String("out", "", "file to write, - for standard output (default: the study's name with .html)")
	return cmd
}

func (a *app) exportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export STUDY",
		Short: "Write a study in the format of another program",
		Long: `export reads a study's file (see --study) and writes it for another program:

  optuna-journal  the journal file of Optuna 4 and 5, which optuna-dashboard opens. Edges are categorical parameters,
                  failed trials have state FAIL, duplicates are trials with the attribute duplicate_of; times are those of
                  the virtual clock, which begins in the year 2000.`,
		Example: `  nassearch export run.jsonl --format optuna-journal --out run.log
  optuna-dashboard run.log`,
		Args: usage.Args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error { return a.export(args[0]) },
	}
	cmd.Flags().String("format", optunaJournal, "what to write: "+optunaJournal)
	cmd.Flags().String("out", "-", "file to write, - for standard output")
	must(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{optunaJournal}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

const optunaJournal = "optuna-journal"

// report writes the page of a study.
func (a *app) report(ctx context.Context, path string) error {
	r, program, sp, err := readStudy(path)
	if err != nil {
		return err
	}
	c := report.Context{Budget: r.Queries, Space: sp, Settings: r.Study.Settings}
	known, err := a.studied(ctx, path, r.Study)
	switch {
	case err == nil:
		c = known
	case a.given["data"]:
		return err
	default: // the table in the program, or a configuration file's, is not that of every study
		a.log.Debug("the table is left out: " + err.Error())
	}
	s, err := report.New(r, c)
	if err != nil {
		return err
	}
	out := cmp.Or(a.config.GetString("out"), strings.TrimSuffix(path, filepath.Ext(path))+".html")
	if err := a.writeTo(out, func(w io.Writer) error { return page.Study(w, s, program) }); err != nil || out == "-" {
		return err
	}
	info, err := os.Stat(out)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "wrote %s (%d kB)\n", out, (info.Size()+999)/1000)
	return err
}

// export writes a study for another program.
func (a *app) export(path string) error {
	if format := a.config.GetString("format"); format != optunaJournal {
		return usage.Mark(fmt.Errorf("--format %q: want %s", format, optunaJournal))
	}
	r, _, sp, err := readStudy(path)
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return a.writeTo(a.config.GetString("out"), func(w io.Writer) error { return optuna.Write(w, name, r, sp) })
}

// writeTo writes a file, or to standard output.
func (a *app) writeTo(path string, content func(io.Writer) error) error {
	if path == "-" || path == "" {
		return content(a.stdout)
	}
	return atomicfile.Write(path, content)
}

// readStudy reads a study of the NAS-Bench-201 space.
func readStudy(path string) (r search.Result, program string, sp nasbench201.Space, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return r, program, sp, fmt.Errorf("%s is a folder: want a study's file, as --study writes it; if compare made the folder, its page is %s",
			path, filepath.Join(path, "report.html"))
	}
	if r, program, err = search.ReadJournal(path); err != nil {
		return r, program, sp, err
	}
	if sp, err = cells(""); err != nil {
		return r, program, sp, err
	}
	if r.Study.Space != sp.Name() {
		return r, program, sp, fmt.Errorf("study %s searches the space %q: want %s", path, r.Study.Space, sp.Name())
	}
	for _, t := range r.Trials {
		if err := sp.Validate(t.Arch); err != nil {
			return r, program, sp, fmt.Errorf("study %s: trial %d: %w", path, t.ID, err)
		}
	}
	return r, program, sp, nil
}

// studied is what the table knows that a study asked.
func (a *app) studied(ctx context.Context, path string, d search.Description) (report.Context, error) {
	t, sp, err := a.openTable()
	if err != nil {
		return report.Context{}, err
	}
	var names []string
	for _, m := range d.Objective {
		names = append(names, m.Brief())
	}
	view, err := a.selectMetrics(ctx, t, names)
	if err != nil {
		return report.Context{}, err
	}
	if view.Source() != d.Source || !slices.Equal(view.Metrics(), d.Objective) {
		return report.Context{}, fmt.Errorf("study %s asked another table than %s: name that one with --data and --dataset, or leave it out",
			path, a.config.GetString("data"))
	}
	return report.Context{
		Backend: tableBackend, About: t.Info().Description, Dataset: t.Info().Dataset, Space: sp, Known: view, Also: also(ctx, t, view),
	}, nil
}
