package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

func (a *app) searchCommand() *cobra.Command {
	live := newLiveFlags(a.methods)
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
		RunE: func(cmd *cobra.Command, _ []string) error { return a.search(cmd, live) },
	}
	searchFlags(cmd.Flags())
	cmd.Flags().AddFlagSet(live.set)
	cmd.SetUsageFunc(searchUsage(cmd, live.set))
	must(cmd.RegisterFlagCompletionFunc("strategy", cobra.FixedCompletions(a.registry.Names(), cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("backend", cobra.FixedCompletions(backends, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func searchFlags(flags *pflag.FlagSet) {
	flags.String("backend", tableBackend, "who measures: table (see --data), or live, by training and attacking networks")
	flags.String("objective", "pgd_acc", "metric to optimise; several with commas for strategies that take them (see 'nassearch objectives')")
	flags.String("eps", "", "size of the attack's perturbation, such as 1/255 (default: the table's, or the preset's)")
	flags.String("severity", "", "severity of corruptions, 1 to 5 (default: the mean over all)")
	flags.String("strategy", "evolution", "search algorithm (see 'nassearch strategies')")
	flags.StringArray("option", nil, "setting of the strategy as name=value; may be repeated")
	flags.Int("budget", 300, "queries; a class of architectures that was asked before is free")
	flags.Uint64("seed", 1, "of everything random")
	flags.Int("window", 0, "proposals in flight at once; part of what a history depends on (default: 1 for a table, 4 live)")
	flags.Int("workers", 0, "proposals measured at the same time, at most the window; changes nothing but time (default: one a core, or fewer for large networks)")
	flags.Bool("count-duplicates", false, "let repeated classes cost a query too, as published comparisons do")
	flags.String("study", "", "file that keeps the search, and continues it if it is there")
}

// search runs a study and prints what it found.
func (a *app) search(cmd *cobra.Command, live *liveFlags) error {
	ctx := cmd.Context()
	names, err := objectives(a.config.GetString("objective"))
	if err != nil {
		return err
	}
	options, err := a.options(cmd.Flags())
	if err != nil {
		return err
	}
	budget, window := a.config.GetInt("budget"), a.config.GetInt("window")
	if budget < 1 {
		return usage.Mark(fmt.Errorf("--budget %d: want at least 1 query", budget))
	}
	if window < 1 && cmd.Flags().Changed("window") {
		return usage.Mark(fmt.Errorf("--window %d: want at least 1", window))
	}
	if _, err := a.registry.Lookup(a.config.GetString("strategy")); err != nil {
		return err
	}
	p, err := a.problem(cmd, live, names)
	if err != nil {
		return err
	}
	bar := progress.New(a.stderr)
	defer bar.Close()
	told := 0 // queries, with those of an earlier process, which are told again
	var d search.Description
	study, err := search.New(search.Config{
		Space: p.space, Evaluator: p.evaluator,
		Registry: a.registry, Strategy: a.config.GetString("strategy"), Options: options,
		Seed: a.config.GetUint64("seed"), Budget: budget, Window: cmp.Or(window, p.window),
		CountDuplicates: a.config.GetBool("count-duplicates"),
		Observe: func(t search.Trial) {
			if d.Counts(t) {
				told++
				bar.Set(told, "")
			}
		},
	})
	if err != nil {
		return err
	}
	d = study.Description()
	result, err := a.run(ctx, study, p, bar)
	if err != nil {
		return err
	}
	tests, testErr := a.finalTest(ctx, p, result, bar)
	bar.Close()
	c, err := p.report(context.WithoutCancel(ctx), result)
	if err != nil {
		return err
	}
	c.Budget, c.Tests = budget, tests
	summary, err := report.New(result, c)
	if err != nil {
		return err
	}
	if err := a.print(summary); err != nil {
		return err
	}
	return cmp.Or(outcome(result), testErr)
}

// outcome is what is wrong with a result that has been printed.
func outcome(r search.Result) error {
	if r.Stop == search.Interrupted {
		return errInterrupted
	}
	if r.Queries == 0 || r.Failed < r.Queries {
		return nil
	}
	return fmt.Errorf("no query gave a value; the first failed: %s", r.Trials[0].Failure)
}

// run runs a study, in a journal if one is wanted.
func (a *app) run(ctx context.Context, study *search.Study, p *problem, bar *progress.Bar) (result search.Result, err error) {
	var known []search.Trial
	if path := a.config.GetString("study"); path != "" {
		journal, err := search.OpenJournal(path, version(), study.Description())
		if err != nil {
			return result, err
		}
		defer func() { err = errors.Join(err, journal.Close()) }()
		if journal.Repaired > 0 {
			a.log.Warn("the last line of the study was unfinished and has been cut off", zap.String("study", path))
		}
		if known, err = journal.Load(); err != nil {
			return result, err
		}
		if len(known) > 0 {
			a.log.Info("the study continues", zap.String("study", path), zap.Int("trials", len(known)))
		}
		study.Keep(journal)
	}
	before, d := 0, study.Description()
	for _, t := range known {
		if d.Counts(t) {
			before++
		}
	}
	bar.Start("query", before, a.config.GetInt("budget"))
	if p.slow {
		bar.Show()
	}
	return study.Run(ctx, a.workers(p, d.Window))
}

// workers is how many architectures are measured at the same time.
func (a *app) workers(p *problem, window int) int {
	workers := a.config.GetInt("workers")
	if given := workers > 0; !given {
		workers = p.workers
		if !p.slow {
			return workers
		}
	}
	if workers > window {
		a.log.Info("not all workers have work: a wider --window would give them some, and another history",
			zap.Int("workers", workers), zap.Int("window", window))
	}
	return workers
}

// options merges the strategy's settings: those of flags over the environment's over the file's.
func (a *app) options(flags *pflag.FlagSet) (map[string]string, error) {
	options := map[string]string{}
	pairs := slices.Clone(a.fileOptions)
	if env := os.Getenv(envPrefix + "_OPTION"); env != "" {
		pairs = append(pairs, strings.Split(env, ",")...)
	}
	given, err := flags.GetStringArray("option")
	if err != nil {
		return nil, err
	}
	for _, pair := range append(pairs, given...) {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, usage.Mark(fmt.Errorf("--option %q: want name=value", pair))
		}
		options[name] = value
	}
	return options, nil
}

// print writes a summary in the form that was asked for.
func (a *app) print(s report.Summary) error {
	switch a.config.GetString("output") {
	case "json":
		return s.JSON(a.stdout)
	case "csv":
		return s.CSV(a.stdout)
	default:
		return s.Text(a.stdout)
	}
}
