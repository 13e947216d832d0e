// Package compare has the command that runs strategies many times and says which is better.
package compare

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/goal"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/internal/figure/plot"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

// command is what the flags and the program give to a comparison.
type command struct {
	*program.Program
	config     compare.Config
	names      space.Names // of what is compared
	strategies string
	objectives []string
	eps        string
	at         string
	also       bool
	dir        string
	scope      backends.Scope
	scores     backends.Scores
	slow       bool // a query takes long enough to be waited for
	opened     []*backend.Problem
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	c := &command{Program: p, config: compare.Config{Registry: p.Strategies}}
	cmd := &cobra.Command{
		Use:   "compare",
		Short: "Run search strategies many times and say which is better, and how sure that is",
		Long: `compare runs every strategy many times, all on the same seeds, and compares what they found: means and
intervals at chosen budgets, queries to reach the optimum, tests between all pairs, and in words what follows from
them. docs/comparing.md explains every number.

A strategy is NAME, NAME:option=value:option=value, or LABEL=NAME:option=value under a name of your own. A comma or a
colon inside a value has a backslash before it.
An objective with commas is one problem of several metrics; --objective again adds another problem.

With --backend live networks are trained and attacked; what strategies ask in common with one seed is measured once.

With --out the runs are kept in a folder. The same command continues what was cut off; a larger --runs or --budget
extends it. Without --out nothing is kept.`,
		Example: `  nassearch compare --strategies random,evolution,local,bo --runs 100
  nassearch compare --data robustness-data --strategies evolution,small=evolution:population=10:tournament=3
  nassearch compare --data robustness-data --objective clean_acc --objective pgd_acc --objective fgsm_acc --out cmp
  nassearch compare --data robustness-data --objective pgd_acc,params --strategies random,r2=random:over=classes
  nassearch compare --backend live --strategies random,asha --time-budget 5m --runs 5 --window 1
  nassearch compare --backend live --epochs 1 --runs 5 --budget 20 --strategies random,evolution --out live`,
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	c.register(cmd.Flags())
	p.Backends.Register(cmd, "who measures: "+p.Backends.Abouts())
	return cmd
}

func (c *command) register(f *pflag.FlagSet) {
	f.StringVar(&c.strategies, "strategies", "random,evolution,local", "search algorithms with options, see above")
	f.StringArrayVar(&c.objectives, "objective", []string{"pgd_acc"},
		"metric to optimise, or several with commas; repeat for several problems")
	f.StringVar(&c.eps, "eps", "", "size of the attack's perturbation, such as 1/255 (default: the table's, or the "+
		"preset's; of what is continued in --out its own)")
	f.IntVar(&c.config.Runs, "runs", 30, "runs of each strategy")
	f.IntVar(&c.config.Budget, "budget", 300, "queries of a run; a class of architectures that was asked before is free")
	f.DurationVar(&c.config.TimeBudget, "time-budget", 0,
		"simulated time of a run, such as 500h, by which runs are compared then instead of by queries")
	f.StringVar(&c.at, "at", "",
		"where to compare besides the end: queries such as 50,100 or, with --time-budget, times such as 10h,100h "+
			"(default: a sixth and a third)")
	f.Uint64Var(&c.config.Seed, "seed", 1, "of the first run; the others count up from there")
	f.IntVar(&c.config.Window, "window", 0,
		"proposals in flight at once; part of what a history depends on (default: 1 for a table, 4 live)")
	f.IntVar(&c.config.Workers, "workers", 0,
		"runs, and of a live comparison networks, at the same time; changes nothing but time (default: one a core)")
	f.BoolVar(&c.config.CountDuplicates, "count-duplicates", false,
		"let repeated classes cost a query too, as published comparisons do")
	f.BoolVar(&c.also, "also", false,
		"print all other metrics of the best cells, too, at most 500 (summary.json and -o json always have them)")
	c.scope.Register(f)
	c.scores.Register(f)
	f.StringVar(&c.dir, "out", "",
		"folder that keeps the runs and gets report.html, figures/, runs.csv, curves.csv, summary.json, table.tex and "+
			"also.tex")
	files.Fills(f, "out", "runs.jsonl", "runs.csv", "curves.csv", "summary.json", "report.html", "table.tex", "also.tex")
}

// run makes the runs and prints what follows. A budget that nobody gave does not bound runs that have a time.
func (c *command) run(cmd *cobra.Command) (err error) {
	ctx := cmd.Context()
	defer func() { err = errors.Join(err, c.close()) }()
	if err := c.configure(cmd.Flags().Changed); err != nil {
		return err
	}
	if err := c.tasks(cmd); err != nil {
		return err
	}
	c.fidelities()
	experiment, err := compare.New(c.config)
	if err != nil {
		return err
	}
	runs, err := c.makeRuns(ctx, experiment)
	if err != nil {
		return err
	}
	found, err := analysis.Analyse(experiment.Plan(), runs, c.config.Tasks, c.config.Space, c.Statistics...)
	if err != nil {
		return err
	}
	found.Program, found.Command = c.Version, c.CommandLine()
	err = errors.Join(c.write(found), c.print(found)) // one failing does not cost the other
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return env.ErrInterrupted
	}
	return nothing(runs)
}

