package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/figure/plot"
	"github.com/spf13/cobra"
)

func (a *app) plotCommand() *cobra.Command {
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
		RunE: func(cmd *cobra.Command, _ []string) error { return a.plot(cmd.Context()) },
	}
	f := cmd.Flags()
	f.String("kind", kinds[0], "eps or scatter")
	f.String("metrics", "", "of the panels of --kind eps: "+metricsUsage)
	f.String("x", "clean_acc", "metric of the horizontal axis of --kind scatter; may carry its setting: pgd_acc@4/255")
	f.String("y", "pgd_acc", "metric of the vertical axis")
	f.String("out", "", "file to draw into: .svg, .png or .pdf")
	must(cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(kinds, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

var kinds = []string{"eps", "scatter"}

func (a *app) plot(ctx context.Context) error {
	kind, path := a.config.GetString("kind"), a.config.GetString("out")
	if !slices.Contains(kinds, kind) {
		return usage.Mark(fmt.Errorf("--kind %q: want eps or scatter", kind))
	}
	if path == "" {
		return usage.Mark(errors.New("nowhere to draw: give --out a file that ends with .svg, .png or .pdf"))
	}
	if _, err := plot.Format(path); err != nil {
		return usage.Mark(fmt.Errorf("--out %w", err))
	}
	if kind == "scatter" {
		return a.plotScatter(ctx, path)
	}
	return a.plotEps(ctx, path)
}
