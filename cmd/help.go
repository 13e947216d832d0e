package cmd

import (
	"fmt"
	"io"
	"slices"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

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
