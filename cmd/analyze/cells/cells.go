// Package cells has the command that finds the best cells of a table within bounds, and the Pareto front.
package cells

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/analyses"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/analysis/cells"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/spf13/cobra"
)

// command is what the flags and the program give to the analysis.
type command struct {
	*program.Program
	objective  string
	settings   table.Settings
	params     float64 // in millions, as flops
	flops      float64
	most       int
	comparison string
	scope      backends.Scope
	out        *analyses.Output
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	c := &command{Program: p}
	cmd := &cobra.Command{
		Use:   "cells [TABLE]",
		Short: "Find the best cells within bounds, the exact Pareto front, and what one metric costs in another",
		Long: `
cells finds the best cells of a table by each metric and by all of them together: the exact Pareto front. Of two or more
metrics it says what the first one costs in the others. With the folder of a comparison of the same metrics it says how
much of the front each strategy found.`[1:],
		Example: `  nassearch analyze cells --objective clean_acc,pgd_acc --max-params 0.5
  nassearch analyze cells robustness-data --objective pgd_acc,corruption_acc,params --out cells
  nassearch analyze cells --objective pgd_acc --max-flops 50 --where 'clean_acc>=0.5' -n 5
  nassearch analyze cells --objective clean_acc,pgd_acc --comparison cmp`,
		Args: usage.Args(0, 1, "one table or none"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.Tables.Name(c.Env, args); err != nil {
				return err
			}
			return c.run(cmd)
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.objective, "objective", "clean_acc,pgd_acc",
		"metrics with commas between them (see 'nassearch objectives')")
	f.StringVar(&c.settings.Eps, "eps", "", "size of the attack's perturbation, such as 1/255 (default: the table's)")
	f.StringVar(&c.settings.Severity, "severity", "", "severity of corruptions, 1 to 5 (default: the mean over all)")
	f.Float64Var(&c.params, "max-params", 0, "only cells of at most so many million parameters")
	f.Float64Var(&c.flops, "max-flops", 0, "only cells of at most so many million multiply-adds")
	f.IntVarP(&c.most, "number", "n", 10, "cells to list by each metric")
	f.StringVar(&c.comparison, "comparison", "",
		"folder of 'nassearch compare --out', whose strategies are set against the front")
	files.Reads(f, "comparison")
	c.scope.RegisterWhere(f)
	c.out = analyses.Register(cmd, p)
	return cmd
}

func (c *command) run(cmd *cobra.Command) error {
	if err := usage.AtLeast("number", c.most, 1); err != nil {
		return err
	}
	if err := c.bound(cmd); err != nil {
		return err
	}
	var names []string
	for name := range strings.SplitSeq(c.objective, ",") {
		names = append(names, strings.TrimSpace(name))
	}
	ctx := cmd.Context()
	t, err := c.Tables.Open()
	if err != nil {
		return err
	}
	view, err := t.Select(ctx, names, c.settings)
	if err == nil {
		err = view.Answers()
	}
	if err != nil {
		return err
	}
	r, err := c.find(ctx, t, view)
	if err != nil {
		return err
	}
	a := paper{Result: r, table: t, known: c.Known}
	if c.comparison != "" {
		if a.searched, err = against(c.comparison, t, view, r); err != nil {
			return fmt.Errorf("--comparison: %w", err)
		}
	}
	return c.out.Deliver(analyses.Found{Article: a.article(), Value: a.value(), Space: t.Space()})
}

// bound turns the bounds of sizes into those of --where.
func (c *command) bound(cmd *cobra.Command) error {
	for _, b := range []struct {
		flag, metric string
		most         float64
	}{{"max-params", "params", c.params}, {"max-flops", "flops", c.flops}} {
		if !cmd.Flags().Changed(b.flag) && b.most == 0 {
			continue
		}
		if !(b.most > 0) || math.IsInf(b.most, 0) {
			return usage.Mark(fmt.Errorf("--%s %v: want millions, such as 0.5", b.flag, b.most))
		}
		c.scope.Within(b.metric + "<=" + strconv.FormatFloat(b.most, 'f', -1, 64) + "M")
	}
	return nil
}

// find finds the best cells within the bounds.
func (c *command) find(ctx context.Context, t *table.Table, view *table.View) (*cells.Result, error) {
	p := backends.TableProblem(t, view, c.settings)
	if err := c.scope.Narrow(ctx, "table", p); err != nil {
		return nil, err
	}
	known, _ := p.Landscape()
	values := make([][]float64, t.Space().Classes())
	for class := range values {
		values[class] = known.Values(class)
	}
	r, err := cells.Find(view.Metrics(), values, c.most, func(class int) cells.Cell {
		arch := t.Representative(class)
		return cells.Cell{Arch: arch, Named: t.Names().Of(arch)}
	})
	if err != nil {
		return nil, err
	}
	r.Where = append([]string{}, p.Scope.Where...)
	return r, nil
}
