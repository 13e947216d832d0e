// Package search has the command that searches, which is that of the program without any other.
package search

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"strings"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// options are the command's flags.
type options struct {
	objective, eps  string
	strategy        string
	pairs           env.Pairs // of the strategy
	budget          int
	seed            uint64
	window, workers int
	countDuplicates bool
	study           string

	backend *backends.Choice
	tables  *backends.Tables
}

// command is what the flags and the program give to a search.
type command struct {
	options
	*env.Env
	out        *output.Printer
	strategies search.Registry
}

// Command returns the command, and its backends with their flags, which are not among its own yet.
func Command(
	e *env.Env, out *output.Printer, tables *backends.Tables, strategies search.Registry, registry backend.Registry,
) (*cobra.Command, *backends.Choice) {
	c := &command{Env: e, out: out, strategies: strategies, options: options{tables: tables}}
	cmd := &cobra.Command{
		Use:   "nassearch",
		Short: "Search for neural network architectures that stay accurate under attack",
		Long: `nassearch searches the NAS-Bench-201 cell space for architectures that stay accurate under attack,
asking a table of measured results (--backend table) or training and attacking every network (--backend live).

Settings come from flags, then from the environment (NASSEARCH_BUDGET=500), then from nassearch.yaml in
this folder, whose keys are the names of flags. Messages go to standard error, results to standard output.
The exit code is 2 for a mistake in the command line, 130 after an interrupt, 1 for any other failure, also
if no query gave a value.`,
		Example: `  nassearch --objective pgd_acc --strategy evolution
  nassearch --data robustness-data --objective fgsm_acc --eps 2/255 --strategy bo --budget 100 --seed 7
  nassearch --data robustness-data --objective pgd_acc,params --strategy random -o json
  nassearch --data robustness-data --strategy evolution --option population=50 --study run.jsonl
  nassearch --backend live --objective pgd_acc --strategy evolution --budget 40 --study run.jsonl --final-test`,
		Args: usage.Args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	c.register(cmd.Flags())
	c.backend = backends.Bind(cmd, registry, "who measures: "+abouts(registry))
	usage.Complete(cmd, "strategy", strategies.Names()...)
	return cmd, c.backend
}

// abouts explains the backends in a line.
func abouts(registry backend.Registry) string {
	var all []string
	for _, b := range registry {
		all = append(all, b.Name+b.About)
	}
	return strings.Join(all, ", or ")
}

func (o *options) register(f *pflag.FlagSet) {
	f.StringVar(&o.objective, "objective", "pgd_acc",
		"metric to optimise; several with commas for strategies that take them (see 'nassearch objectives')")
	f.StringVar(&o.eps, "eps", "",
		"size of the attack's perturbation, such as 1/255 (default: the table's, or the preset's)")
	f.StringVar(&o.strategy, "strategy", "evolution", "search algorithm (see 'nassearch strategies')")
	f.Var(&o.pairs, "option", "setting of the strategy as name=value; may be repeated")
	f.IntVar(&o.budget, "budget", 300, "queries; a class of architectures that was asked before is free")
	f.Uint64Var(&o.seed, "seed", 1, "of everything random")
	f.IntVar(&o.window, "window", 0,
		"proposals in flight at once; part of what a history depends on (default: 1 for a table, 4 live)")
	f.IntVar(&o.workers, "workers", 0,
		"proposals measured at the same time, at most the window; changes nothing but time (default: one a core, or "+
			"fewer for large networks)")
	f.BoolVar(&o.countDuplicates, "count-duplicates", false,
		"let repeated classes cost a query too, as published comparisons do")
	f.StringVar(&o.study, "study", "", "file that keeps the search, and continues it if it is there")
}

// ask reads the flags, in the order in which mistakes are told, and asks the backend for the problem.
func (c *command) ask(cmd *cobra.Command) (p *backend.Problem, options map[string]string, err error) {
	names, err := backends.Objectives(c.objective)
	if err != nil {
		return nil, nil, err
	}
	if options, err = c.pairs.Map("option"); err != nil {
		return nil, nil, err
	}
	if c.budget < 1 {
		return nil, nil, usage.Mark(fmt.Errorf("--budget %d: want at least 1 query", c.budget))
	}
	if c.window < 1 && cmd.Flags().Changed("window") {
		return nil, nil, usage.Mark(fmt.Errorf("--window %d: want at least 1", c.window))
	}
	if _, err := c.strategies.Lookup(c.strategy); err != nil {
		return nil, nil, err
	}
	b, err := c.backend.Chosen(c.Env)
	if err != nil {
		return nil, nil, err
	}
	ask := backend.Ask{Objective: names, Eps: c.eps, Dataset: c.tables.Dataset, Given: c.Given, Log: c.Log}
	if p, err = b.Open(cmd.Context(), ask); err != nil {
		return nil, nil, err
	}
	p.Window, p.Workers = cmp.Or(p.Window, 1), cmp.Or(p.Workers, runtime.GOMAXPROCS(0))
	if p.Report == nil {
		known, _ := p.Evaluator.(objective.Landscape)
		p.Report = func(context.Context, search.Result) (report.Context, error) {
			return report.Context{Backend: b.Name, Space: p.Space, Known: known}, nil
		}
	}
	return p, options, nil
}
