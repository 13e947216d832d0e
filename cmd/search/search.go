// Package search has the command that searches, which is that of the program without any other.
package search

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/monitor"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// command is what the flags and the program give to a search.
type command struct {
	*program.Program
	config         search.Config
	objective, eps string
	pairs          env.Pairs // options of the strategy
	workers        int
	study          string
	scope          backends.Scope
	scores         backends.Scores
	monitor        monitor.Flag
}

// Command returns the command. The flags of backends are not among its own yet.
func Command(p *program.Program) *cobra.Command {
	c := &command{Program: p, config: search.Config{Registry: p.Strategies}}
	cmd := &cobra.Command{
		Use:   "nassearch",
		Short: "Search for neural network architectures that stay accurate under attack",
		Long: `nassearch searches the NAS-Bench-201 cell space for architectures that stay accurate under attack,
asking a table of measured results (--backend table) or training and attacking every network (--backend live).

Settings come from flags, then from the environment (NASSEARCH_BUDGET=500), then from nassearch.yaml in
this folder, whose keys are the names of flags.

A search ends when its budget of queries or of simulated time is spent, whichever comes first, when all classes are
known, or when the strategy does little else than repeat itself: after 100,000 duplicates in a row, or
` + search.RepetitiveRule + `.

Messages go to standard error, results to standard output.
The exit code is 2 for a mistake in the command line, 130 after an interrupt, 1 for any other failure, also
if no query gave a value.`,
		Example: `  nassearch --objective pgd_acc --strategy evolution
  nassearch --data robustness-data --objective fgsm_acc --eps 2/255 --strategy bo --budget 100 --seed 7
  nassearch --data robustness-data --objective pgd_acc,params --strategy random -o json
  nassearch --data robustness-data --strategy bo --features scores.csv:nwot,synflow --prior micro.csv:pgd_acc
  nassearch --data robustness-data --objective pgd_acc --where 'params<=0.5M,clean_acc>=0.9'
  nassearch --data robustness-data --strategy evolution --option population=50 --study run.jsonl
  nassearch --backend live --objective pgd_acc --strategy asha --time-budget 10m --study asha.jsonl
  nassearch --backend live --objective pgd_acc --strategy evolution --budget 40 --study run.jsonl --final-test`,
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	c.register(cmd.Flags())
	p.Backends.Register(cmd, "who measures: "+p.Backends.Abouts())
	return cmd
}

func (c *command) register(f *pflag.FlagSet) {
	f.StringVar(&c.objective, "objective", "pgd_acc",
		"metric to optimise; several with commas for strategies that take them (see 'nassearch objectives')")
	f.StringVar(&c.eps, "eps", "",
		"size of the attack's perturbation, such as 1/255 (default: the table's, or the preset's; of a study that is "+
			"continued its own)")
	f.StringVar(&c.config.Strategy, "strategy", "evolution", "search algorithm (see 'nassearch strategies')")
	f.Var(&c.pairs, "option", "setting of the strategy as name=value; may be repeated")
	f.IntVar(&c.config.Budget, "budget", 300, "queries, of whatever fidelity; a class of architectures that was asked "+
		"before is free")
	f.DurationVar(&c.config.TimeBudget, "time-budget", 0, "simulated time, such as 500h, in place of --budget or beside "+
		"it; a training of fidelity 1/8 takes an eighth of a full one")
	f.Uint64Var(&c.config.Seed, "seed", 1, "of everything random")
	f.IntVar(&c.config.Window, "window", 0,
		"proposals in flight at once; part of what a history depends on (default: 1 for a table, 4 live)")
	f.IntVar(&c.workers, "workers", 0,
		"proposals measured at the same time, at most the window; changes nothing but time (default: one a core, or "+
			"fewer for large networks)")
	f.BoolVar(&c.config.CountDuplicates, "count-duplicates", false,
		"let repeated classes cost a query too, as published comparisons do")
	c.scope.Register(f)
	c.scores.Register(f)
	c.monitor.Register(f)
	f.StringVar(&c.study, "study", "", "file that keeps the search, and continues it if it is there")
	files.Continues(f, "study", "jsonl")
}

// begun is what the study's file has been begun with, if it is there. What is wrong with it is told when it is opened.
func (c *command) begun() []backend.Begun {
	if c.study == "" {
		return nil
	}
	r, _ := search.ReadJournal(c.study)
	if r.Study.Source == "" {
		return nil
	}
	return []backend.Begun{{Objective: r.Study.Objective, Source: r.Study.Source, Settings: r.Study.Settings}}
}

// bound checks the budgets. One of queries that nobody gave does not bound a search that has a time.
func (c *command) bound(budgeted bool) error {
	x := &c.config
	switch {
	case x.TimeBudget < 0:
		return usage.Mark(fmt.Errorf("--time-budget %v: want a time such as 500h", x.TimeBudget))
	case x.TimeBudget > 0 && !budgeted:
		x.Budget = math.MaxInt
	case x.Budget < 1:
		return usage.Mark(fmt.Errorf("--budget %d: want at least 1 query", x.Budget))
	}
	return nil
}

// ask completes the configuration by the flags, in the order in which mistakes are told, and asks the backend for the
// problem.
func (c *command) ask(cmd *cobra.Command) (p *backend.Problem, err error) {
	x := &c.config
	names, err := backends.Objectives(c.objective)
	if err != nil {
		return nil, err
	}
	if x.Options, err = c.pairs.Map("option"); err != nil {
		return nil, err
	}
	if err := c.bound(cmd.Flags().Changed("budget")); err != nil {
		return nil, err
	}
	if x.Window < 1 && cmd.Flags().Changed("window") {
		return nil, usage.AtLeast("window", x.Window, 1)
	}
	if err := usage.AtLeast("workers", c.workers, 0); err != nil {
		return nil, err
	}
	if _, err := x.Registry.Lookup(x.Strategy); err != nil {
		return nil, err
	}
	b, err := c.Backends.Chosen(c.Env)
	if err != nil {
		return nil, err
	}
	ask := backend.Ask{
		Objective: names, Eps: c.eps, Dataset: c.Tables.Dataset, Known: c.scope.Known(), Given: c.Given, Log: c.Log,
		Continues: c.begun,
	}
	if ask.Eps == "" {
		ask.Eps = backends.BegunEps(names, c.begun())
	}
	if p, err = b.Open(cmd.Context(), ask); err != nil {
		return nil, err
	}
	p.Workers = cmp.Or(p.Workers, runtime.GOMAXPROCS(0))
	if p.Report == nil {
		whole := p.Space
		known, _ := p.Landscape()
		p.Report = func(context.Context, search.Result) (report.Context, error) {
			return report.Context{Backend: b.Name, Space: whole, Known: known}, nil
		}
	}
	if err := c.scope.Narrow(cmd.Context(), b.Name, p); err != nil {
		return nil, err
	}
	if x.Scores, err = c.scores.Read(cmd.Context(), c.Tables, p.Space, c.Log); err != nil {
		return nil, err
	}
	x.Space, x.Scope, x.Evaluator, x.Window = p.Space, p.Scope, p.Evaluator, cmp.Or(x.Window, p.Window, 1)
	return p, nil
}
