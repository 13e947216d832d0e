package usage

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Flag returns the mistake that reading a command's flags has found.
func Flag(cmd *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return Mark(fmt.Errorf("%w%s", err, meant(cmd, unknown)))
	}
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return Value("--"+bad.GetFlag().Name, err)
	}
	return Mark(err)
}

// meant says which flag was meant by one that a command does not have: one of its own, or one of another command.
func meant(cmd *cobra.Command, unknown *pflag.NotExistError) string {
	name := unknown.GetSpecifiedName()
	if rest := unknown.GetSpecifiedShortnames(); len(rest) > 1 { // -strategy
		name, _, _ = strings.Cut(rest, "=")
	}
	var own []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		letter := len(f.Name) == 1 // which every other letter is one slip from
		if !f.Hidden && (!letter || f.Name == name) {
			own = append(own, "--"+f.Name)
		}
	})
	hint, elsewhere := nearest.Hint("--"+name, own), having(cmd.Root(), name)
	if len(name) > 1 && len(elsewhere) > 0 && !slices.Contains(own, "--"+name) {
		return "; it is a flag of " + strings.Join(elsewhere, ", ") + hint
	}
	if paths := called(cmd.Root(), name); hint == "" && len(paths) > 0 {
		return "; it is a command: " + strings.Join(paths, ", ")
	}
	return hint
}

// having lists the commands that have a flag.
func having(cmd *cobra.Command, flag string) (paths []string) {
	if f := cmd.LocalFlags().Lookup(flag); f != nil && !f.Hidden {
		paths = append(paths, "'"+cmd.CommandPath()+"'")
	}
	for _, sub := range cmd.Commands() {
		paths = append(paths, having(sub, flag)...)
	}
	return paths
}

// called lists the commands of a name.
func called(cmd *cobra.Command, name string) (paths []string) {
	if cmd.Name() == name && cmd.IsAvailableCommand() {
		paths = append(paths, "'"+cmd.CommandPath()+"'")
	}
	for _, sub := range cmd.Commands() {
		paths = append(paths, called(sub, name)...)
	}
	return paths
}

// NoArgs is the check of a command that takes no arguments. A word may be a misspelt command below it.
func NoArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasAvailableSubCommands() {
		return Mark(fmt.Errorf("unexpected %q: '%s' takes no arguments, only flags%s",
			args[0], cmd.CommandPath(), assigned(args[0])))
	}
	return UnknownCommand(cmd, args[0])
}

// UnknownCommand returns the mistake of a word that is no command below another.
func UnknownCommand(under *cobra.Command, word string) error {
	var names []string
	for _, sub := range under.Commands() {
		if sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand() {
			names = append(names, sub.Name())
		}
	}
	hint := nearest.Hint(word, names)
	if paths := called(under.Root(), word); hint == "" && len(paths) > 0 {
		hint = "; there is " + strings.Join(paths, " and ")
	}
	if hint == "" {
		hint = assigned(word)
	}
	if hint == "" {
		hint = fmt.Sprintf("; '%s --help' lists all", under.CommandPath())
	}
	return Mark(fmt.Errorf("unknown command %q for '%s'%s", word, under.CommandPath(), hint))
}

// assigned says what a word may be that stands alone though it belongs to a flag.
func assigned(word string) string {
	if word == "true" || word == "false" {
		return fmt.Sprintf("; write a flag that is true or false as --flag=%s", word)
	}
	return ""
}

// Args is the check of a command that takes from least to most arguments, which a text names: "ARCH|INDEX".
func Args(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case slices.Contains(args, ""):
			return Mark(fmt.Errorf("an argument is empty: '%s' wants %s", cmd.CommandPath(), what))
		case len(args) < least:
			return Mark(fmt.Errorf("'%s' wants %s: see '%[1]s --help'", cmd.CommandPath(), what))
		case len(args) > most:
			return Mark(fmt.Errorf("unexpected %q: '%s' wants %s, and no more%s",
				args[most], cmd.CommandPath(), what, assigned(args[most])))
		}
		return nil
	}
}
