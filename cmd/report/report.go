// Package report has the command that writes a study as a page.
package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/searches"
	"github.com/nassearch/nassearch/cmd/internal/study"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "report STUDY",
		Short: "Write what a study found as one HTML page",
		Long: "report reads a study's file (see --study) and writes a page with what it found: " +
			"the best cell, drawn; the curve; all\n" +
			`trials; all settings. The page needs no network. The study may still be running.

The page also says what the table knows beyond the study: the rank, the regret, other metrics of the best cell. --data
must be the table that the study asked; without it, that is left out unless the study asked the table in the program.

The page has the command line that repeats the study. If that trained networks on images of your own, --dataset names
them.`,
		Example: `  nassearch report run.jsonl
  nassearch report run.jsonl --data robustness-data --out best.html`,
		Args: usage.Args(1, 1, "a study's file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "-" && p.Given("output") {
				return usage.Mark(errors.New("--output has no meaning with --out -, which prints the page"))
			}
			if out == "" {
				out = study.WithoutEnding(args[0]) + ".html"
				if err := files.Spare("the page", out, files.Inputs(cmd, args)); err != nil {
					return fmt.Errorf("%w by --out", err)
				}
			}
			return write(cmd.Context(), p, cmd.Flags(), args[0], out)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "file to write, - for standard output (default: the study's name with .html)")
	files.Writes(cmd.Flags(), "out", "html")
	return cmd
}

// write writes the page of a study.
func write(ctx context.Context, p *program.Program, flags *pflag.FlagSet, path, to string) error {
	s, err := study.Read(p.Log, path)
	if err != nil {
		return err
	}
	c := report.Context{Budget: s.Queries, Space: s.Space, Settings: s.Study.Settings}
	known, err := whatTableKnows(ctx, p, s)
	switch {
	case err == nil:
		c = known
		c.Command = searches.TableLine(s.Result, flags)
	case p.Given("data"):
		return err
	case strings.HasPrefix(s.Study.Source, "live:"):
		if c.Command, err = searches.LiveLine(ctx, p, s.Result, flags); err != nil {
			p.Log.Debug("the page has no command line: " + err.Error())
		}
	default: // the table in the program, or a configuration file's, is not that of every study
		p.Log.Debug("the table is left out: " + err.Error())
	}
	summary, err := report.New(ctx, s.Result, c)
	if err != nil {
		return err
	}
	err = p.Out.To(to, func(w io.Writer) error { return page.Study(w, summary, s.Version) })
	if err != nil || to == "-" {
		return err
	}
	info, err := os.Stat(to)
	if err != nil {
		return err
	}
	wrote := written{to, info.Size()}
	return p.Out.Print(output.Document{Text: wrote.text, CSV: wrote.sheet().CSV, JSON: wrote})
}

// written is the file of a page, for programs.
type written struct {
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
}

func (f written) text(w io.Writer) error {
	_, err := fmt.Fprintf(w, "wrote %s (%d kB)\n", f.File, (f.Bytes+999)/1000)
	return err
}

func (f written) sheet() *sheet.Sheet {
	s := sheet.New("file", "bytes")
	s.Add(sheet.Text(f.File), sheet.Int(int(f.Bytes)))
	return s
}

// whatTableKnows is of the table that a study asked.
func whatTableKnows(ctx context.Context, p *program.Program, s study.Study) (report.Context, error) {
	t, err := p.Tables.Open()
	if err != nil {
		return report.Context{}, err
	}
	d := s.Study
	view, err := backends.Select(ctx, p.Log, t, searches.Briefs(d.Objective), table.Settings{})
	if err != nil {
		return report.Context{}, err
	}
	if view.Source() != d.Source || !slices.Equal(view.Metrics(), d.Objective) {
		return report.Context{}, fmt.Errorf("study %s asked another table than %s: "+
			"name that one with --data and --dataset, or leave it out", s.Path, p.Tables.Data)
	}
	return backends.Knows(ctx, t, view, s.Result)
}
