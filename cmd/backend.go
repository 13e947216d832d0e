package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Who measures.
const (
	tableBackend = "table"
	liveBackend  = "live"
)

var backends = []string{tableBackend, liveBackend}

// tableFlags are the flags of --backend table alone.
var tableFlags = []string{"data", "meta", "severity"}

// backend is who measures. A flag of the other backend on the command line is a mistake; in a configuration file, which
// serves all commands, it is not.
func (a *app) backend(l *liveFlags) (string, error) {
	name := a.config.GetString("backend")
	if !slices.Contains(backends, name) {
		return "", usage.Mark(fmt.Errorf("--backend %q: want %s", name, strings.Join(backends, " or ")))
	}
	var other []string
	if name == liveBackend {
		other = tableFlags
	} else {
		l.set.VisitAll(func(f *pflag.Flag) { other = append(other, f.Name) })
	}
	for _, flag := range other {
		if a.given[flag] {
			return "", usage.Mark(fmt.Errorf("--%s has no meaning with --backend %s: leave it out, or choose the other backend", flag, name))
		}
	}
	return name, nil
}

// problem is what a search asks of the backend.
func (a *app) problem(cmd *cobra.Command, l *liveFlags, names []string) (*problem, error) {
	backend, err := a.backend(l)
	if err != nil {
		return nil, err
	}
	if backend == liveBackend {
		return a.liveProblem(cmd, l, names)
	}
	return a.tableProblem(cmd.Context(), names)
}
