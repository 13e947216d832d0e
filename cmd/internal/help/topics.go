package help

import (
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
)

// helpCommand shows the help of a command or a topic.
func helpCommand(root *cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "help [COMMAND|TOPIC]",
		Short:   "Show the help of a command or a topic",
		Example: "  nassearch help table plot\n  nassearch help configuration",
		RunE: func(_ *cobra.Command, args []string) error {
			c, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return usage.UnknownCommand(c, append(rest, args...)[0])
			}
			return c.Help()
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if c, rest, err := root.Find(args); err == nil && len(rest) == 0 {
				for _, sub := range c.Commands() {
					if strings.HasPrefix(sub.Name(), word) && (sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand()) {
						names = append(names, cobra.CompletionWithDesc(sub.Name(), sub.Short))
					}
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		PersistentPreRunE: unconfigured,
	}
	usage.Without(cmd, "help is for people", "output")
	return cmd
}

// topics are the texts about what all commands have in common. A command that a program adds takes the place of the
// topic of its name.
func topics(commands []*cobra.Command) []*cobra.Command {
	texts := []struct{ name, short, long string }{
		{"configuration", "Where settings come from: flags, environment, file", configuration},
		{"metrics", "How metrics are written: pgd_acc@8/255", metrics},
		{"cells", "How architectures are written: text, index, released id", cells},
		{"output", "Forms of results, messages, exit codes", outputs},
	}
	var all []*cobra.Command
	for _, t := range texts {
		if slices.ContainsFunc(commands, func(c *cobra.Command) bool { return c.Name() == t.name }) {
			continue
		}
		all = append(all, &cobra.Command{Use: t.name, Short: t.short, Long: t.long})
	}
	return slices.Clip(all)
}

const configuration = `
A setting is taken from the first of these that has it:

  flags         --budget 500 --log-level warn
  environment   NASSEARCH_BUDGET=500 NASSEARCH_LOG_LEVEL=warn
  file          nassearch.yaml in this folder, or the file of --config
  default       as the help of the command tells

The keys of the file are the names of flags, of this command and of all others, so that one file serves all. What may
be repeated or is written with commas may be a list; options may be names with values:

  data: robustness-data
  objective: [pgd_acc, params]
  strategy: random
  option:
    over: classes

A key that no command knows is refused, and a variable that begins with NASSEARCH_ and is no setting is warned of, with
the nearest name. Whole numbers are decimal also with a leading zero; 0x begins a hexadecimal one.`

const metrics = `
A metric is a name, or a name and a setting behind @:

  clean_acc           accuracy on clean images
  pgd_acc             accuracy under an attack, at --eps
  pgd_acc@8/255       at this eps, in the L-infinity norm
  pgd_acc@l2:0.5      at this eps, in the L2 norm
  certified_acc@l2:0.25
                      certified by randomised smoothing within this L2 radius
  fog_acc             mean over five severities of a corruption
  fog_acc@severity3   at this one
  corruption_acc      mean over the corruptions of CIFAR-10-C and their severities
  jacobian_fro        a measure of the trained network, minimised
  synflow, nwot       scores that cost no training: 'nassearch measure --help'
  params, flops       sizes, which are minimised

Several metrics are written with commas between them: pgd_acc,params. 'nassearch objectives' lists those that there are,
for a table with --data, for training with --backend live.`

const cells = `
A cell of NAS-Bench-201 is written as

  its text        |nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|
  its index       1462, of 0 to 15624
  its released id #13433

The index counts the operations of the six edges in base 5. Released ids are an arbitrary order that only the
robustness dataset's meta.json knows: they need --data. Shells take | and # for their own: put quotes around them.`

const outputs = `
Results go to standard output, in the form of --output (-o):

  table   for people; on a terminal with colours, unless NO_COLOR is set, ` +
	`and no wider than it (or than COLUMNS says): columns without room stand below the others
  json    for programs, with all that is known
  csv     rows with a header
  latex   tables for papers (package booktabs), of analyses alone

'nassearch table export', 'export' and 'completion' write a form of their own, and refuse --output. Messages and
progress go to standard error, see --log-level and --log-format. Exit codes:

  0     done
  1     failed: a file, a computation, or all measurements
  2     a mistake in the command line or the configuration
  130   interrupted; what was found is kept and told`
