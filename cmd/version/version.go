// Package version has the command that prints the program's version.
package version

import (
	"fmt"
	"runtime"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
)

// Command returns the command.
func Command(e *env.Env) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  usage.Args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(e.Stdout, "nassearch %s %s %s/%s\n",
				e.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
