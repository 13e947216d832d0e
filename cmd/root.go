package cmd

import (
	"cmp"

	"github.com/nassearch/nassearch/cmd/analyze"
	"github.com/nassearch/nassearch/cmd/attack"
	"github.com/nassearch/nassearch/cmd/checkevaluator"
	"github.com/nassearch/nassearch/cmd/checkstrategy"
	"github.com/nassearch/nassearch/cmd/compare"
	"github.com/nassearch/nassearch/cmd/corrupt"
	"github.com/nassearch/nassearch/cmd/dataset"
	"github.com/nassearch/nassearch/cmd/export"
	"github.com/nassearch/nassearch/cmd/exportnetwork"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/completion"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/help"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/cmd/leaderboard"
	"github.com/nassearch/nassearch/cmd/measure"
	"github.com/nassearch/nassearch/cmd/objectives"
	"github.com/nassearch/nassearch/cmd/query"
	"github.com/nassearch/nassearch/cmd/queue"
	"github.com/nassearch/nassearch/cmd/report"
	"github.com/nassearch/nassearch/cmd/reproduce"
	"github.com/nassearch/nassearch/cmd/search"
	"github.com/nassearch/nassearch/cmd/serve"
	"github.com/nassearch/nassearch/cmd/space"
	"github.com/nassearch/nassearch/cmd/strategies"
	"github.com/nassearch/nassearch/cmd/studies"
	"github.com/nassearch/nassearch/cmd/table"
	"github.com/nassearch/nassearch/cmd/train"
	"github.com/nassearch/nassearch/cmd/version"
	"github.com/nassearch/nassearch/cmd/watch"
	"github.com/nassearch/nassearch/cmd/worker"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
)

// newRoot returns the command that searches, the parent of all others.
func newRoot(x Extensions, e *env.Env) (*cobra.Command, error) {
	p := &program.Program{Env: e, Out: output.New(e.Stdout, x.Forms...), Tables: backends.NewTables(x.Formats)}
	say := func(line string) { e.Log.Info(line, zap.String("from", "strategy")) }
	all, err := x.with(p.Tables, say)
	if err = cmp.Or(err, distinct("form of results", p.Out.Forms())); err != nil {
		return nil, err
	}
	p.Backends, p.Strategies, p.Statistics = backends.Bind(all.Backends), all.Strategies, x.Statistics
	p.Known = x.known()
	root := search.Command(p)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(usage.Flag)
	root.PersistentPreRunE = func(cmd *cobra.Command, args []string) error { return prepare(p, cmd, args) }
	e.Register(root)
	p.Out.Register(root)
	p.Tables.Register(root)
	twin, comparing, again := search.Command(p), compare.Command(p), reproduce.Command(p)
	twin.Use = "search"
	for _, asking := range []*cobra.Command{root, twin, comparing, again} {
		if err := p.Backends.AddFlags(asking, root.PersistentFlags()); err != nil {
			return nil, err
		}
	}
	working, err := worker.Command(p)
	if err != nil {
		return nil, err
	}
	root.AddCommand(twin, comparing, again, working)
	for _, command := range []func(*program.Program) *cobra.Command{
		analyze.Command, attack.Command, checkevaluator.Command, checkstrategy.Command, corrupt.Command,
		dataset.Command, export.Command, exportnetwork.Command, leaderboard.Command, measure.Command,
		objectives.Command, query.Command, queue.Command, report.Command, serve.Command, space.Command,
		strategies.Command, studies.Command, table.Command, train.Command, version.Command, watch.Command,
	} {
		root.AddCommand(command(p))
	}
	completion.Install(root, p)
	root.AddCommand(x.Commands...)
	help.Install(root, p.Backends.Bound)
	usage.WholeNumbers(root)
	return root, distinct("command", usage.Names(root.Commands(), (*cobra.Command).Name))
}

// prepare reads the settings of a command, and sees whether they make sense, before it runs.
func prepare(p *program.Program, cmd *cobra.Command, args []string) error {
	if name := cmd.Name(); name == cobra.ShellCompRequestCmd || name == cobra.ShellCompNoDescRequestCmd {
		return nil // what is completed may be half written, and settings wrong
	}
	if err := p.Configure(cmd); err != nil {
		return err
	}
	if err := cmp.Or(usage.Idle(cmd, p.Given), p.Out.Check(cmd), p.StartLog()); err != nil {
		return err
	}
	return files.Check(cmd, args)
}
