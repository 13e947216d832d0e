// Package help writes the help of commands: what they do, examples, and flags in sections, so that nobody has to look
// for those of a command among those of all.
package help

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Install has a program's commands write help with the flags of backends apart, and adds the command that shows it, and
// topics.
func Install(root *cobra.Command, measuring []backends.Bound) {
	root.SetUsageFunc(func(c *cobra.Command) error {
		return write(c.OutOrStderr(), linesFor(c.OutOrStderr()), c, measuring)
	})
	root.SetHelpFunc(func(c *cobra.Command, _ []string) {
		w := c.OutOrStdout()
		lines := linesFor(w)
		about := c.Long
		if about == "" {
			about = c.Short + "."
		}
		// Whoever closes the output while help is written has read enough.
		if _, err := fmt.Fprintln(w, lines.wrap(about, "")+"\n"); err == nil {
			_ = write(w, lines, c, measuring)
		}
	})
	root.SetHelpCommand(helpCommand(root))
	root.AddCommand(topics(root.Commands())...)
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			completion(c)
		}
	}
}

// completion mends what cobra says of the command that writes scripts for shells.
func completion(c *cobra.Command) {
	c.Short = "Write a script that completes command lines in a shell"
	c.Example = "  nassearch completion bash > /etc/bash_completion.d/nassearch"
	c.PersistentPreRunE = unconfigured
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	for _, shell := range append(c.Commands(), c) {
		shell.Args = usage.NoArgs
		usage.Without(shell, "what is written is a script", "output")
		usage.Without(shell, "no table is read", "data", "dataset", "meta")
	}
}

// unconfigured lets a command run whatever stands in a configuration, which it has no use for.
func unconfigured(c *cobra.Command, _ []string) error { return usage.Idle(c, c.Flags().Changed) }

// write writes how a command is used.
func write(w io.Writer, l lines, c *cobra.Command, measuring []backends.Bound) error {
	p := printer{lines: l, w: w}
	p.usage(c)
	if c.Example != "" {
		p.say("\nExamples:\n")
		for line := range strings.Lines(c.Example) {
			p.say("%s\n", p.continued(strings.TrimRight(line, "\n")))
		}
	}
	p.commands("Commands", c, func(sub *cobra.Command) bool { return sub.IsAvailableCommand() || sub.Name() == "help" })
	p.commands("Topics", c, (*cobra.Command).IsAdditionalHelpTopicCommand)
	if c.IsAdditionalHelpTopicCommand() {
		return p.err
	}
	s := divide(c, measuring)
	p.flags(map[bool]string{true: "Search", false: "Flags"}[c == c.Root() || c.Name() == "search"], s.own)
	for i, b := range measuring {
		p.flags("With --backend "+b.Name+b.Note, s.backends[i])
	}
	for _, several := range s.shared {
		p.flags("With --backend "+several.Name(), several)
	}
	p.flags("Tables", s.tables)
	p.flags("General", s.general)
	if c.HasAvailableSubCommands() {
		p.say("\n%s\n", p.wrap("'"+c.CommandPath()+" COMMAND --help' tells more about a command.", ""))
	}
	return p.err
}

// sections are a command's flags.
type sections struct {
	own, tables, general *pflag.FlagSet
	backends             []*pflag.FlagSet
	shared               []*pflag.FlagSet // by several backends, whose names they have
}

// divide puts every flag that means something to a command into one section.
func divide(c *cobra.Command, measuring []backends.Bound) sections {
	set := func() *pflag.FlagSet { return pflag.NewFlagSet("", pflag.ContinueOnError) }
	s := sections{own: set(), tables: set(), general: set()}
	for range measuring {
		s.backends = append(s.backends, set())
	}
	asks := c.LocalFlags().Lookup("backend") != nil
	global := c.Root().PersistentFlags()
	c.InitDefaultHelpFlag()
	c.Flags().VisitAll(func(f *pflag.Flag) {
		of := having(measuring, f)
		everywhere := global.Lookup(f.Name) == f
		switch {
		case !usage.Means(c, f):
		case asks && len(of) > 1:
			s.share(f, usage.Names(of, func(i int) string { return measuring[i].Name }))
		case asks && len(of) == 1:
			s.backends[of[0]].AddFlag(f)
		case f.Name == "help", everywhere && len(of) == 0 && f.Name != "dataset":
			s.general.AddFlag(f)
		case everywhere:
			s.tables.AddFlag(f)
		default:
			s.own.AddFlag(f)
		}
	})
	if asks && s.tables.Lookup("dataset") != nil { // of tables and live: it stands with the objective
		s.own.AddFlag(s.tables.Lookup("dataset"))
		s.tables = set()
	}
	return s
}

// having lists the backends that a flag has a meaning with.
func having(measuring []backends.Bound, f *pflag.Flag) (of []int) {
	for i, b := range measuring {
		if b.Flags.Lookup(f.Name) == f {
			of = append(of, i)
		}
	}
	return of
}

// share adds a flag to those of the same backends.
func (s *sections) share(f *pflag.Flag, backends []string) {
	name := strings.Join(backends, " or ")
	i := slices.IndexFunc(s.shared, func(there *pflag.FlagSet) bool { return there.Name() == name })
	if i < 0 {
		i = len(s.shared)
		s.shared = append(s.shared, pflag.NewFlagSet(name, pflag.ContinueOnError))
	}
	s.shared[i].AddFlag(f)
}

// printer keeps the first error of writing.
type printer struct {
	lines
	w   io.Writer
	err error
}

func (p *printer) say(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) usage(c *cobra.Command) {
	if c.IsAdditionalHelpTopicCommand() {
		return
	}
	p.say("Usage:\n")
	if c.Runnable() {
		p.say("  %s\n", c.UseLine())
	}
	if c.HasAvailableSubCommands() {
		p.say("  %s COMMAND\n", c.CommandPath())
	}
}

// commands lists those below a command that are wanted.
func (p *printer) commands(title string, c *cobra.Command, wanted func(*cobra.Command) bool) {
	longest := 0
	subs := slices.DeleteFunc(slices.Clone(c.Commands()), func(sub *cobra.Command) bool { return !wanted(sub) })
	for _, sub := range subs {
		longest = max(longest, len(sub.Name()))
	}
	if len(subs) > 0 {
		p.say("\n%s:\n", title)
	}
	for _, sub := range subs {
		indent := strings.Repeat(" ", longest+4)
		p.say("  %-*s  %s\n", longest, sub.Name(), strings.TrimLeft(p.wrap(sub.Short, indent), " "))
	}
}

// column is where the text of a flag begins, if its name leaves so much.
const column = 30

// flags lists flags with what they take, what they do, and what they are without.
func (p *printer) flags(title string, f *pflag.FlagSet) {
	if !f.HasAvailableFlags() {
		return
	}
	p.say("\n%s:\n", p.wrap(title, ""))
	indent := strings.Repeat(" ", column)
	f.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		left := "      --" + f.Name
		if f.Shorthand != "" {
			left = "  -" + f.Shorthand + ", --" + f.Name
		}
		kind, text := pflag.UnquoteUsage(f)
		if kind != "" {
			left += " " + kind
		}
		if !slices.Contains([]string{"", "0", "0s", "false", "[]"}, f.DefValue) {
			text += " (default " + f.DefValue + ")"
		}
		text = p.wrap(text, indent)
		if len(left) > column-2 {
			p.say("%s\n%s\n", left, text)
		} else {
			p.say("%-*s%s\n", column, left, strings.TrimPrefix(text, indent))
		}
	})
}
