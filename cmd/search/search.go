// Package search has the command that searches, which is that of the program without any other.
package search

import (
	"github.com/nassearch/nassearch/cmd/internal/monitor"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/searches"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search"
	"github.com/spf13/cobra"
)

// command is a search with what it prints.
type command struct {
	*searches.Search
	monitor monitor.Flag
}

// Command returns the command. The flags of backends are not among its own yet.
func Command(p *program.Program) *cobra.Command {
	c := &command{Search: searches.New(p)}
	cmd := &cobra.Command{
		Use:   "nassearch",
		Short: "Search for neural network architectures that stay accurate under attack",
		Long: `nassearch searches the NAS-Bench-201 cell space for architectures that stay accurate under attack,
asking a table of measured results (--backend table), training and attacking every network (--backend live), or asking a
program of your own that does so (--backend exec).

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
  nassearch --backend live --objective pgd_acc --strategy evolution --budget 40 --study run.jsonl --final-test
  nassearch --backend exec --command 'python train.py' --metric pgd_acc@8/255 --objective pgd_acc --study run.jsonl`,
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd) },
	}
	c.Register(cmd.Flags())
	c.monitor.Register(cmd.Flags())
	p.Backends.Register(cmd, "who measures: "+p.Backends.Abouts())
	return cmd
}
