// Package completion tells shells what may stand where the cursor is: metrics and settings that the chosen table has,
// strategies and their options, also inside lists. What cannot be found out, since the table is not there or the
// command line is half written, is left out; nothing is said of it.
package completion

import (
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// line is a command line that is completed.
type line struct {
	*program.Program
	cmd  *cobra.Command
	args []string
}

// list returns what may stand for a word, each with a description behind a tab, if it has one. A candidate that goes on
// ends with =, :, @ or a slash.
type list func(l line, word string) []string

// Install completes the flags and arguments of a program's commands.
func Install(root *cobra.Command, p *program.Program) {
	walk(root, func(c *cobra.Command) {
		if values, ok := positions[c.CommandPath()]; ok {
			c.ValidArgsFunction = values.of(p)
		} else if c.ValidArgsFunction == nil && !c.HasSubCommands() {
			c.ValidArgsFunction = cobra.NoFileCompletions
		}
		flag := func(f *pflag.Flag) {
			if _, there := c.GetFlagCompletionFunc(f.Name); there {
				return
			}
			if complete := ofFlag(p, f); complete != nil {
				if err := c.RegisterFlagCompletionFunc(f.Name, complete); err != nil {
					panic(err) // the flag is the command's
				}
			}
		}
		c.Flags().VisitAll(flag)
		c.PersistentFlags().VisitAll(flag)
	})
}

func walk(c *cobra.Command, each func(*cobra.Command)) {
	each(c)
	for _, sub := range c.Commands() {
		walk(sub, each)
	}
}

// ofFlag returns what completes a flag, or nil to leave it to the shell, which completes files.
func ofFlag(p *program.Program, f *pflag.Flag) cobra.CompletionFunc {
	if values, ok := flags[f.Name]; ok {
		return values.of(p)
	}
	if kind := f.Value.Type(); kind != "string" && !strings.HasPrefix(kind, "string") {
		return cobra.NoFileCompletions
	}
	return nil
}

// values are what completes a flag or an argument.
type values struct {
	list  list     // nil: nothing
	many  bool     // with commas between them
	files []string // endings of files that may stand there, too
}

// of returns the values for cobra.
func (v values) of(p *program.Program) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		_ = p.Configure(cmd) // a mistake in the settings is told when the command runs
		l := line{p, cmd, args}
		before := ""
		if v.many {
			if i := strings.LastIndexByte(word, ','); i >= 0 {
				before, word = word[:i+1], word[i+1:]
			}
		}
		var found []string
		if v.list != nil {
			for _, candidate := range v.list(l, word) {
				name, _, _ := strings.Cut(candidate, "\t")
				again := slices.Contains(strings.Split(before, ","), name)
				if strings.HasPrefix(candidate, word) && !again {
					found = append(found, before+candidate)
				}
			}
		}
		if len(v.files) > 0 && len(found) == 0 {
			return v.files, cobra.ShellCompDirectiveFilterFileExt
		}
		directive := cobra.ShellCompDirectiveNoFileComp
		if slices.ContainsFunc(found, goesOn) {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
		return found, directive
	}
}

// goesOn says whether more must follow a candidate.
func goesOn(candidate string) bool {
	name, _, _ := strings.Cut(candidate, "\t")
	return name != "" && strings.ContainsRune("=:@/", rune(name[len(name)-1]))
}
