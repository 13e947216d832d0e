package usage

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// without begins the annotation of a command that a flag of all commands has no meaning with.
const without = "nassearch: without "

// Without says that flags of all commands have no meaning with one, and why.
func Without(cmd *cobra.Command, why string, flags ...string) {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	for _, flag := range flags {
		cmd.Annotations[without+flag] = why
	}
}

// Means says whether a flag that a command has means something to it.
func Means(cmd *cobra.Command, f *pflag.Flag) bool {
	_, idle := cmd.Annotations[without+f.Name]
	return !idle
}

// Idle returns the mistake of a flag of a command line that means nothing to the command.
func Idle(cmd *cobra.Command, given func(flag string) bool) (err error) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if err == nil && given(f.Name) && !Means(cmd, f) {
			err = Mark(fmt.Errorf("--%s has no meaning with '%s': %s",
				f.Name, cmd.CommandPath(), cmd.Annotations[without+f.Name]))
		}
	})
	return err
}
