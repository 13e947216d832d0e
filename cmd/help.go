package cmd

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// searchUsage writes the root command's usage with its flags by backend: in one list nobody would find any. Other
// commands, which inherit it, have cobra's.
func searchUsage(root *cobra.Command, live *pflag.FlagSet) func(*cobra.Command) error {
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
		search, table, general := pflag.NewFlagSet("", 0), pflag.NewFlagSet("", 0), pflag.NewFlagSet("", 0)
		for _, name := range tableFlags {
			table.AddFlag(c.Flags().Lookup(name))
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			switch {
			case table.Lookup(f.Name) != nil || live.Lookup(f.Name) != nil:
			case c.PersistentFlags().Lookup(f.Name) != nil || f.Name == "help":
				general.AddFlag(f)
			default:
				search.AddFlag(f)
			}
		})
		group(w, "Search", search)
		group(w, "With --backend table", table)
		group(w, "With --backend live; (preset) is the default that --preset has", live)
		group(w, "General", general)
		fmt.Fprintf(w, "\nUse \"nassearch [command] --help\" for more about a command.\n")
		return nil
	}
}

func group(w io.Writer, title string, flags *pflag.FlagSet) {
	fmt.Fprintf(w, "\n%s:\n%s", title, flags.FlagUsages())
}
