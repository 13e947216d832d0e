// Package compare has the command that runs strategies many times and says which is better.
package compare

import (
	"context"
	"errors"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

// options are the command's flags.
type options struct {
	strategies      string
	objectives      []string
	eps, severity   string
	runs, budget    int
	timeBudget      time.Duration
	at              string
	seed            uint64
	window, workers int
	countDuplicates bool
	also            bool
	dir             string
}

// command is what the flags and the program give to a comparison.
type command struct {
	options
	*env.Env
	out        *output.Printer
	tables     *backends.Tables
	registry   search.Registry
	statistics []analysis.Statistic // beside those of every comparison
}

// Command returns the command. It tells more statistics than those of every comparison.
func Command(
	e *env.Env, out *output.Printer, tables *backends.Tables, registry search.Registry, more []analysis.Statistic,
) *cobra.Command {
	c := &command{Env: e, out: out, tables: tables, registry: registry, statistics: more}
	cmd := &cobra.Command{
		Use:   "compare",
		Short: "Run search strategies many times and say which is better, and how sure that is",
		Long: `compare runs every strategy many times, all on the same seeds, and compares what they found: means and
intervals at chosen budgets, queries to reach the optimum, tests between all pairs, and in words what follows from
them. docs/comparing.md explains every number.

A strategy is NAME, NAME:option=value:option=value, or LABEL=NAME:option=value under a name of your own.
An objective with commas is one problem of several metrics; --objective again adds another problem.

With --out the runs are kept in a folder. The same command continues what was cut off; a larger --runs or --budget
extends it. Without --out nothing is kept.`,
		Example: `  nassearch compare --strategies random,evolution,local,bo --runs 100
  nassearch compare --data robustness-data --strategies evolution,small=evolution:population=10:tournament=3
  nassearch compare --data robustness-data --objective clean_acc --objective pgd_acc --objective fgsm_acc --out cmp
  nassearch compare --data robustness-data --objective pgd_acc,params --strategies random,r2=random:over=classes`,
		Args: usage.Args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd.Context(), cmd.Flags().Changed("budget")) },
	}
	c.register(cmd.Flags())
	usage.Complete(cmd, "strategies", registry.Names()...)
	return cmd
}

func (o *options) register(f *pflag.FlagSet) {
	f.StringVar(&o.strategies, "strategies", "random,evolution,local", "search algorithms with options, see above")
	f.StringArrayVar(&o.objectives, "objective", []string{"pgd_acc"},
		"metric to optimise, or several with commas; repeat for several problems")
	f.StringVar(&o.eps, "eps", "", "size of the attack's perturbation, such as 1/255 (default: the table's)")
	f.StringVar(&o.severity, "severity", "", "severity of corruptions, 1 to 5 (default: the mean over all)")
	f.IntVar(&o.runs, "runs", 30, "runs of each strategy")
	f.IntVar(&o.budget, "budget", 300, "queries of a run; a class of architectures that was asked before is free")
	f.DurationVar(&o.timeBudget, "time-budget", 0,
		"simulated time of a run, such as 500h, by which runs are compared then instead of by queries")
	f.StringVar(&o.at, "at", "",
		"where to compare besides the end: queries such as 50,100 or, with --time-budget, times such as 10h,100h "+
			"(default: a sixth and a third)")
	f.Uint64Var(&o.seed, "seed", 1, "of the first run; the others count up from there")
	f.IntVar(&o.window, "window", 1, "proposals in flight at once; part of what a history depends on")
	f.IntVar(&o.workers, "workers", 0, "runs at the same time; changes nothing but time (default: one a core)")
	f.BoolVar(&o.countDuplicates, "count-duplicates", false,
		"let repeated classes cost a query too, as published comparisons do")
	f.BoolVar(&o.also, "also", false,
		"print all other metrics of the best cells, too (summary.json and -o json always have them)")
	f.StringVar(&o.dir, "out", "",
		"folder that keeps the runs and gets report.html, figures/, runs.csv, summary.json, table.tex and also.tex")
}

// run makes the runs and prints what follows. A budget that nobody gave does not bound runs that have a time.
func (c *command) run(ctx context.Context, budgeted bool) error {
	config, err := c.config(budgeted)
	if err != nil {
		return err
	}
	if err := c.tasks(ctx, &config); err != nil {
		return err
	}
	experiment, err := compare.New(config)
	if err != nil {
		return err
	}
	runs, err := c.makeRuns(ctx, experiment)
	if err != nil {
		return err
	}
	found, err := analysis.Analyse(experiment.Plan(), runs, config.Tasks, config.Space, c.statistics...)
	if err != nil {
		return err
	}
	found.Program, found.Command = c.Version, c.CommandLine()
	err = errors.Join(c.write(found, config), c.print(found)) // one failing does not cost the other
	if err == nil && ctx.Err() != nil {
		return env.ErrInterrupted
	}
	return err
}

// makeRuns makes the runs, in a folder if one is wanted.
func (c *command) makeRuns(ctx context.Context, e *compare.Experiment) (runs []compare.Run, err error) {
	if c.dir != "" {
		store, err := compare.OpenStore(c.dir, c.Version, e.Plan())
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, store.Close()) }()
		if store.Repaired > 0 {
			c.Log.Warn("the last run was unfinished and has been cut off", zap.String("out", c.dir))
		}
		e.Keep(store)
	}
	there, total := e.There()
	if there > 0 {
		c.Log.Info("the comparison continues", zap.Int("runs", there), zap.Int("of", total))
	}
	bar := progress.New(c.Stderr)
	defer bar.Close()
	bar.Start("run", there, total)
	e.Observe(func(r compare.Run) {
		bar.Add()
		if r.Failure != "" {
			c.Log.Warn("a run failed", zap.String("strategy", r.Strategy), zap.String("problem", r.Problem),
				zap.Uint64("seed", r.Seed), zap.String("because", r.Failure))
		}
	})
	return e.Run(ctx)
}
