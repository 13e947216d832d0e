// Package plot has the command that draws a table.
package plot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/metrics"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/spf13/cobra"
)

// kinds are what a table can be drawn as, the usual one first.
var kinds = []kind{{"eps", (*options).overEps}, {"scatter", (*options).scatter}}

// kind is a way to draw a table.
type kind struct {
	name string
	draw func(*options, context.Context, *table.Table) (drawing, error)
}

// options are the command's flags.
type options struct {
	tables    *backends.Tables
	known     objective.Catalogue
	kind, out string
	metrics   string
	x, y      string
}

// Command returns the command. The catalogue has the words for metrics.
func Command(e *env.Env, out *output.Printer, tables *backends.Tables, known objective.Catalogue) *cobra.Command {
	o := &options{tables: tables, known: known}
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	cmd := &cobra.Command{
		Use:   "plot --out FILE",
		Short: "Draw a table: box plots over eps, or one metric against another",
		Long: `plot draws a table's values into a file and prints the numbers that the drawing shows.

--kind eps draws a panel for each metric that has eps, accuracies under attack unless --metrics says otherwise: a
box for every eps, spanning the quartiles over all cells, beside that of clean images. Whiskers reach the last
value within one and a half of the box's height. Eps 255/255, which leaves nothing of the image, is left out. A
dashed line stands at the accuracy of guessing.

--kind scatter draws a point for each cell, and marks the cells that no other beats in both metrics.`,
		Example: `  nassearch table plot --out eps.svg
  nassearch table plot --data robustness-data --kind scatter --x clean_acc --y pgd_acc@2/255 --out front.png`,
		Args: usage.Args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), e, out) },
	}
	f := cmd.Flags()
	f.StringVar(&o.kind, "kind", names[0], strings.Join(names, " or "))
	f.StringVar(&o.metrics, "metrics", "", "of the panels of --kind eps: "+metrics.Usage)
	f.StringVar(&o.x, "x", "clean_acc",
		"metric of the horizontal axis of --kind scatter; may carry its setting: pgd_acc@4/255")
	f.StringVar(&o.y, "y", "pgd_acc", "metric of the vertical axis")
	f.StringVar(&o.out, "out", "", "file to draw into: .svg, .png or .pdf")
	usage.Complete(cmd, "kind", names...)
	return cmd
}

// drawing is a figure with the numbers that it shows, as rows and for programs.
type drawing struct {
	figure  figure.Picture
	rows    *sheet.Sheet
	numbers any
}

// run draws a figure and prints its numbers.
func (o *options) run(ctx context.Context, e *env.Env, out *output.Printer) error {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == o.kind })
	if i < 0 {
		return usage.Mark(fmt.Errorf("--kind %q: want eps or scatter", o.kind))
	}
	if o.out == "" {
		return usage.Mark(errors.New("nowhere to draw: give --out a file that ends with .svg, .png or .pdf"))
	}
	if err := output.CheckFigure(o.out); err != nil {
		return err
	}
	t, err := o.tables.Open()
	if err != nil {
		return err
	}
	d, err := kinds[i].draw(o, ctx, t)
	if err != nil {
		return err
	}
	if err := output.Figure(e.Log, o.out, d.figure); err != nil {
		return err
	}
	return out.List("table    "+t.Info().Description+"\n\n", d.rows, d.numbers)
}
