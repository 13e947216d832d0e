package cmd

import (
	"cmp"

	"github.com/nassearch/nassearch/cmd/attack"
	"github.com/nassearch/nassearch/cmd/compare"
	"github.com/nassearch/nassearch/cmd/dataset"
	"github.com/nassearch/nassearch/cmd/export"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/cmd/objectives"
	"github.com/nassearch/nassearch/cmd/query"
	"github.com/nassearch/nassearch/cmd/report"
	"github.com/nassearch/nassearch/cmd/search"
	"github.com/nassearch/nassearch/cmd/strategies"
	"github.com/nassearch/nassearch/cmd/table"
	"github.com/nassearch/nassearch/cmd/train"
	"github.com/nassearch/nassearch/cmd/version"
	"github.com/nassearch/nassearch/objective"
	"github.com/spf13/cobra"
)

// newRoot returns the command that searches, the parent of all others.
func newRoot(x Extensions, e *env.Env) (*cobra.Command, error) {
	out, tables := output.New(e.Stdout, x.Forms...), backends.NewTables(x.Formats)
	all, err := x.with(tables)
	if err = cmp.Or(err, distinct("form of results", out.Forms())); err != nil {
		return nil, err
	}
	root, choice := search.Command(e, out, tables, all.Strategies, all.Backends)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage.Mark(err) })
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return configure(cmd, e, out) }
	e.Register(root)
	out.Register(root)
	tables.Register(root)
	if err := choice.AddFlags(root, root.PersistentFlags()); err != nil {
		return nil, err
	}
	root.SetUsageFunc(searchUsage(root, choice.Backends))
	root.AddCommand(
		attack.Command(e, out, all.Attacks),
		compare.Command(e, out, tables, all.Strategies, x.Statistics),
		dataset.Command(e, out),
		export.Command(out),
		objectives.Command(e, out, tables, all.Backends, objective.Catalogue{Attacks: all.Attacks}),
		query.Command(out, tables),
		report.Command(e, out, tables),
		strategies.Command(out, all.Strategies),
		table.Command(e, out, tables, all.Attacks),
		train.Command(e, out),
		version.Command(e),
	)
	root.AddCommand(x.Commands...)
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	return root, distinct("command", names)
}

// configure gives the flags of a command their values, and starts the log.
func configure(cmd *cobra.Command, e *env.Env, out *output.Printer) error {
	if err := e.Configure(cmd); err != nil {
		return err
	}
	if err := out.Check(); err != nil {
		return err
	}
	return e.StartLog()
}
