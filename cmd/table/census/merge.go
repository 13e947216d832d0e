package census

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/robustness"
)

// MergeCommand returns the command that joins the parts of a table.
func MergeCommand(e *env.Env, methods robustness.Catalogue) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "merge --out DIR PART...",
		Short: "Join the parts of a table that several machines have measured",
		Long: `
merge joins folders that 'table build --shard' has filled into a new one, which build may continue. The parts must be of
the same protocol, images, seeds and arithmetic, and no measurement may be in two of them.`[1:],
		Example: "  nassearch table merge --out micro part1 part2",
		Args:    usage.Args(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, parts []string) error {
			if out == "" {
				return usage.Mark(errors.New("--out: name a folder for the table"))
			}
			return merge(e, methods, out, parts)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "folder of the joined table")
	return cmd
}

func merge(e *env.Env, methods robustness.Catalogue, out string, parts []string) (err error) {
	var logs []*census.Log
	defer func() {
		for _, l := range logs {
			err = errors.Join(err, l.Close())
		}
	}()
	for _, part := range parts {
		path := filepath.Join(part, logFile)
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("table merge: %w", err)
		}
		l, err := census.OpenLog(path, nil)
		if err != nil {
			return err
		}
		logs = append(logs, l)
	}
	h, records, err := census.Merge(logs, parts)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return fmt.Errorf("table merge: %w", err)
	}
	target, err := census.OpenLog(filepath.Join(out, logFile), &h)
	if err != nil {
		return err
	}
	logs = append(logs, target)
	if err := target.Keep(records); err != nil {
		return fmt.Errorf("%s: %w", out, err)
	}
	return conclude(e.Stdout, methods, out, h, records, false)
}
