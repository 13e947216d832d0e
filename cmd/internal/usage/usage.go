// Package usage marks mistakes in a command line, which another command line would mend, among other errors.
package usage

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/spf13/cobra"
)

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

// Unmark returns a mistake that no other command line would mend as an error like others.
func Unmark(err error) error {
	if _, marked := errors.AsType[*Error](err); marked {
		return errors.New(err.Error())
	}
	return err
}

// Complete tells shells what the value of a flag may be. The flag must be there.
func Complete(cmd *cobra.Command, flag string, values ...string) {
	fixed := func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		begun := slices.DeleteFunc(slices.Clone(values), func(v string) bool { return !strings.HasPrefix(v, word) })
		return begun, cobra.ShellCompDirectiveNoFileComp
	}
	if err := cmd.RegisterFlagCompletionFunc(flag, fixed); err != nil {
		panic(err) // a mistake in the declaration of the command
	}
}

// Choice declares a flag that takes one of some values, without more the first.
func Choice(cmd *cobra.Command, to *string, flag string, values []string, about string) {
	cmd.Flags().StringVar(to, flag, values[0], about)
	Complete(cmd, flag, values...)
}

// OneOf returns a mistake for a value that a flag does not take. The values are told with a text between them.
func OneOf(flag, value string, values []string, between string) error {
	if slices.Contains(values, value) {
		return nil
	}
	return Mark(fmt.Errorf("--%s %q: want %s%s", flag, value, strings.Join(values, between), nearest.Hint(value, values)))
}

// AtLeast returns a mistake for a number below the least that a flag takes.
func AtLeast(flag string, value, least int) error {
	if value >= least {
		return nil
	}
	return Mark(fmt.Errorf("--%s %d: want at least %d", flag, value, least))
}

// Names lists what the elements of a list are called.
func Names[T any](list []T, name func(T) string) []string {
	names := make([]string, len(list))
	for i, v := range list {
		names[i] = name(v)
	}
	return names
}

// Number reads a finite number above 0, or a quotient of two.
func Number(text string) (float64, error) {
	above, below, quotient := strings.Cut(text, "/")
	if !quotient {
		below = "1"
	}
	a, errA := strconv.ParseFloat(above, 64)
	b, errB := strconv.ParseFloat(below, 64)
	if err := cmp.Or(errA, errB); err != nil {
		return 0, err
	}
	if v := a / b; a > 0 && b > 0 && !math.IsInf(v, 0) && v > 0 {
		return v, nil
	}
	return 0, strconv.ErrRange
}
