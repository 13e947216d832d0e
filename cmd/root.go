package cmd

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/nassearch/nassearch/cmd/attack"
	"github.com/nassearch/nassearch/cmd/compare"
	"github.com/nassearch/nassearch/cmd/dataset"
	"github.com/nassearch/nassearch/cmd/export"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/cmd/objectives"
	"github.com/nassearch/nassearch/cmd/query"
	"github.com/nassearch/nassearch/cmd/report"
	"github.com/nassearch/nassearch/cmd/search"
	"github.com/nassearch/nassearch/cmd/strategies"
	"github.com/nassearch/nassearch/cmd/table"
	"github.com/nassearch/nassearch/cmd/train"
	"github.com/nassearch/nassearch/cmd/version"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newRoot returns the command that searches, the parent of all others.
func newRoot(x Extensions, e *env.Env) (*cobra.Command, error) {
	p := &program.Program{Env: e, Out: output.New(e.Stdout, x.Forms...), Tables: backends.NewTables(x.Formats)}
	all, err := x.with(p.Tables)
	if err = cmp.Or(err, distinct("form of results", p.Out.Forms())); err != nil {
		return nil, err
	}
	p.Backends, p.Strategies, p.Attacks = backends.Bind(all.Backends), all.Strategies, all.Attacks
	p.Statistics = x.Statistics
	root := search.Command(p)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(usage.Flag)
	root.PersistentPreRunE = func(cmd *cobra.Command, args []string) error { return prepare(p, cmd, args) }
	e.Register(root)
	p.Out.Register(root)
	p.Tables.Register(root)
	comparing := compare.Command(p)
	for _, asking := range []*cobra.Command{root, comparing} {
		if err := p.Backends.AddFlags(asking, root.PersistentFlags()); err != nil {
			return nil, err
		}
	}
	root.AddCommand(comparing)
	root.SetUsageFunc(searchUsage(root, p.Backends.Bound))
	for _, command := range []func(*program.Program) *cobra.Command{
		attack.Command, dataset.Command, export.Command, objectives.Command, query.Command,
		report.Command, strategies.Command, table.Command, train.Command, version.Command,
	} {
		root.AddCommand(command(p))
	}
	root.AddCommand(x.Commands...)
	usage.WholeNumbers(root)
	return root, distinct("command", usage.Names(root.Commands(), (*cobra.Command).Name))
}

// prepare reads the settings of a command, and sees whether they make sense, before it runs.
func prepare(p *program.Program, cmd *cobra.Command, args []string) error {
	if err := p.Configure(cmd); err != nil {
		return err
	}
	if err := cmp.Or(usage.Idle(cmd, p.Given), p.Out.Check(), p.StartLog()); err != nil {
		return err
	}
	return files.Check(cmd, args)
}

// searchUsage writes the root command's usage with its flags by backend: in one list nobody would find any. Other
// commands, which inherit it, have cobra's.
func searchUsage(root *cobra.Command, measuring []backends.Bound) func(*cobra.Command) error {
	standard := root.UsageFunc()
	return func(c *cobra.Command) error {
		if c != root {
			return standard(c)
		}
		w := c.OutOrStderr()
		fmt.Fprintf(w, "Usage:\n  nassearch [flags]\n  nassearch [command]\n\nExamples:\n%s\n\nCommands:\n", c.Example)
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				fmt.Fprintf(w, "  %-*s  %s\n", c.NamePadding(), sub.Name(), sub.Short)
			}
		}
		search, general := pflag.NewFlagSet("", 0), pflag.NewFlagSet("", 0)
		c.Flags().VisitAll(func(f *pflag.Flag) {
			switch {
			case slices.ContainsFunc(measuring, func(b backends.Bound) bool { return b.Flags.Lookup(f.Name) != nil }):
			case c.PersistentFlags().Lookup(f.Name) != nil || f.Name == "help":
				general.AddFlag(f)
			default:
				search.AddFlag(f)
			}
		})
		group(w, "Search", search)
		for _, b := range measuring {
			group(w, "With --backend "+b.Name+b.Note, b.Flags)
		}
		group(w, "General", general)
		fmt.Fprintf(w, "\nUse \"nassearch [command] --help\" for more about a command.\n")
		return nil
	}
}

func group(w io.Writer, title string, flags *pflag.FlagSet) {
	fmt.Fprintf(w, "\n%s:\n%s", title, flags.FlagUsages())
}
