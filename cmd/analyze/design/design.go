// Package design has the command that says which design choices go with a metric.
package design

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/analyses"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/design"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/cobra"
)

// command is what the flags and the program give to the analysis.
type command struct {
	*program.Program
	objective string
	settings  table.Settings
	weight    string
	best      int
	group     string
	scope     backends.Scope
	out       *analyses.Output
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	c := &command{Program: p}
	cmd := &cobra.Command{
		Use:   "design [TABLE]",
		Short: "Say which operations on which edges go with a metric, of any size and at equal size",
		Long: `
design says what the design of cells has to do with a metric: the effect of each operation on each edge and what edges
and pairs of edges explain, over all cells and at equal numbers of 3x3 and 1x1 convolutions; how far networks of equal
size are apart; what the best of them share against the rest. Every effect has an interval. docs/design.md explains
every number.`[1:],
		Example: `  nassearch analyze design
  nassearch analyze design robustness-data --objective mean_adv_acc --group 2,0 --out design
  nassearch analyze design --objective pgd_acc --eps 4/255 --weight class -o json
  nassearch analyze design robustness-data --objective fog_acc --severity 5 --where 'clean_acc>=0.9' -o csv`,
		Args: usage.Args(0, 1, "one table or none"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.Tables.Name(c.Env, args); err != nil {
				return err
			}
			return c.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.objective, "objective", "pgd_acc", "metric that is explained (see 'nassearch objectives')")
	f.StringVar(&c.settings.Eps, "eps", "", "size of the attack's perturbation, such as 1/255 (default: the table's)")
	f.StringVar(&c.settings.Severity, "severity", "", "severity of corruptions, 1 to 5 (default: the mean over all)")
	weights := usage.Names(design.Weights(), func(w design.Weight) string { return string(w) })
	usage.Choice(cmd, &c.weight, "weight", weights,
		"what counts once: string (every cell, with its class's value) or class (by its representative)")
	f.IntVar(&c.best, "best", 20, "cells of a group of equal size that are set against the rest")
	f.StringVar(&c.group, "group", "",
		"group to show, as numbers of 3x3 and of 1x1 convolutions such as 2,0 (default: the largest)")
	c.scope.RegisterWhere(f)
	c.out = analyses.Register(cmd, p)
	return cmd
}

func (c *command) run(ctx context.Context) error {
	if err := usage.AtLeast("best", c.best, 1); err != nil {
		return err
	}
	if err := usage.OneOf("weight", c.weight, []string{string(design.String), string(design.Class)}, " or "); err != nil {
		return err
	}
	t, err := c.Tables.Open()
	if err != nil {
		return err
	}
	view, err := t.Select(ctx, []string{c.objective}, c.settings)
	if err != nil {
		return err
	}
	p := backends.TableProblem(t, view, c.settings)
	if err := c.scope.Narrow(ctx, "table", p); err != nil {
		return err
	}
	known, _ := p.Landscape()
	r, err := design.Analyse(ctx, design.Subject{
		Space: t.Space(), Names: t.Names(), Metric: view.Metrics()[0], Values: column(known, t.Space().Classes()),
		Represents: t.Representative,
	}, design.Options{Weight: design.Weight(c.weight), Best: c.best})
	if err != nil {
		return err
	}
	r.Where = append([]string{}, p.Scope.Where...)
	group, err := c.choose(r)
	if err != nil {
		return err
	}
	a := paper{Result: r, table: t, group: group, known: c.Known}
	return c.out.Deliver(analyses.Found{Article: a.article(), Value: a.value(), Space: t.Space()})
}

// column is the first metric of all classes.
func column(l objective.Landscape, classes int) []float64 {
	values := make([]float64, classes)
	for class := range values {
		values[class] = l.Values(class)[0]
	}
	return values
}

// choose returns the group that --group names.
func (c *command) choose(r *design.Result) (*design.Group, error) {
	if c.group == "" {
		return r.Largest(), nil
	}
	three, one, found := strings.Cut(c.group, ",")
	m, err := strconv.Atoi(strings.TrimSpace(three))
	n, other := strconv.Atoi(strings.TrimSpace(one))
	if !found || err != nil || other != nil {
		return nil, usage.Mark(fmt.Errorf("--group %q: want the numbers of 3x3 and of 1x1 convolutions, such as 2,0",
			c.group))
	}
	var there []string
	for i := range r.Groups {
		g := &r.Groups[i]
		if g.Conv3x3 == nil {
			return nil, usage.Mark(fmt.Errorf("--group takes cells of NAS-Bench-201"))
		}
		if *g.Conv3x3 == m && *g.Conv1x1 == n {
			return g, nil
		}
		there = append(there, fmt.Sprintf("%d,%d", *g.Conv3x3, *g.Conv1x1))
	}
	return nil, usage.Mark(fmt.Errorf("--group %s: no class that has a value is of it: there are %s",
		c.group, strings.Join(there, " ")))
}

// drawing is a cell on a terminal.
func drawing(s space.Space, a space.Arch) string {
	if d, ok := s.(space.Drawer); ok {
		return d.Draw(a)
	}
	return string(a)
}
