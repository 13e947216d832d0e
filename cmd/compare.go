package cmd

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/internal/figure/plot"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/comparison"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
)

func (a *app) compareCommand() *cobra.Command {
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
		RunE: func(cmd *cobra.Command, _ []string) error { return a.compare(cmd) },
	}
	flags := cmd.Flags()
	flags.String("strategies", "random,evolution,local", "search algorithms with options, see above")
	flags.StringArray("objective", []string{"pgd_acc"}, "metric to optimise, or several with commas; repeat for several problems")
	flags.String("eps", "", "size of the attack's perturbation, such as 1/255 (default: the table's)")
	flags.String("severity", "", "severity of corruptions, 1 to 5 (default: the mean over all)")
	flags.Int("runs", 30, "runs of each strategy")
	flags.Int("budget", 300, "queries of a run; a class of architectures that was asked before is free")
	flags.Duration("time-budget", 0, "simulated time of a run, such as 500h, by which runs are compared then instead of by queries")
	flags.String("at", "", "where to compare besides the end: queries such as 50,100 or, with --time-budget, times such as 10h,100h (default: a sixth and a third)")
	flags.Uint64("seed", 1, "of the first run; the others count up from there")
	flags.Int("window", 1, "proposals in flight at once; part of what a history depends on")
	flags.Int("workers", 0, "runs at the same time; changes nothing but time (default: one a core)")
	flags.Bool("count-duplicates", false, "let repeated classes cost a query too, as published comparisons do")
	flags.Bool("also", false, "print all other metrics of the best cells, too (summary.json and -o json always have them)")
	flags.String("out", "", "folder that keeps the runs and gets report.html, figures/, runs.csv, summary.json, table.tex and also.tex")
	must(cmd.RegisterFlagCompletionFunc("strategies", cobra.FixedCompletions(a.registry.Names(), cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// compare makes the runs and prints what follows.
func (a *app) compare(cmd *cobra.Command) error {
	ctx := cmd.Context()
	config, err := a.comparison()
	if err != nil {
		return err
	}
	if err := a.tasks(ctx, &config); err != nil {
		return err
	}
	experiment, err := compare.New(config)
	if err != nil {
		return err
	}
	runs, err := a.makeRuns(ctx, experiment)
	if err != nil {
		return err
	}
	c, err := analysis.Analyse(experiment.Plan(), runs, config.Tasks, config.Space)
	if err != nil {
		return err
	}
	c.Program, c.Command = version(), a.commandLine()
	if err := errors.Join(a.writeComparison(c, config), a.printComparison(c)); err != nil { // one failing does not cost the other
		return err
	}
	if ctx.Err() != nil {
		return errInterrupted
	}
	return nil
}

// makeRuns makes the runs, in a folder if one is wanted.
func (a *app) makeRuns(ctx context.Context, e *compare.Experiment) (runs []compare.Run, err error) {
	if dir := a.config.GetString("out"); dir != "" {
		store, err := compare.OpenStore(dir, version(), e.Plan())
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, store.Close()) }()
		if store.Repaired > 0 {
			a.log.Warn("the last run was unfinished and has been cut off", zap.String("out", dir))
		}
		e.Keep(store)
	}
	there, total := e.There()
	if there > 0 {
		a.log.Info("the comparison continues", zap.Int("runs", there), zap.Int("of", total))
	}
	bar := progress.New(a.stderr)
	defer bar.Close()
	bar.Start("run", there, total)
	e.Observe(func(r compare.Run) {
		bar.Add()
		if r.Failure != "" {
			a.log.Warn("a run failed", zap.String("strategy", r.Strategy), zap.String("problem", r.Problem),
				zap.Uint64("seed", r.Seed), zap.String("because", r.Failure))
		}
	})
	return e.Run(ctx)
}

// output is a file of --out.
type output struct {
	name  string
	write func(io.Writer) error
}

// writeComparison writes what --out promises beside the runs.
func (a *app) writeComparison(c analysis.Comparison, of compare.Config) error {
	dir := a.config.GetString("out")
	if dir == "" {
		return nil
	}
	files := []output{
		{"runs.csv", func(w io.Writer) error { return comparison.CSV(w, c) }},
		{"summary.json", func(w io.Writer) error { return report.JSON(w, comparison.JSON{Comparison: c}) }},
		{"report.html", func(w io.Writer) error { return page.Comparison(w, c, of.Space, of.Tasks) }},
		{"table.tex", func(w io.Writer) error { return comparison.LaTeX(w, c) }},
		{"also.tex", func(w io.Writer) error { return comparison.LaTeXAlso(w, c) }},
	}
	figures, err := comparison.Figures(c)
	if err != nil {
		return err
	}
	for _, f := range figures {
		for _, format := range []string{"svg", "png"} {
			files = append(files, output{filepath.Join("figures", f.Name+"."+format), func(w io.Writer) error { return plot.Write(w, format, f.Picture) }})
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "figures"), 0o777); err != nil {
		return err
	}
	for _, file := range files {
		if err := atomicfile.Write(filepath.Join(dir, file.name), file.write); err != nil {
			return err
		}
	}
	return nil
}

// printComparison prints it in the form that was asked for.
func (a *app) printComparison(c analysis.Comparison) error {
	switch a.config.GetString("output") {
	case "json":
		return report.JSON(a.stdout, comparison.JSON{Comparison: c})
	case "csv":
		return comparison.CSV(a.stdout, c)
	}
	if a.config.GetBool("also") {
		return comparison.TextAlso(a.stdout, c)
	}
	return comparison.Text(a.stdout, c)
}

// commandLine is this command as a shell would take it.
func (a *app) commandLine() string {
	words := []string{"nassearch"}
	for _, arg := range a.args {
		if strings.ContainsFunc(arg, func(c rune) bool { return !strings.ContainsRune(plain, c) }) || arg == "" {
			arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

// plain characters need no quotes in a shell.
const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+.,:/@%"
