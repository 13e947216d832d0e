package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

func (a *app) searchCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "nassearch",
		Short: "Search for neural network architectures that stay accurate under attack",
		Long: `nassearch searches the NAS-Bench-201 cell space for architectures that stay accurate under attack,
asking a table of measured results.

Settings come from flags, then from the environment (NASSEARCH_BUDGET=500), then from nassearch.yaml in
this folder, whose keys are the names of flags. Messages go to standard error, results to standard output.
The exit code is 2 for a mistake in the command line, 1 for any other failure, 130 after an interrupt.`,
		Example: `  nassearch --data robustness-data --objective pgd_acc --strategy evolution
  nassearch --data robustness-data --objective fgsm_acc --eps 2/255 --strategy bo --budget 100 --seed 7
  nassearch --data robustness-data --objective pgd_acc,params --strategy random -o json
  nassearch --data robustness-data --strategy evolution --option population=50 --study run.jsonl`,
		Args: usage.Args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.search(cmd) },
	}
	searchFlags(cmd.Flags())
	must(cmd.RegisterFlagCompletionFunc("strategy", cobra.FixedCompletions(a.registry.Names(), cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func searchFlags(flags *pflag.FlagSet) {
	flags.String("objective", "pgd_acc", "metric to optimise; several with commas for strategies that take them (see 'nassearch objectives')")
	flags.String("eps", "", "size of the attack's perturbation, such as 1/255 (default: the table's)")
	flags.String("severity", "", "severity of corruptions, 1 to 5 (default: the mean over all)")
	flags.String("strategy", "evolution", "search algorithm (see 'nassearch strategies')")
	flags.StringArray("option", nil, "setting of the strategy as name=value; may be repeated")
	flags.Int("budget", 300, "queries; a class of architectures that was asked before is free")
	flags.Uint64("seed", 1, "of everything random")
	flags.Int("window", 1, "proposals in flight at once; part of what a history depends on")
	flags.Int("workers", 0, "proposals measured at the same time, at most the window; changes nothing but time (default: one a core)")
	flags.Bool("count-duplicates", false, "let repeated classes cost a query too, as published comparisons do")
	flags.String("study", "", "file that keeps the search, and continues it if it is there")
}

// search runs a study and prints what it found.
func (a *app) search(cmd *cobra.Command) error {
	ctx := cmd.Context()
	names, err := objectives(a.config.GetString("objective"))
	if err != nil {
		return err
	}
	options, err := a.options(cmd.Flags())
	if err != nil {
		return err
	}
	if n := a.config.GetInt("budget"); n < 1 {
		return usage.Mark(fmt.Errorf("--budget %d: want at least 1 query", n))
	}
	if n := a.config.GetInt("window"); n < 1 {
		return usage.Mark(fmt.Errorf("--window %d: want at least 1", n))
	}
	if _, err := a.registry.Lookup(a.config.GetString("strategy")); err != nil {
		return err
	}
	t, sp, err := a.openTable()
	if err != nil {
		return err
	}
	view, err := a.selectMetrics(ctx, t, names)
	if err != nil {
		return err
	}
	budget := a.config.GetInt("budget")
	bar := newProgress(a.stderr, "query", budget)
	study, err := search.New(search.Config{
		Space: sp, Metrics: view.Metrics(), Evaluator: view, Source: view.Fingerprint(),
		Registry: a.registry, Strategy: a.config.GetString("strategy"), Options: options,
		Seed: a.config.GetUint64("seed"), Budget: budget, Window: a.config.GetInt("window"),
		CountDuplicates: a.config.GetBool("count-duplicates"),
		Observe:         bar.observe,
	})
	if err != nil {
		return err
	}
	result, err := a.run(ctx, study)
	bar.close()
	if err != nil {
		return err
	}
	summary, err := report.New(result, report.Context{
		About: t.Info().Description, Dataset: t.Info().Dataset, Budget: budget, Space: sp, Truth: view,
		Also: also(context.WithoutCancel(ctx), t, view),
	})
	if err != nil {
		return err
	}
	if err := a.print(summary); err != nil {
		return err
	}
	if result.Stop == search.Interrupted {
		return errInterrupted
	}
	return nil
}

// run runs a study, in a journal if one is wanted.
func (a *app) run(ctx context.Context, study *search.Study) (result search.Result, err error) {
	if path := a.config.GetString("study"); path != "" {
		journal, err := search.OpenJournal(path, version(), study.Description())
		if err != nil {
			return result, err
		}
		defer func() { err = errors.Join(err, journal.Close()) }()
		if journal.Repaired > 0 {
			a.log.Warn("the last line of the study was unfinished and has been cut off", zap.String("study", path))
		}
		if trials, _ := journal.Load(); len(trials) > 0 {
			a.log.Info("the study continues", zap.String("study", path), zap.Int("trials", len(trials)))
		}
		study.Keep(journal)
	}
	workers := a.config.GetInt("workers")
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	} else if window := a.config.GetInt("window"); workers > window {
		a.log.Info("not all workers have work: a wider --window would give them some, and another history",
			zap.Int("workers", workers), zap.Int("window", window))
	}
	return study.Run(ctx, workers)
}

// options merges the strategy's settings: those of flags over the environment's over the file's.
func (a *app) options(flags *pflag.FlagSet) (map[string]string, error) {
	options := map[string]string{}
	if a.config.InConfig("option") {
		for name, value := range a.config.GetStringMapString("option") {
			options[name] = value
		}
	}
	var pairs []string
	if env := os.Getenv(envPrefix + "_OPTION"); env != "" {
		pairs = strings.Split(env, ",")
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
