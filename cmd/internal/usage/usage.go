// Package usage marks mistakes in a command line, which another command line would mend, among other errors.
package usage

import "github.com/spf13/cobra"

// Error is a mistake in the command line or the configuration.
type Error struct{ Err error }

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the error that was marked.
func (e *Error) Unwrap() error { return e.Err }

// Mark returns err as an [*Error], and nil as nil.
func Mark(err error) error {
	if err == nil {
		return nil
	}
	return &Error{err}
}

// Args is a check of arguments whose errors are marked.
func Args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error { return Mark(check(cmd, args)) }
}

// Complete tells shells what the value of a flag may be. The flag must be there.
func Complete(cmd *cobra.Command, flag string, values ...string) {
	fixed := cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
	if err := cmd.RegisterFlagCompletionFunc(flag, fixed); err != nil {
		panic(err) // a mistake in the declaration of the command
	}
}
