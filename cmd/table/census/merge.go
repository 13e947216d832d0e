package census

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/objective/live/census"
)

// errNowhere is of a command without --out.
var errNowhere = usage.Mark(errors.New("--out: name a folder for the table"))

// MergeCommand returns the command that joins the parts of a table.
func MergeCommand(p *program.Program) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "merge --out DIR PART...",
		Short: "Join the parts of a table that several machines have measured",
		Long: `
merge joins folders that 'table build --shard' has filled into a new one, which build may continue. The parts must be of
the same protocol, images, seeds and arithmetic, and no measurement may be in two of them.`[1:],
		Example: "  nassearch table merge --out micro part1 part2",
		Args:    usage.Args(1, math.MaxInt, "the folders of the parts"),
		RunE: func(_ *cobra.Command, parts []string) error {
			if out == "" {
				return errNowhere
			}
			for i, part := range parts {
				if slices.ContainsFunc(parts[:i], func(other string) bool { return files.Same(part, other) }) {
					return usage.Mark(fmt.Errorf("%s stands twice: name each part once", part))
				}
			}
			return merge(p, out, parts)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "folder of the joined table")
	files.Fills(cmd.Flags(), "out", census.LogFile, tableFile)
	p.Tables.Leave(cmd)
	return cmd
}

func merge(p *program.Program, out string, parts []string) (err error) {
	var logs []*census.Log
	defer func() {
		for _, l := range logs {
			err = errors.Join(err, l.Close())
		}
	}()
	for _, part := range parts {
		path := filepath.Join(part, census.LogFile)
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("table merge: %s has no %s: want folders that 'table build' has filled: %w",
				part, census.LogFile, err)
		}
		l, err := census.OpenLog(path, nil)
		if err != nil {
			return err
		}
		program.Opened(p.Log, path, l.Repaired, l.Unchained)
		logs = append(logs, l)
	}
	h, records, err := census.Merge(logs, parts)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return fmt.Errorf("table merge: %w", err)
	}
	target, err := census.OpenLog(filepath.Join(out, census.LogFile), &h)
	if err != nil {
		return err
	}
	logs = append(logs, target)
	if err := target.Keep(records); err != nil {
		return fmt.Errorf("%s: %w", out, err)
	}
	return conclude(p, out, h, records, false)
}

// tableFile is the table in a folder.
const tableFile = "table.zip"

// costFile has what the measurements took, beside the table: its bytes follow from what was measured alone.
const costFile = "cost.json"

// conclude writes the table of what was measured, and says what it has.
func conclude(p *program.Program, dir string, h census.Header, records []census.Record, compact bool) error {
	t, err := census.NewTable(h, p.Known, records)
	if err != nil {
		return err
	}
	t.Compact = compact
	path := filepath.Join(dir, tableFile)
	if err := atomicfile.Write(path, t.Write); err != nil {
		return err
	}
	cost := func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "{\"core_seconds\": %.1f}\n", t.Seconds)
		return err
	}
	if err := atomicfile.Write(filepath.Join(dir, costFile), cost); err != nil {
		return err
	}
	made, err := newOutcome(path, t)
	if err != nil {
		return err
	}
	if err := p.Out.Print(output.Document{Text: made.text, CSV: made.sheet().CSV, JSON: made}); err != nil {
		return err
	}
	if len(made.Failed) > 0 && made.Classes == 0 {
		return fmt.Errorf("no network gave a value: %s", made.Failed[0].words())
	}
	return nil
}