// makeRuns makes the runs, in a folder if one is wanted.
func (c *command) makeRuns(ctx context.Context, e *compare.Experiment) (runs []compare.Run, err error) {
	if c.dir != "" {
		store, openErr := compare.OpenStore(c.dir, c.Version, e.Plan())
		if openErr != nil {
			return nil, openErr
		}
		defer func() { err = errors.Join(err, store.Close()) }()
		program.Opened(c.Log, c.dir, store.Repaired, store.Unchained)
		program.Anew(c.Log, c.dir, store.Kept(), store.Anew)
		e.Keep(store)
	}
	if there, total := e.There(); there > 0 {
		c.Log.Info("the comparison continues", zap.Int("runs", there), zap.Int("of", total))
	}
	if beyond := e.Beyond(); beyond > 0 {
		c.Log.Warn("the folder has more runs than --runs asks for: they are kept and not shown", zap.String("out", c.dir),
			zap.Int("more", beyond), zap.Int("runs", e.Plan().Runs))
	}
	program.Announce(c.Log, e.Needs())
	bar := progress.New(c.Stderr)
	bar.Along(c.status)
	defer bar.Close()
	count := c.progress(bar, e)
	e.Observe(func(r compare.Run) {
		count()
		if r.Failure != "" {
			c.Log.Warn("a run failed", zap.String("strategy", r.Strategy), zap.String("problem", r.Problem),
				zap.Uint64("seed", r.Seed), zap.String("because", r.Failure))
		}
	})
	if c.dir == "" {
		return e.Run(ctx)
	}
	there, total := e.There()
	log := filepath.Join(c.dir, compare.RunsFile)
	goal.Set(log, goal.Goal{Total: total, Each: c.config.Budget, Before: there, Began: time.Now()})
	queue.Keep(log, queue.Asked(c.opened...))
	if runs, err = e.Run(ctx); err == nil && ctx.Err() == nil {
		goal.Reached(log)
	}
	return runs, err
}

// progress counts runs, or the queries of runs that take long, and returns what counts a run.
func (c *command) progress(bar *progress.Bar, e *compare.Experiment) (ended func()) {
	there, total := e.There()
	budget := c.config.Budget
	if !c.slow || budget == 0 {
		bar.Start("run", there, total)
		return bar.Add
	}
	bar.Start("query", there*budget, total*budget)
	bar.Show()
	e.Watch(bar.Add)
	return func() {}
}

// written is a file of --out.
type written struct {
	name  string
	write func(io.Writer) error
}

// write writes what --out promises beside the runs.
func (c *command) write(found analysis.Comparison) error {
	if c.dir == "" {
		return nil
	}
	files := []written{
		{"runs.csv", func(w io.Writer) error { return comparison.CSV(w, found, c.names) }},
		{"curves.csv", func(w io.Writer) error { return comparison.CurvesCSV(w, found) }},
		{"summary.json", func(w io.Writer) error {
			return report.JSON(w, comparison.JSON{Comparison: found, Names: c.names})
		}},
		{"report.html", func(w io.Writer) error { return page.Comparison(w, found, c.config.Space, c.config.Tasks) }},
		{"table.tex", func(w io.Writer) error { return comparison.LaTeX(w, found) }},
		{"also.tex", func(w io.Writer) error { return comparison.LaTeXAlso(w, found) }},
	}
	figures, err := comparison.Figures(found)
	if err != nil {
		return err
	}
	for _, f := range figures {
		for _, format := range plot.Formats() {
			name := filepath.Join("figures", f.Name+"."+format)
			files = append(files, written{name, func(w io.Writer) error { return f.Write(w, format) }})
		}
	}
	if err := os.MkdirAll(filepath.Join(c.dir, "figures"), 0o777); err != nil {
		return err
	}
	for _, file := range files {
		if err := atomicfile.Write(filepath.Join(c.dir, file.name), file.write); err != nil {
			return err
		}
	}
	return nil
}

// print prints a comparison in the form that was asked for.
func (c *command) print(found analysis.Comparison) error {
	text := comparison.Text
	if c.also {
		text = comparison.TextAlso
	}
	return c.Out.Print(output.Document{
		Text: func(w io.Writer) error { return text(w, found) },
		CSV:  func(w io.Writer) error { return comparison.CSV(w, found, c.names) },
		JSON: comparison.JSON{Comparison: found, Names: c.names},
	})
}
