// Package leaderboard has the command that ranks the cells of a table by what they withstand.
package leaderboard

import (
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/leaderboard"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/spf13/cobra"
)

// options are the command's flags.
type options struct {
	*program.Program
	eps, out string
	most     int
	scope    backends.Scope
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	o := &options{Program: p}
	cmd := &cobra.Command{
		Use:   "leaderboard [RESULT.json ...]",
		Short: "Rank the cells of a table by what they withstand, a board a threat",
		Long: `
Rank the cells of a table by what they withstand, as RobustBench does: a board for each size of attacks that the table
has, and one for corruptions. Each has the accuracy on clean images, under each attack, and in the worst case, which
orders the board, and the parameters and multiply-adds of the network.

A table knows accuracies, not images: its worst case is the lowest of the attacks' accuracies, and no less than the
worst case image by image. A cell that lacks one of the attacks is not ranked.

RESULT.json is what 'nassearch attack WEIGHTS -o json' prints, of networks of your own: they become rows of the boards
of the threats that they were measured under, at the rank that a cell of the table with such a result would have. Their
worst case is that image by image. Other images, networks or attacks than the table's are told above the boards.`[1:],
		Example: `  nassearch leaderboard
  nassearch leaderboard --data robustness-data --eps 1/255,8/255 -n 20 --out board.html
  nassearch attack weights.safetensors --attacks fgsm,pgd,aa --eps 8/255 -o json > mine.json
  nassearch leaderboard mine.json --eps 8/255 -o markdown`,
		Args: usage.Args(0, math.MaxInt, "results of attacks or none"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	f := cmd.Flags()
	f.StringVar(&o.eps, "eps", "", "threats to show, with commas: sizes of attacks such as 8/255 or l2:0.5, and "+
		leaderboard.Corruptions+" (default: all that there are, but for 255/255)")
	f.IntVarP(&o.most, "number", "n", 10, "cells of the table on a board")
	f.StringVar(&o.out, "out", "",
		"file to write instead of printing; its ending says the form: .md, .html, .json, .csv or .txt")
	files.Writes(f, "out", "md", "html", "json", "csv", "txt")
	o.scope.RegisterWhere(f)
	p.Tables.RegisterFidelity(f)
	output.Allow(cmd, output.Markdown, output.HTML)
	return cmd
}

func (o *options) run(ctx context.Context, results []string) error {
	if err := usage.AtLeast("number", o.most, 1); err != nil {
		return err
	}
	form, err := o.form()
	if err != nil {
		return err
	}
	own, err := readAll(o.Known, results)
	if err != nil {
		return err
	}
	t, err := o.Tables.Open()
	if err != nil {
		return err
	}
	r, err := o.rank(ctx, t, own)
	if err != nil {
		return err
	}
	return o.deliver(form, r)
}

// endings are the forms of files by their endings.
var endings = map[string]string{
	".md": output.Markdown, ".html": output.HTML, ".htm": output.HTML, ".json": output.JSON, ".csv": output.CSV,
	".txt": output.Table,
}

// form is what --output says or, without it, the ending of the file.
func (o *options) form() (string, error) {
	if o.out == "" || o.out == "-" || o.Given("output") {
		return o.Out.Form, nil
	}
	form, ok := endings[strings.ToLower(filepath.Ext(o.out))]
	if !ok {
		return "", usage.Mark(fmt.Errorf("--out %s: want a file that ends in .md, .html, .json, .csv or .txt, or --output",
			o.out))
	}
	return form, nil
}

// threats are those that are shown: all, or those that are asked for.
func (o *options) threats(all []leaderboard.Threat, t *table.Table) (shown []leaderboard.Threat, err error) {
	if o.eps == "" {
		shown = leaderboard.Usual(all)
		if len(shown) == 0 {
			return nil, fmt.Errorf("%s has no accuracies under attack, nor under corruptions: there is nothing to rank by",
				"table "+t.Info().Name)
		}
		return shown, nil
	}
	var has []string
	for _, threat := range all {
		has = append(has, threat.Name)
	}
	for text := range strings.SplitSeq(o.eps, ",") {
		found := false
		is := leaderboard.Threat.Corrupts
		if text = strings.TrimSpace(text); text != leaderboard.Corruptions {
			s, err := objective.ParseThreat(text)
			if err != nil {
				return nil, usage.Mark(fmt.Errorf("--eps %q: %w", o.eps, err))
			}
			is = func(threat leaderboard.Threat) bool { return threat.Of(s) }
		}
		for _, threat := range all {
			if is(threat) {
				shown, found = append(shown, threat), true
			}
		}
		if !found {
			return nil, usage.Mark(fmt.Errorf("--eps %s: table %s has no such threat: it has %s",
				text, t.Info().Name, strings.Join(has, ", ")))
		}
	}
	return shown, nil
}

// deliver prints the boards, or writes them to a file.
func (o *options) deliver(form string, r result) error {
	a := r.article()
	a.Program, a.Command = o.Version, o.CommandLine()
	d := output.Document{
		Text: func(w io.Writer) error { return a.Text(w, output.Colourful(w)) },
		CSV:  r.rows().CSV, JSON: r, Markdown: a.Markdown,
		HTML: func(w io.Writer) error { return page.Article(w, a, r.table.Space()) },
	}
	return o.Out.To(o.out, func(w io.Writer) error {
		to := *o.Out
		if o.out != "" && o.out != "-" {
			to.Writer = w
		}
		to.Form = form
		return to.Print(d)
	})
}
